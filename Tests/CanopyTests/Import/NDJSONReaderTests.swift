import Foundation
import Testing
@testable import canopy

@Suite struct NDJSONReaderTests {
    private func read(_ text: String, idField: String? = nil) throws -> [ReadRecord] {
        let folder = try TemporaryFolder()
        var reader = NDJSONReader(try lines(text, in: folder, name: "a.ndjson"), idField: idField)
        return try readAll(&reader)
    }

    @Test func documentsPassUnchanged() throws {
        let line = #"{"id":"x1", "t":"a \"quoted\" \\", "n":[1,{"b":"}"}]}"#
        #expect(try read(line + "\n") == [ReadRecord(line: 1, id: "x1", document: line)])
    }

    @Test func underscoreIDIsTakenOut() throws {
        let cases = [
            (#"{"_id":"a","t":1}"#, #"{"t":1}"#), (#"{"t":1,"_id":"a"}"#, #"{"t":1}"#),
            (#"{"t":1,"_id":"a","u":2}"#, #"{"t":1,"u":2}"#), (#"{"_id":"a"}"#, "{}"),
            (#"{"id":"other","_id":"a"}"#, #"{"id":"other"}"#),
        ]
        for (line, document) in cases {
            #expect(try read(line) == [ReadRecord(line: 1, id: "a", document: document)])
        }
    }

    @Test func idsOfOtherKinds() throws {
        #expect(try read(#"{"id":12}"#).first?.id == "12")
        #expect(try read(#"{"id":null}"#).first?.id == "")
        #expect(try read(#"{"id":"a\u00e9\n"}"#).first?.id == "aé\n")
        #expect(try read(#"{"key":"k","id":"no"}"#, idField: "key").first?.id == "k")
        #expect(try read(#"{"id":{"a":1}}"#).first?.isMalformed == true)
    }

    @Test func brokenLinesAreNamedAndPassedOver() throws {
        let text = """
            {"id":"1","t":"ok"}
            {"id":"2","t":"cut
            [1,2]

            {"id":"3"} x
            {"id":"4" "t":1}
            {"id":"5"}
            """
        let records = try read(text)
        #expect(records.map(\.line) == [1, 2, 3, 5, 6, 7])
        #expect(records.map(\.isMalformed) == [false, true, true, true, true, false])
        #expect(records[1].document == "expected a whole value, but the line ends")
        #expect(records[2].document == "expected a JSON object '{' at column 1")
        #expect(records[3].document == "text after the end of the object at column 12")
        #expect(records[4].document == "expected ',' or '}' at column 11")
    }

    @Test func carriageReturnsAndMissingLastLineFeed() throws {
        let records = try read("{\"id\":1}\r\n\r\n{\"id\":2}")
        #expect(records.map(\.document) == ["{\"id\":1}", "{\"id\":2}"])
        #expect(records.map(\.line) == [1, 3])
    }

    @Test func aLineBeyondTheLimitIsPassedOver() throws {
        let folder = try TemporaryFolder(["a": "1234567890\nabc\n"])
        let path = folder.file("a")
        var input = LineInput([{ try ByteStream.open(path) }], lineLimit: 5)
        var buffer: [UInt8] = []
        #expect(try input.next(appendingTo: &buffer) == .tooLong(byteCount: 10))
        #expect(buffer.isEmpty)
        #expect(try input.next(appendingTo: &buffer) == .line)
        #expect(buffer == Array("abc".utf8))
        #expect(try input.next(appendingTo: &buffer) == .end)
    }

    @Test func linesAcrossChunksAndStreams() throws {
        let long = String(repeating: "x", count: 700_000)
        let folder = try TemporaryFolder(["a": "one\n\(long)", "b": "two\n"])
        let paths = [folder.file("a"), folder.file("b")]
        var input = LineInput(paths.map { path in { try ByteStream.open(path) } })
        var seen: [String] = []
        var buffer: [UInt8] = []
        while try input.next(appendingTo: &buffer) == .line {
            seen.append("\(input.name):\(input.line):\(buffer.count)")
            buffer.removeAll()
        }
        #expect(seen == ["a:1:3", "a:2:700000", "b:1:3"])
        #expect(input.offset == 4 + 700_000 + 4)
    }

    @Test(arguments: [("gzip", ["-c"], ".gz"), ("zstd", ["-qc"], ".zst"), ("lz4", ["-qc"], ".lz4")])
    func compressedFiles(program: String, arguments: [String], suffix: String) throws {
        let folder = try TemporaryFolder(["plain": "{\"id\":1}\n{\"id\":2}\n"])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments + [folder.file("plain")]
        let output = folder.file("a.ndjson" + suffix)
        #expect(FileManager.default.createFile(atPath: output, contents: nil))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return }
        var reader = NDJSONReader(
            LineInput([{ try ByteStream.open(output) }]), idField: nil)
        #expect(try readAll(&reader).map(\.id) == ["1", "2"])
    }

    @Test func damagedCompressedFilesAreAnError() throws {
        let folder = try TemporaryFolder(["a.ndjson.gz": "this is not gzip"])
        let path = folder.file("a.ndjson.gz")
        var reader = NDJSONReader(LineInput([{ try ByteStream.open(path) }]), idField: nil)
        #expect(throws: ImportError.self) { try readAll(&reader) }
    }

    @Test func skippingGoesOnBehindTheCheckpoint() throws {
        let folder = try TemporaryFolder()
        let text = (1...9).map { "{\"id\":\($0)}\n" }.joined()
        var record = ImportRecord()
        for taken in 0...9 {
            var first = NDJSONReader(try lines(text, in: folder, name: "a"), idField: nil)
            for _ in 0..<taken { _ = try first.next(into: &record) }
            var second = NDJSONReader(try lines(text, in: folder, name: "a"), idField: nil)
            try second.skip(to: first.position)
            let rest = try readAll(&second)
            #expect(rest.map(\.line) == Array(Int64(taken + 1)..<10))
        }
        var cut = NDJSONReader(try lines("{}\n", in: folder, name: "b"), idField: nil)
        #expect(throws: ImportError.self) { try cut.skip(to: ReadPosition(byteOffset: 99)) }
    }
}
