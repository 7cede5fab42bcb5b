import Analysis
import Testing
@testable import canopy

@Suite struct AskingTests {
    private func problem(_ text: String, _ parameters: [String] = []) -> String {
        do {
            _ = try TopicTemplate(
                text, source: "t.json", parameters: parameters.compactMap { RunParameter($0) })
            return "no problem"
        } catch {
            return "\(error)"
        }
    }

    private func body(_ template: TopicTemplate, _ text: String = "a \"b\" {{query}}") throws
        -> String
    {
        String(decoding: try template.body(for: text, depth: 50), as: UTF8.self)
    }

    @Test func fieldsMakeTheNaturalQuery() throws {
        let rest = #","size":50,"_source":false,"track_total_hits":false}"#
        #expect(
            try body(TopicTemplate(fields: [])) == #"{"query":{"multi_match":"#
                + #"{"query":"a \"b\" {{query}}"}}"# + rest)
        #expect(
            try body(TopicTemplate(fields: ["body"])) == #"{"query":{"match":"#
                + #"{"body":{"query":"a \"b\" {{query}}"}}}"# + rest)
        #expect(
            try body(TopicTemplate(fields: ["title^2", "body"])) == #"{"query":{"multi_match":"#
                + #"{"query":"a \"b\" {{query}}","fields":["title^2","body"]}}"# + rest)
        #expect(try body(TopicTemplate(fields: ["title^2"])).contains("multi_match"))
    }

    @Test func templatesAreFilled() throws {
        let template = try TopicTemplate(
            """
            {"size": 3, "query": {"multi_match": {"query": "{{query}}", "type": "{{type}}",
             "fields": ["title^{{boost}}"], "boost": {{boost}}}}, "_source": true}
            """, source: "t.json",
            parameters: ["type=most_fields", "boost=2"].compactMap { RunParameter($0) })
        #expect(
            try body(template, "x\ty") == #"{"size":50,"query":{"multi_match":{"query":"x\ty","#
                + #""type":"most_fields","fields":["title^2"],"boost":2}},"_source":false,"#
                + #""track_total_hits":false}"#)
    }

    @Test func brokenTemplatesAreExplained() {
        let query = #"{"query":{"match":{"a":"{{query}}"}}}"#
        #expect(problem(query) == "no problem")
        #expect(problem("{}") == "t.json has no {{query}} in it, where the topic's text goes")
        #expect(
            problem(#"{"a":"{{query}} {{b}}"}"#) == "t.json: {{b}} has no value; give it with 'b=…'"
        )
        #expect(problem(query, ["b=1"]) == "t.json has no {{b}} for the parameter 'b'")
        #expect(problem(#"{"a":"{{query}}"#).hasPrefix("t.json:1:"))
        #expect(problem("{\n\"a\":\"{{query}}\",}").hasPrefix("t.json:2:"))
        #expect(problem(#"["{{query}}"]"#).contains("must be a JSON object"))
        #expect(problem(#"{"a":"{{query}}","from":5}"#).contains("has a \"from\""))
        #expect(problem(#"{"a":"{{query"}"#).contains("is no placeholder"))
        #expect(problem(#"{"a":"{{ query }}"}"#).contains("is no placeholder"))
    }

    @Test func templatesComeFromFilesToo() throws {
        let folder = try TemporaryFolder(["t.json": #"{"query":{"match":{"a":"{{query}}"}}}"#])
        let template = try TopicTemplate.read(folder.file("t.json"), parameters: [])
        #expect(try body(template, "x").contains(#""a":"x""#))
        #expect { try TopicTemplate.read(folder.file("no.json"), parameters: []) } throws: {
            "\($0)".contains("cannot read the template")
        }
    }

    @Test func parametersAreNamesWithValues() {
        #expect(RunParameter("a=b=c")?.value == "b=c")
        #expect(RunParameter(" k1 =")?.description == "k1=")
        for text in ["", "a", "=1", "a b=1", "query=1"] { #expect(RunParameter(text) == nil) }
    }

    private static let answer = """
        {"took":1,"timed_out":false,"_shards":{"total":8,"successful":8,"failed":0},
         "hits":{"hits":[{"_index":"i","_id":"b","_score":2.5},
                         {"_index":"i","_id":"a","_score":null}]}}
        """

    @Test func answersBecomeHits() throws {
        func hits(_ text: String) throws -> [RankedHit] {
            try SearchAnswer.hits(Array(text.utf8), topic: "7")
        }
        #expect(
            try hits(Self.answer) == [
                RankedHit(document: "b", score: 2.5), RankedHit(document: "a", score: nil),
            ])
        for (old, new, words) in [
            ("\"failed\":0", "\"failed\":1", "1 of 8 shards did not answer topic 7"),
            ("\"timed_out\":false", "\"timed_out\":true", "topic 7 ran out of time"),
            ("\"_id\":\"a\"", "\"_id\":\"b\"", "document b was found twice for topic 7"),
            ("\"_id\":\"a\"", "\"_ix\":\"b\"", "a hit for topic 7 has no _id"),
            ("\"hits\":[", "\"hats\":[", "has no hits"), ("}]}}", "}]}", "is no JSON"),
        ] {
            #expect(throws: EvalError.self) { try hits(Self.answer.replacing(old, with: new)) }
            do { _ = try hits(Self.answer.replacing(old, with: new)) } catch {
                #expect("\(error)".contains(words), "\(error)")
            }
        }
    }

    @Test func progressTellsWhatIsLeft() {
        let progress = EvalProgress()
        progress.begin("reading", topics: 0, now: .seconds(1))
        #expect(progress.current.text(now: .seconds(3)) == "reading …")
        progress.begin("wiki: asked", topics: 1200, now: .seconds(4))
        for _ in 0..<300 { progress.answered() }
        #expect(
            progress.current.text(now: .seconds(9))
                == "wiki: asked 300 of 1,200 topics · 15.0 s left")
        progress.waits(for: "429 busy")
        #expect(progress.current.text(now: .seconds(9)).hasSuffix("left · waiting: 429 busy"))
        progress.answered()
        #expect(progress.current.waitingFor == nil)
    }
}
