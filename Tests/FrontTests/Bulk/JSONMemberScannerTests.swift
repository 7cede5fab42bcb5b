// The scanner that cuts an object into members, against the strict parser.
import Analysis
import Storage
import Testing

@testable import Front

@Suite struct JSONMemberScannerTests {
    private func random(_ random: any RandomSource, depth: Int) -> JSONValue {
        switch random.next(below: depth > 3 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(random.next(below: 2) == 0)
        case 2: return .integer(Int64(truncatingIfNeeded: random.next()))
        case 3: return .number(random.nextUnit())
        case 4:
            let pieces = ["a", "\"", "\\", "}", "]", ",", ":", "é", "\n", "{\"x\":1}", "𝄞"]
            return .string(
                (0..<random.next(below: 6)).map { _ in pieces[random.next(in: 0..<pieces.count)] }
                    .joined())
        case 5:
            return .array(
                (0..<random.next(below: 4)).map { _ in self.random(random, depth: depth + 1) })
        default:
            return .object(object(random, depth: depth + 1))
        }
    }

    private func object(_ random: any RandomSource, depth: Int) -> JSONObject {
        JSONObject(
            (0..<random.next(below: 5)).map { ("k\($0)\\\"", self.random(random, depth: depth)) })
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func itFindsTheMembersTheParserFinds(seed: UInt64) throws {
        let source = SeededRandom(seed: seed)
        for round in 0..<500 {
            let tree = object(source, depth: 0)
            var bytes = JSONValue.object(tree).encoded()
            if round % 2 == 0 { bytes = PrettyJSON.indented(bytes) }
            let members = try #require(JSONMemberScanner.members(of: bytes[...]), "seed \(seed)")
            #expect(members.count == tree.count)
            for (member, wanted) in zip(members, tree) {
                #expect(try JSONParser.parse(Array(bytes[member.value])) == wanted.value)
                let quoted = Array(bytes[member.key.lowerBound - 1...member.key.upperBound])
                #expect(try JSONParser.parse(quoted) == .string(wanted.key))
            }
        }
    }

    @Test(arguments: [
        "", "{", "}", "[]", "1", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":\"",
        "{,}",
        "{\"a\":1}{}", "{\"a\":1} x", "{a:1}", "{\"a\":[1}", "{\"a\\", "{\"a\":\"\\",
    ])
    func whatIsNoObjectIsNil(text: String) {
        let bytes = Array(text.utf8)
        if let members = JSONMemberScanner.members(of: bytes[...]) {
            // The scanner is lenient inside values; the parser is not.
            #expect(members.contains { (try? JSONParser.parse(Array(bytes[$0.value]))) == nil })
        }
    }

    @Test func everyPrefixAndFlipIsHarmless() {
        let bytes = Array(#"{"doc":{"a":[1,"x\"y",{}],"b":"\\"},"upsert":{}}"#.utf8)
        for count in 0..<bytes.count {
            #expect(JSONMemberScanner.members(of: bytes[..<count]) == nil)
            for bit in 0..<8 {
                var changed = bytes
                changed[count] ^= 1 << UInt8(bit)
                _ = JSONMemberScanner.members(of: changed[...])
            }
        }
    }
}
