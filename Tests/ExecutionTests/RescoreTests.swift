// Rescoring: the leaves' second scores and the root's order against an exhaustive search.

import Analysis
import Queries
import Segments
import Testing

@testable import Execution

struct RescoreTests {
    private static func rescores(_ queries: inout RandomQueries) -> [Rescore] {
        (0..<1 + queries.random.below(3)).map { _ in
            Rescore(
                query: queries.query(depth: 2),
                windowSize: queries.random.pick([1, 3, 10, 40, 500]),
                queryWeight: queries.random.pick([1, 0.7, 0, 2]),
                rescoreQueryWeight: queries.random.pick([1, 1.2, -1, 0.1]),
                scoreMode: queries.random.pick(Rescore.ScoreMode.allCases))
        }
    }

    /// The rule as it is written at `Rescore`, over all matches.
    private func exhaustive(
        _ query: ShardQuery, _ oracle: Oracle
    ) -> [(key: UInt64, score: Float)] {
        let first = oracle.scores(query.query)
        var hits = oracle.documents.indices.compactMap { number in
            first[number].map { (number: number, score: Float($0)) }
        }
        func key(_ number: Int) -> UInt64 { oracle.documents[number].tieKey }
        hits.sort { a, b in
            a.score == b.score ? key(a.number) < key(b.number) : a.score > b.score
        }
        for rescore in query.rescores {
            let second = oracle.scores(rescore.query)
            for place in hits.indices {
                let one = Double(hits[place].score) * Double(rescore.queryWeight)
                var score = one
                if place < rescore.windowSize, let found = second[hits[place].number] {
                    let two = Double(Float(found)) * Double(rescore.rescoreQueryWeight)
                    switch rescore.scoreMode {
                    case .total: score = one + two
                    case .multiply: score = one * two
                    case .avg: score = (one + two) / 2
                    case .max: score = max(one, two)
                    case .min: score = min(one, two)
                    }
                }
                let limit = Double(Float.greatestFiniteMagnitude)
                hits[place].score = Float(max(-limit, min(limit, score)))
            }
            let window = hits.prefix(rescore.windowSize).sorted { a, b in
                a.score == b.score ? key(a.number) < key(b.number) : a.score > b.score
            }
            hits.replaceSubrange(..<window.count, with: window)
        }
        return hits.map { (key($0.number), $0.score) }
    }

    @Test(arguments: RandomSearchTests.settings)
    func equalsExhaustiveRescoringForAnySplit(_ setting: RandomSearchTests.Setting) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        var queries = RandomQueries(seed: setting.seed &+ 400, words: setting.words)
        for number in 0..<setting.queries {
            let inner = queries.query(depth: 2)
            let rescores = Self.rescores(&queries)
            let size = 1 + queries.random.below(30)
            let count = max(size, rescores.map(\.windowSize).max() ?? 0)
            let query = ShardQuery(query: inner, count: count, rescores: rescores)
            let wanted = exhaustive(query, oracle).prefix(size)
            var leaves = [[ShardView]](repeating: [], count: 1 + queries.random.below(3))
            for shard in corpus.shards { leaves[queries.random.below(leaves.count)].append(shard) }
            let searchers = leaves.map { Searcher(shards: $0, schema: corpus.schema) }
            var statistics = CollectionStatistics()
            for searcher in searchers { statistics.add(try searcher.statistics(for: query)) }
            #expect(
                statistics.agrees(with: oracle.statistics(for: query)), "\(setting), \(number)")
            let runs = try searchers.map {
                try $0.search(query, statistics: statistics, shouldStop: { false }).hits
            }
            let merged = TopHits.mergeRuns(runs, order: HitOrder(sort: []), count: count)
            let found = Rescore.apply(rescores, to: merged).prefix(size)
            #expect(
                found.map(\.tieKey) == wanted.map(\.key)
                    && found.map { $0.score?.bitPattern } == wanted.map { $0.score.bitPattern },
                "\(setting), query \(number): \(query)")
        }
    }

    @Test func onlyTheWindowHasSecondScores() throws {
        let corpus = try RandomCorpus(seed: 31, sizes: [[300], [90]], words: 9, deletedPercent: 5)
        let query = ShardQuery(
            query: .matchAll(boost: 1), count: 50,
            rescores: [
                Rescore(query: .exists(field: "flag", boost: 3), windowSize: 20),
                Rescore(query: .matchNone, windowSize: 7),
            ])
        let hits = try corpus.searcher.search(
            query, statistics: CollectionStatistics(), shouldStop: { false }
        ).hits
        #expect(hits.count == 50)
        #expect(hits.prefix(20).allSatisfy { $0.secondScores.count == 2 })
        #expect(hits.dropFirst(20).allSatisfy { $0.secondScores.isEmpty })
        let flagged = Set(corpus.documents.filter { $0.flag != nil }.map(\.tieKey))
        #expect(!flagged.isEmpty)
        for hit in hits.prefix(20) {
            #expect(hit.secondScores == [flagged.contains(hit.tieKey) ? 3 : nil, nil])
        }
    }
}
