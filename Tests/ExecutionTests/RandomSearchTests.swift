// Every way to search against the exhaustive oracle: same ids, order, score bits, totals and
// facets.

import Analysis
import Queries
import Segments
import Testing

@testable import Execution

struct RandomSearchTests {
    struct Setting: CustomStringConvertible {
        var seed: UInt64
        var sizes: [[Int]]
        var words: Int
        var deletedPercent: Int
        var queries: Int

        var description: String { "seed \(seed), \(sizes), \(deletedPercent) % deleted" }

        func corpus() throws -> RandomCorpus {
            try RandomCorpus(
                seed: seed, sizes: sizes, words: words, deletedPercent: deletedPercent)
        }
    }

    /// Several blocks, windows, segments and shards; tiny segments; deletions.
    static let settings = [
        Setting(seed: 1, sizes: [[2_200]], words: 40, deletedPercent: 0, queries: 24),
        Setting(
            seed: 2, sizes: [[700, 30], [1], [260, 129, 128]], words: 25, deletedPercent: 0,
            queries: 80),
        Setting(
            seed: 3, sizes: [[400, 90], [350, 127]], words: 200, deletedPercent: 25, queries: 40),
        Setting(
            seed: 4, sizes: [[40, 3], [17], [60]], words: 8, deletedPercent: 50, queries: 80),
    ]

    /// More documents than the widest window holds, and words rare enough for it.
    static let wide = Setting(
        seed: 5, sizes: [[17_000, 300]], words: 2_000, deletedPercent: 0, queries: 12)

    /// Several windows most of whose documents any clause touches.
    static let dense = Setting(
        seed: 6, sizes: [[9_000, 200]], words: 12, deletedPercent: 5, queries: 12)

    private static let tracking: [TotalHitsTracking] = [
        .none, .exactly, .upTo(10_000), .upTo(20), .upTo(150), .upTo(0),
    ]

    private func answer(
        _ searcher: Searcher, _ query: ShardQuery, _ statistics: CollectionStatistics
    ) throws -> TopHits {
        try searcher.search(query, statistics: statistics, shouldStop: { false })
    }

