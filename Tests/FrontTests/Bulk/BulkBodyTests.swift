// Bulk bodies: what goes in, what fails alone, and what fails the whole request.
import Analysis
import Queries
import Storage
import Testing

@testable import Front

@Suite struct BulkBodyTests {
    private func parse(_ text: String, index: String? = "books") throws -> [BulkBody.Item] {
        try BulkBody(Array(text.utf8), defaultIndex: index).items
    }

    private func write(_ item: BulkBody.Item) throws -> (String, DocumentOperation, Int) {
        guard case .write(let index, let operation, let line) = item else {
            throw RequestError.parsing("refused: \(item)")
        }
        return (index, operation, line)
    }

    private func refusal(_ item: BulkBody.Item) throws -> DocumentFailure {
        guard case .refused(_, _, _, let failure) = item else {
            throw RequestError.parsing("not refused: \(item)")
        }
        return failure
    }

    @Test func everythingAnActionMaySay() throws {
        let items = try parse(
            """
            {"index":{"_index":"a","_id":"1","routing":"r","version":5,"version_type":\
            "external_gte"}}
            {"x":1}
            {"create":{"_id":7,"_type":"_doc"}}
            { "y" : 2 }
            {"update":{"_id":"u","if_seq_no":3,"if_primary_term":1,"retry_on_conflict":3}}
            {"doc":{"a":[1,{"b":2}]},"doc_as_upsert":true,"upsert":{"z":1},"detect_noop":false}
            {"delete":{"_id":"d"}}

            """)
        let (index, first, line) = try write(items[0])
        #expect(index == "a" && line == 2 && first.id == "1" && first.routing == "r")
        #expect(first.externalVersion == 5 && first.externalGTE && first.action == .index)
        let (_, second, _) = try write(items[1])
        #expect(second.action == .create && second.id == "7")
        #expect(second.source == Array("{ \"y\" : 2 }".utf8))
        let (_, third, _) = try write(items[2])
        #expect(third.source == Array(#"{"a":[1,{"b":2}]}"#.utf8))
        #expect(third.upsert == Array(#"{"z":1}"#.utf8) && third.docAsUpsert && !third.detectNoop)
        #expect(third.ifSequenceNumber == 3 && third.ifPrimaryTerm == 1)
        let (_, fourth, last) = try write(items[3])
        #expect(fourth.action == .delete && last == 7)
    }

    @Test func carriageReturnsAndBlankLinesDoNotMatter() throws {
        let text = "\n\r\n{\"index\":{}}\r\n{\"a\":1}\r\n  \n{\"delete\":{\"_id\":\"1\"}}\r\n\n"
        let items = try parse(text)
        #expect(items.count == 2)
        let (_, operation, line) = try write(items[0])
        #expect(operation.source == Array("{\"a\":1}".utf8) && line == 4)
        #expect(try write(items[1]).2 == 6)
    }

    @Test(arguments: [
        (#"{"index":{"_id":"1","pipeline":"p"}}"#, "pipeline"),
        (#"{"index":{"_id":"1","if_seq_no":1}}"#, "go together"),
        (#"{"index":{"_id":"1","version":1}}"#, "version_type"),
        (#"{"index":{"_id":"1","version":1,"version_type":"banana"}}"#, "banana"),
        (#"{"index":{"_id":[]}}"#, "_id"),
        (#"{"update":{}}"#, "_id is needed"),
        (#"{"create":{"_id":"1","if_seq_no":1,"if_primary_term":1}}"#, "create"),
        (#"{"index":{"_id":"1","if_seq_no":-1,"if_primary_term":1}}"#, "negative"),
    ])
    func aBadActionFailsAlone(action: String, word: String) throws {
        let text = "{\"index\":{}}\n{}\n\(action)\n{\"doc\":{}}\n{\"index\":{}}\n{}\n"
        let items = try parse(text)
        #expect(items.count == 3)
        let failure = try refusal(items[1])
        #expect(failure.status == 400)
        #expect(failure.reason.contains("line 3") && failure.reason.contains(word))
        _ = try write(items[2])
    }

    @Test(arguments: [
        ("", "is missing"), ("{\"doc\":1", "JSON"), ("{}", "no doc"), ("[]", "object"),
        (#"{"doc":{},"doc_as_upsert":1}"#, "doc_as_upsert"), (#"{"docs":{}}"#, "docs"),
    ])
    func aBadUpdateFailsAlone(body: String, word: String) throws {
        let items = try parse(
            "{\"update\":{\"_id\":\"1\"}}\n\(body)\n{\"delete\":{\"_id\":\"2\"}}\n")
        #expect(items.count == 2)
        let failure = try refusal(items[0])
        #expect(failure.reason.contains("line 2") && failure.reason.contains(word))
    }

    @Test func aLongIDFailsAlone() throws {
        let id = String(repeating: "é", count: 257)
        let items = try parse("{\"index\":{\"_id\":\"\(id)\"}}\n{}\n")
        #expect(try refusal(items[0]).reason.contains("514 bytes"))
    }

    @Test(arguments: [
        ("", "required"), ("\n\n", "blank"), ("{\"index\":{}}\n{}", "line 2"),
        ("{\"index\":{}}\n", "line 1"), ("{}\n", "line [1]"), ("[]\n{}\n", "line [1]"),
        ("{\"index\":{},\"delete\":{}}\n{}\n", "line [1]"),
        ("{\"index\":{}}\n{}\n{\"index\":1}\n{}\n", "line [3]"),
        ("{\"index\":{}}\n{}\nbanana\n{}\n", "line [3]"),
    ])
    func whatCannotBeToldApartFailsAsAWhole(text: String, word: String) {
        let error = #expect(throws: RequestError.self) { try parse(text) }
        #expect(error?.status == 400)
        #expect(error?.reason.contains(word) == true, "\(error?.reason ?? "")")
    }

    @Test func invalidUTF8InADocumentIsLeftToItsIndex() throws {
        let body = Array("{\"index\":{}}\n{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}\n".utf8)
        let items = try BulkBody(body, defaultIndex: "books").items
        #expect(try write(items[0]).1.source.contains(0xFF))
        let action = Array("{\"index\":{\"_id\":\"".utf8) + [0xFF] + Array("\"}}\n{}\n".utf8)
        let error = #expect(throws: RequestError.self) {
            try BulkBody(action, defaultIndex: "books")
        }
        #expect(error?.reason.contains("line [1]") == true)
    }

    @Test func aHugeBodyIsReadInOnePass() throws {
        let count = 20_000
        var body: [UInt8] = []
        for number in 0..<count {
            body += Array("{\"index\":{\"_id\":\"\(number)\"}}\n{\"n\":\(number)}\n".utf8)
        }
        let items = try BulkBody(body, defaultIndex: "books").items
        #expect(items.count == count)
        let (_, last, line) = try write(items[count - 1])
        #expect(last.id == "\(count - 1)" && line == 2 * count)
    }

    @Test(arguments: [UInt64(1), 2])
    func mutatedBodiesNeverCrash(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let base = Array(
            "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{\"a\":\"b\"}}\n{\"delete\":{\"_id\":\"2\"}}\n"
                .utf8)
        for _ in 0..<3_000 {
            var body = base
            for _ in 0..<3 {
                let place = random.next(in: 0..<body.count)
                switch random.next(below: 3) {
                case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: body.remove(at: place)
                default: body.insert(UInt8(ascii: "\n"), at: place)
                }
            }
            _ = try? BulkBody(body, defaultIndex: "books")
        }
    }
}
