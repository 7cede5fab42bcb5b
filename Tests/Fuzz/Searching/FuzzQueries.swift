// One query for each way of searching, over the fields of the base segments.

import Analysis
import Queries

enum FuzzQueries {
    private static func term(_ word: String, _ boost: Float = 1) -> Query {
        .term(field: "body", term: Term(word), boost: boost)
    }

    private static func phrase(_ words: [String], slop: Int = 0) -> Query {
        let terms = words.enumerated().map { PhraseTerm(term: Term($1), position: $0) }
        return .phrase(field: "body", terms: terms, slop: slop, boost: 1)
    }

    private static func all(_ queries: Query...) -> Query { .bool(BooleanQuery(must: queries)) }

    private static func any(_ queries: [Query], minimum: Int = 1) -> Query {
        .bool(BooleanQuery(should: queries, minimumShouldMatch: minimum))
    }

    private static func year(_ lower: Int64, _ upper: Int64) -> Query {
        .range(
            field: "year", lower: Bound(.integer(lower), inclusive: true),
            upper: Bound(.integer(upper), inclusive: false), boost: 1)
    }

    private static func like(_ word: String, limit: Int = 50) -> TermExpansion {
        let fuzzy = FuzzyWord(
            word: Term(word), distance: 1, prefixLength: 0, transpositions: true)
        return TermExpansion(field: "body", pattern: .fuzzy(fuzzy), limit: limit)
    }

    private static let words = ["w0", "w1", "w2", "w3", "w5"]

    private static let bodies: [Query] = [
        term("w0"), term("w5", 3), any([term("w0"), term("w6")]), any(words.map { term($0) }),
        any([term("w7"), term("w1"), .term(field: "title", term: Term("w1"), boost: 2)]),
        all(term("w0"), term("w1")), all(term("w0"), term("w1"), term("w2"), term("w4")),
        phrase(["w0", "w1"]), phrase(["w1", "w0", "w0"]), phrase(["w0", "w2"], slop: 3),
        all(term("w3"), phrase(["w0", "w1"])), any(words.map { term($0) }, minimum: 2),
        .bool(BooleanQuery(must: [term("w0")], should: [term("w4"), phrase(["w2", "w1"])])),
        .bool(
            BooleanQuery(
                must: [term("w1")], filter: [year(1995, 2010)],
                mustNot: [.term(field: "tag", term: Term("t2"), boost: 1)])),
        .disjunctionMax([term("w0"), term("w3"), phrase(["w0", "w0"])], tieBreaker: 0.3),
        .constantScore(all(term("w0"), term("w2")), boost: 2), .matchAll(boost: 1),
        .exists(field: "body", boost: 1), .exists(field: "price", boost: 1),
        .prefix(field: "tag", prefix: Array("t".utf8), boost: 1),
        .pattern(field: "body", .wildcard("w?", ignoresCase: false), boost: 1),
        .pattern(field: "tag", .regexp("t[0-3]|T1", .all, ignoresCase: true), boost: 1),
        .demoted(term("w0"), by: .term(field: "tag", term: Term("t1"), boost: 1), factor: 0.5),
        .combined(
            [
                BlendedTerm(field: "body", term: Term("w2"), boost: 1),
                BlendedTerm(field: "title", term: Term("w2"), boost: 2),
            ], boost: 1.5),
        .blended(
            [
                BlendedTerm(field: "body", term: Term("w1"), boost: 1),
                BlendedTerm(field: "title", term: Term("w1"), boost: 2),
            ], tieBreaker: 0.3),
        .expanded(like("w1"), boost: 1),
        all(term("w0"), .expanded(like("w12", limit: 3), boost: 2)),
        .phrasePrefix(
            PhrasePrefixQuery(
                field: "body", terms: [PhraseTerm(term: Term("w0"), position: 0)],
                last: TermExpansion(
                    field: "body", pattern: .wildcard("w*", ignoresCase: false), limit: 5),
                lastPosition: 1, slop: 0), boost: 1),
        .terms(field: "body", terms: words.map { Term($0) }, boost: 1),
        .ids(["d1", "d7", "nobody"], boost: 1), year(2000, 2005),
        .range(
            field: "price", lower: Bound(.real(-3), inclusive: false), upper: nil, boost: 1),
        .range(
            field: "tag", lower: Bound(.bytes(Array("t1".utf8)), inclusive: true),
            upper: Bound(.bytes(Array("t3".utf8)), inclusive: true), boost: 1),
        .range(
            field: "flag", lower: Bound(.integer(1), inclusive: true), upper: nil, boost: 1),
    ]

    private static let functions: [Query] = [
        .functionScore(
            FunctionScoreQuery(
                query: any(words.map { term($0) }),
                functions: [
                    ScoreFunction(
                        .decay(
                            DecayFunction(field: "price", shape: .gauss, origin: 1, scale: 2)),
                        filter: term("w1")),
                    ScoreFunction(.fieldValue(FieldValueFunction(field: "year")), weight: 0.1),
                    ScoreFunction(.random(seed: 3)),
                ], scoreMode: .avg, minimumScore: 0.2)),
        .covering(CoveringQuery(clauses: words.map { term($0) }, minimumField: "flag")),
    ]

    private static let facets: [NamedAggregation] = [
        NamedAggregation(name: "tags", aggregation: .terms(TermsAggregation(field: "tag"))),
        NamedAggregation(
            name: "years",
            aggregation: .terms(TermsAggregation(field: "year", missing: .integer(0)))),
        NamedAggregation(
            name: "prices",
            aggregation: .range(
                RangeAggregation(
                    field: "price",
                    ranges: [FacetRange(from: nil, to: 0), FacetRange(from: 0, to: 8)]))),
    ]

    private static let orders: [[SortClause]] = [
        [SortClause(field: .field("year"), descending: true)],
        [SortClause(field: .field("tag")), SortClause(field: .score, descending: true)],
        [SortClause(field: .field("price"), missingFirst: true), SortClause(field: .document)],
    ]

    static func all() throws -> [ShardQuery] {
        var queries: [ShardQuery] = []
        let tracking: [TotalHitsTracking] = [.none, .exactly, .upTo(20)]
        for (number, query) in (bodies + functions).enumerated() {
            queries.append(
                ShardQuery(query: query, count: 10, trackTotalHits: tracking[number % 3]))
            queries.append(
                ShardQuery(
                    query: query, count: number % 2 == 0 ? 0 : 100,
                    trackTotalHits: tracking[(number + 1) % 3]))
        }
        for (number, sort) in orders.enumerated() {
            queries.append(
                ShardQuery(query: bodies[number * 3], count: 10, sort: sort, trackScores: true))
            queries.append(
                ShardQuery(
                    query: bodies[number * 5 + 1], postFilter: year(1990, 2004), count: 5,
                    sort: sort, aggregations: facets))
        }
        queries.append(
            ShardQuery(query: bodies[3], count: 10, aggregations: facets, minimumScore: 0.5))
        queries.append(
            ShardQuery(
                query: bodies[3], count: 30,
                rescores: [Rescore(query: bodies[7], windowSize: 20), Rescore(query: functions[0])]
            ))
        return queries
    }
}