    @Test(arguments: settings + [wide, dense])
    func equalsExhaustiveSearch(_ setting: Setting) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        let searcher = corpus.searcher
        #expect(searcher.liveDocumentCount == Int64(corpus.documents.count))
        var queries = RandomQueries(seed: setting.seed, words: setting.words)
        for number in 0..<setting.queries {
            let query =
                switch number % 4 {
                case 0: queries.union()
                case 1: queries.intersection()
                default: queries.query()
                }
            for count in [10, queries.random.pick([0, 1, 3, 200])] {
                let shardQuery = ShardQuery(
                    query: query, count: count,
                    trackTotalHits: queries.random.pick(Self.tracking))
                let statistics = try searcher.statistics(for: shardQuery)
                #expect(statistics == oracle.statistics(for: shardQuery), "\(setting) \(query)")
                expectEqual(
                    try answer(searcher, shardQuery, statistics), oracle.search(shardQuery),
                    "\(setting), query \(number): \(shardQuery)")
            }
        }
    }

    /// Excluded terms are looked for in what is found, in every algorithm and order of blocks.
    @Test(arguments: settings + [wide])
    func exclusionsEqualExhaustiveSearch(_ setting: Setting) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        var queries = RandomQueries(seed: setting.seed &+ 400, words: setting.words)
        for number in 0..<setting.queries * 2 {
            let query = queries.negated()
            for count in [1, 10, 100, 0] {
                let shardQuery = ShardQuery(
                    query: query, count: count,
                    trackTotalHits: count == 0 ? .exactly : queries.random.pick(Self.tracking))
                let statistics = try corpus.searcher.statistics(for: shardQuery)
                expectEqual(
                    try answer(corpus.searcher, shardQuery, statistics), oracle.search(shardQuery),
                    "\(setting), query \(number): \(shardQuery)")
            }
        }
    }

    @Test(arguments: settings.dropFirst())
    func anySplitOfTheShardsGivesTheSameAnswer(_ setting: Setting) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        let merged = try corpus.merged()
        var queries = RandomQueries(seed: setting.seed &+ 100, words: setting.words)
        for number in 0..<setting.queries / 2 {
            let query = ShardQuery(
                query: queries.query(), count: 1 + queries.random.below(20),
                trackTotalHits: queries.random.pick(Self.tracking),
                aggregations: number % 3 == 0 ? Self.aggregations : [])
            let wanted = oracle.search(query)
            var leaves = [[ShardView]](repeating: [], count: 1 + queries.random.below(3))
            for shard in corpus.shards { leaves[queries.random.below(leaves.count)].append(shard) }
            let searchers = leaves.map { Searcher(shards: $0, schema: corpus.schema) }
            var statistics = CollectionStatistics()
            for searcher in searchers { statistics.add(try searcher.statistics(for: query)) }
            let answers = try searchers.map { try answer($0, query, statistics) }
            var whole = answers[0]
            whole.merge(
                Array(answers.dropFirst()), order: HitOrder(sort: []), count: query.count,
                tracking: query.trackTotalHits)
            expectEqual(whole, wanted, "\(setting), query \(number) split: \(query)")
            #expect(try merged.statistics(for: query).agrees(with: statistics))
            expectEqual(
                try answer(merged, query, statistics), wanted,
                "\(setting), query \(number) merged: \(query)")
        }
    }

    @Test(arguments: settings + [wide])
    func anyOrderOfTheDocumentsGivesTheSameAnswer(_ setting: Setting) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        var limits = ReorderLimits()
        limits.minimumDocuments = 2
        limits.minimumFrequency = 2
        let reordered = try corpus.merged(reordering: limits)
        var queries = RandomQueries(seed: setting.seed &+ 300, words: setting.words)
        for number in 0..<setting.queries {
            var random = queries.random
            let chosen =
                switch number % 4 {
                case 0: queries.union()
                case 1: queries.intersection()
                case 2: queries.phrase()
                default: queries.query()
                }
            let query = ShardQuery(
                query: chosen, count: random.pick([1, 10, 200]),
                sort: number % 5 == 4 ? Self.sort(&random) : [],
                trackTotalHits: random.pick(Self.tracking),
                aggregations: number % 3 == 0 ? Self.aggregations : [])
            let statistics = try reordered.statistics(for: query)
            expectEqual(
                try answer(reordered, query, statistics), oracle.search(query),
                "\(setting), query \(number) reordered: \(query)")
        }
    }

    private static let aggregations = [
        NamedAggregation(name: "tags", aggregation: .terms(TermsAggregation(field: "tag"))),
        NamedAggregation(
            name: "years",
            aggregation: .terms(TermsAggregation(field: "year", missing: .integer(-1)))),
        NamedAggregation(name: "prices", aggregation: .terms(TermsAggregation(field: "price"))),
        NamedAggregation(name: "flags", aggregation: .terms(TermsAggregation(field: "flag"))),
        NamedAggregation(
            name: "unmapped",
            aggregation: .terms(TermsAggregation(field: "no", missing: .bytes([1])))),
        NamedAggregation(
            name: "year ranges",
            aggregation: .range(
                RangeAggregation(
                    field: "year",
                    ranges: [
                        FacetRange(to: 1995), FacetRange(from: 1992, to: 2001),
                        FacetRange(from: 2001), FacetRange(),
                    ]))),
        NamedAggregation(
            name: "price ranges",
            aggregation: .range(
                RangeAggregation(
                    field: "price",
                    ranges: [FacetRange(from: -1.5, to: 3), FacetRange(from: 2.125)]))),
    ]

    private static func sort(_ random: inout SeededGenerator) -> [SortClause] {
        let fields: [SortField] = [
            .score, .document, .field("year"), .field("price"), .field("tag"), .field("flag"),
            .field("unmapped"),
        ]
        return (0..<1 + random.below(3)).map { _ in
            SortClause(
                field: random.pick(fields), descending: random.chance(50),
                missingFirst: random.chance(40))
        }
    }

    @Test(arguments: settings)
    func sortsFacetsAndFiltersEqualExhaustiveOnes(_ setting: Setting) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        let searcher = corpus.searcher
        var queries = RandomQueries(seed: setting.seed &+ 200, words: setting.words)
        for number in 0..<setting.queries {
            var random = queries.random
            let query = ShardQuery(
                query: queries.query(depth: 2),
                postFilter: random.chance(30) ? queries.filter() : nil,
                count: random.pick([0, 1, 7, 50]),
                sort: random.chance(70) ? Self.sort(&random) : [],
                trackTotalHits: random.pick(Self.tracking), trackScores: random.chance(30),
                aggregations: random.chance(50) ? Self.aggregations : [],
                minimumScore: random.chance(25) ? Float(random.below(30)) / 8 : nil)
            let statistics = try searcher.statistics(for: query)
            expectEqual(
                try answer(searcher, query, statistics), oracle.search(query),
                "\(setting), query \(number): \(query)")
        }
    }

    @Test func pruningKeepsDocumentsThatOnlyTheTieKeyDecides() throws {
        // Every document scores the same: the order is that of the tie keys alone.
        let corpus = try RandomCorpus(
            seed: 9, sizes: [[900], [500, 40]], words: 3, deletedPercent: 0)
        let oracle = Oracle(corpus.documents)
        for query: Query in [
            .matchAll(boost: 1), .constantScore(.exists(field: "tag", boost: 1), boost: 2),
            .term(field: "tag", term: Term("t0"), boost: 1),
            .bool(
                BooleanQuery(
                    should: [
                        .term(field: "tag", term: Term("t0"), boost: 1),
                        .term(field: "tag", term: Term("t1"), boost: 1),
                    ], minimumShouldMatch: 1)),
        ] {
            let shardQuery = ShardQuery(query: query, count: 10, trackTotalHits: .none)
            let statistics = try corpus.searcher.statistics(for: shardQuery)
            expectEqual(
                try answer(corpus.searcher, shardQuery, statistics), oracle.search(shardQuery),
                "\(query)")
        }
    }
}
