// Queries over fields of an index's own analyzers.

import Analysis
import Testing

@testable import Queries

struct SynonymQueryTests {
    private func analyzer() throws -> QueryAnalyzer {
        let settings: JSONValue = [
            "analysis": [
                "filter": [
                    "s": ["type": "synonym", "synonyms": ["tv, television", "a, b, c, d"]],
                    "g": [
                        "type": "synonym_graph", "synonyms": ["ny, new york", "p q, r s t, u"],
                    ],
                    "grams": ["type": "ngram", "min_gram": 1, "max_gram": 20],
                ],
                "analyzer": [
                    "syn": ["tokenizer": "whitespace", "filter": ["lowercase", "s"]],
                    "graph": ["tokenizer": "whitespace", "filter": ["lowercase", "g"]],
                    "grams": ["tokenizer": "whitespace", "filter": ["grams"]],
                ],
                "normalizer": ["low": ["filter": ["lowercase"]]],
            ]
        ]
        let mappings: JSONValue = [
            "properties": [
                "t": ["type": "text", "search_analyzer": "syn"],
                "g": ["type": "text", "search_analyzer": "graph"],
                "n": ["type": "text", "search_analyzer": "grams"],
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

    /// A schema of new rules makes other queries, also where the old one has lent analyzers.
    @Test func rulesChangeBetweenSearches() throws {
        let settings: JSONValue = [
            "analysis": [
                "filter": [
                    "s": ["type": "synonym", "updateable": true, "synonyms": ["tv, television"]]
                ],
                "analyzer": ["syn": ["tokenizer": "whitespace", "filter": ["s"]]],
            ]
        ]
        let before = try Schema(
            mappings: ["properties": ["t": ["type": "text", "search_analyzer": "syn"]]],
            settings: settings)
        func clauses(_ schema: Schema) throws -> Query {
            try QueryAnalyzer(schema: schema, nowMilliseconds: 0)
                .normalForm(.match(MatchQuery(field: "t", value: "tv", operator: .and)))
        }
        func best(_ words: String...) -> Query {
            NormalForm.disjunctionMax(words.map(term), tieBreaker: 0)
        }
        #expect(try clauses(before) == best("tv", "television"))
        let rules: JSONValue = ["filter": ["s": ["synonyms": ["tv, box, screen"]]]]
        let after = try before.changing(analysis: try #require(rules.objectValue))
        #expect(try clauses(after) == best("tv", "box", "screen"))
        #expect(try clauses(before) == best("tv", "television"))
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

    private func describe(_ query: Query) -> String {
        switch query {
        case .term(_, let term, _): return "\(term)"
        case .phrase(_, let terms, let slop, _):
            let words = terms.map { "\($0.term)@\($0.position)" }.joined(separator: " ")
            return "\"\(words)\"" + (slop == 0 ? "" : "~\(slop)")
        case .disjunctionMax(let clauses, _):
            return "(" + clauses.map(describe).sorted().joined(separator: " | ") + ")"
        case .bool(let bool):
            return (bool.must.map { "+" + describe($0) } + bool.should.map(describe)).sorted()
                .joined(separator: " ")
        default: return "\(query)"
        }
    }

    /// Several words stand for one: they are a phrase, and what follows is none of them.
    @Test(arguments: [
        ("in ny ok", "+(\"new@0 york@1\" | ny) +in +ok"),
        ("New York", "(\"new@0 york@1\" | ny)"),
        ("x u", "+(\"p@0 q@1\" | \"r@0 s@1 t@2\" | u) +x"),
        ("new y", "+new +y"),
    ])
    func waysOfAGraph(text: String, expected: String) throws {
        let query = Query.match(MatchQuery(field: "g", value: .string(text), operator: .and))
        #expect(describe(try analyzer().normalForm(query)) == expected)
    }

    @Test func phrasesOverAGraph() throws {
        let query = Query.matchPhrase(
            MatchPhraseQuery(field: "g", value: "in ny on u", slop: 1))
        #expect(
            describe(try analyzer().normalForm(query))
                == "(\"in@0 new@1 york@2 on@3 p@4 q@5\"~1"
                + " | \"in@0 new@1 york@2 on@3 r@4 s@5 t@6\"~1"
                + " | \"in@0 new@1 york@2 on@3 u@4\"~1 | \"in@0 ny@1 on@2 p@3 q@4\"~1"
                + " | \"in@0 ny@1 on@2 r@3 s@4 t@5\"~1 | \"in@0 ny@1 on@2 u@3\"~1)")
    }

    /// Pieces of a word are alternatives, however many.
    @Test func piecesOfAWord() throws {
        let query = Query.match(MatchQuery(field: "n", value: "abcdefghijklmno"))
        guard case .disjunctionMax(let pieces, 0) = try analyzer().normalForm(query) else {
            Issue.record("not a disjunction")
            return
        }
        #expect(pieces.count == 120)
    }

    /// Positions of removed words stay open, in a text and within a way.
    @Test func partsOfATextWithGaps() throws {
        func token(_ text: String, _ position: Int, _ length: Int = 1) -> AnalyzedToken {
            AnalyzedToken(term: Term(text), position: position, positionLength: length)
        }
        let parts = try AnalyzedPart.parts([
            token("a", 1), token("x", 3, 3), token("y", 3), token("z", 5), token("b", 7),
        ])
        #expect(parts.map(\.start) == [1, 3, 7] && parts.map(\.end) == [2, 6, 8])
        let phrase = try AnalyzedPart.phrase(parts, field: "f", slop: 0, boost: 1)
        #expect(
            describe(phrase) == "(\"a@0 x@2 b@4\" | \"a@0 y@2 z@4 b@6\")")
        #expect(try AnalyzedPart.parts([]).isEmpty)
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
