import Analysis
import Testing
@testable import canopy

@Suite struct RequestTests {
    private func digest(_ text: String) -> AnswerDigest {
        Array(text.utf8).withUnsafeBytes { AnswerDigest($0, digests: true) }
    }

    private static let answer =
        #"{"took":12,"timed_out":false,"#
        + #""_shards":{"total":2,"successful":2,"skipped":0,"failed":0},"#
        + #""hits":{"total":{"value":1,"relation":"eq"},"hits":[{"_id":"a","_score":1.25}]},"#
        + #""_scatter":{"coverage":1,"leaves":[{"took":3}]}}"#

    @Test func digestsIgnoreOnlyWhatMayDiffer() {
        let first = digest(Self.answer)
        #expect(first.took == 12)
        #expect(!first.isPartial && !first.isBroken)
        let other = Self.answer.replacing("\"took\":12", with: "\"took\":9")
            .replacing("\"coverage\":1", with: "\"coverage\":1,\"x\":2")
        #expect(digest(other).digest == first.digest)
        for (old, new) in [("1.25", "1.26"), ("\"a\"", "\"b\""), ("\"eq\"", "\"gte\"")] {
            #expect(digest(Self.answer.replacing(old, with: new)).digest != first.digest)
        }
    }

    @Test func everyByteOfTheHitsCounts() {
        let first = digest(Self.answer).digest
        let bytes = Array(Self.answer.utf8)
        let hits =
            Self.answer.utf8.count
            - Self.answer.split(separator: "\"hits\":", maxSplits: 1)[1].utf8.count
        for index in hits..<(hits + 60) {
            var changed = bytes
            changed[index] ^= 1
            let other = changed.withUnsafeBytes { AnswerDigest($0, digests: true) }
            #expect(other.digest != first || other.isBroken, "byte \(index)")
        }
    }

    @Test func partialAnswersAreSeen() {
        #expect(digest(Self.answer.replacing("\"failed\":0", with: "\"failed\":1")).isPartial)
        #expect(digest(Self.answer.replacing("\"failed\":0", with: "\"failed\":01")).isPartial)
        #expect(
            digest(Self.answer.replacing("\"timed_out\":false", with: "\"timed_out\":true"))
                .isPartial)
        #expect(digest("[]").isBroken)
        #expect(digest("").isBroken)
        #expect(digest(String(Self.answer.dropLast())).isBroken)
    }

    @Test func comparisonsNameTheQueriesThatDiffer() {
        var comparison = AnswerComparison(queryCount: 3)
        comparison.take(query: 0, digest: 5)
        comparison.take(query: 1, digest: 6)
        comparison.take(query: 0, digest: 5)
        comparison.take(query: 1, digest: 7)
        comparison.take(query: 1, digest: 7)
        #expect((comparison.compared, comparison.differing) == (3, 2))
        #expect(comparison.examples == [1])
    }

    @Test func templatesEscapeTheQuery() throws {
        let query = #"say "hi" \ "# + "\n\u{1}é"
        for syntax in QuerySyntax.allCases {
            for field in [nil, "bo\"dy"] {
                let template = try RequestTemplate(syntax: syntax, field: field, size: 3)
                let json = try JSONParser.parse(template.body(for: query))
                #expect(json["size"]?.integerValue == 3)
                let clause = try #require(json["query"]?.objectValue?.members.first)
                let names: [String: String] = [
                    "query_string": syntax.rawValue, "match": syntax.rawValue,
                    "multi_match": "match",
                ]
                #expect(names[clause.key] == syntax.rawValue)
                let inner = clause.value["query"] ?? clause.value["bo\"dy"]?["query"]
                #expect(inner?.stringValue == query)
            }
        }
        let custom = try RequestTemplate(#"{"a":"{{query}}","b":["{{query}}"]}"#)
        #expect(String(decoding: custom.body(for: "x"), as: UTF8.self) == #"{"a":"x","b":["x"]}"#)
        #expect(throws: LoadError.self) { try RequestTemplate("{}") }
    }

    @Test func queryFilesOfEveryKind() throws {
        func parse(_ text: String, _ name: String) throws -> [LoadQuery] {
            try QueryFile.parse(Array(text.utf8), name: name)
        }
        #expect(try parse("one two\r\n\n  three \n", "q.txt").map(\.text) == ["one two", "three"])
        #expect(
            try parse(#"{"query": "+a +b", "tags": ["intersection", "x"]}"# + "\n", "q.txt")
                == [LoadQuery(text: "+a +b", tags: ["intersection", "x"])])
        #expect(
            try parse("1\tfirst query\n2\tsecond\n", "q.tsv").map(\.text) == [
                "first query", "second",
            ])
        do {
            _ = try parse("ok\n{\"query\": 5}\n", "q.txt")
            Issue.record("accepted")
        } catch {
            #expect("\(error)" == "q.txt:2: the object has no string \"query\"")
        }
        #expect(throws: LoadError.self) { try parse("{\"query\": ", "q.txt") }
        #expect(throws: LoadError.self) { try QueryFile.parse([0xFF, 0x0A], name: "q") }
        #expect(throws: LoadError.self) { try QueryFile.read(path: "/nowhere") }
    }
}
