// Queries over fields of an index's own analyzers.

import Analysis
import Testing

@testable import Queries

struct SynonymQueryTests {
    private func analyzer() throws -> QueryAnalyzer {
        let settings: JSONValue = [
            "analysis": [
                "filter": [
                    "s": ["type": "synonym", "synonyms": ["tv, television", "a, b, c, d"]]
                ],
                "analyzer": ["syn": ["tokenizer": "whitespace", "filter": ["lowercase", "s"]]],
                "normalizer": ["low": ["filter": ["lowercase"]]],
            ]
        ]
        let mappings: JSONValue = [
            "properties": [
                "t": ["type": "text", "search_analyzer": "syn"],
                "k": ["type": "keyword", "normalizer": "low"],
            ]
        ]
        return QueryAnalyzer(
            schema: try Schema(mappings: mappings, settings: settings), nowMilliseconds: 0)
    }

    private func term(_ text: String) -> Query { .term(field: "t", term: Term(text), boost: 1) }

    @Test func alternativesAreOneClause() throws {
        let query = Query.match(MatchQuery(field: "t", value: "my TV", operator: .and))
        guard case .bool(let bool) = try analyzer().normalForm(query) else {
            Issue.record("not a bool")
            return
        }
        #expect(bool.must.contains(term("my")) && bool.must.count == 2)
        #expect(
            bool.must.contains(
                NormalForm.disjunctionMax([term("tv"), term("television")], tieBreaker: 0)))
    }

    @Test func phrasesTakeEveryChoice() throws {
        let query = Query.matchPhrase(MatchPhraseQuery(field: "t", value: "my tv"))
        guard case .disjunctionMax(let phrases, 0) = try analyzer().normalForm(query) else {
            Issue.record("not a disjunction")
            return
        }
        let texts = phrases.map { phrase -> String in
            guard case .phrase(_, let terms, _, _) = phrase else { return "" }
            return terms.map { "\($0.term)@\($0.position)" }.joined(separator: " ")
        }
        #expect(Set(texts) == ["my@0 tv@1", "my@0 television@1"])
        let many = Query.matchPhrase(MatchPhraseQuery(field: "t", value: "a a a a"))
        let error = #expect(throws: RequestError.self) { try analyzer().normalForm(many) }
        #expect(error?.reason.contains("more than [64] phrases") == true)
    }

    @Test func keywordsPassTheirNormalizer() throws {
        #expect(
            try analyzer().normalForm(.rawTerm(field: "k", value: "New York", boost: 1))
                == .term(field: "k", term: Term("new york"), boost: 1))
        #expect(
            try analyzer().normalForm(.prefix(field: "k", prefix: Array("NE".utf8), boost: 1))
                == .prefix(field: "k", prefix: Array("ne".utf8), boost: 1))
    }
}
