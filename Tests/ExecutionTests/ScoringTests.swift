// The formula, checked against numbers worked out by hand, and the grid scores lie on.

import Analysis
import Queries
import Segments
import Storage
import Testing

@testable import Execution

struct ScoringTests {
    @Test func oneScoreWorkedOutByHand() throws {
        // 3 documents; "fox" is in 1 of them, twice, in 4 words; the average length is (4+2+3)/3 =
        // 3. idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)) = ln(2.6666667) = 0.98082925 normInverse = 1 /
        // (1.2 * (0.25 + 0.75 * 4 / 3)) = 0.6666667 score = 0.98082925 - 0.98082925 / (1 + 2 *
        // 0.6666667) = 0.56047386
        let schema = try Schema(
            mappings: JSONParser.parse(Array(#"{"properties":{"t":{"type":"text"}}}"#.utf8)),
            settings: nil)
        let builder = SegmentBuilder(schema: schema)
        let parser = DocumentParser(schema: schema)
        for (number, text) in ["fox fox red hen", "red hen", "one red hen"].enumerated() {
            let source = Array(#"{"t":"\#(text)"}"#.utf8)
            _ = builder.add(
                try parser.parse(source), id: "\(number)", source: source,
                sequenceNumber: Int64(number), version: 1)
        }
        let reader = try SegmentReader(MappedBytes(owned: try builder.finish()), name: "s")
        let searcher = Searcher(
            shards: [
                ShardView(shard: 0, segments: [SegmentView(segment: reader, live: nil)])
            ], schema: schema)
        let query = ShardQuery(
            query: .term(field: "t", term: Term("fox"), boost: 1), count: 10)
        let statistics = try searcher.statistics(for: query)
        #expect(statistics.fields["t"] == FieldCounts(documentCount: 3, totalTermFrequency: 9))
        let hits = try searcher.search(query, statistics: statistics, shouldStop: { false }).hits
        #expect(hits.map(\.address.document) == [0])
        let score = try #require(hits.first?.score)
        #expect(abs(score - 0.560_473_86) < 1e-7)
    }

    @Test func roundingToTheGridIsExactAndSumsAreToo() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let value = Float(random.below(1 << 24)) / Float(1 + random.below(1 << 20))
            let rounded = ScoreGrid.round(Double(value))
            #expect(rounded == (Double(value) * 0x1p28).rounded(.toNearestOrEven) / 0x1p28)
            #expect(rounded == ScoreGrid.roundLarge(Double(value)))
        }
        let parts = (0..<500).map { _ in
            ScoreGrid.round(
                Double(random.below(1 << 30)) / Double((1 << 14) + random.below(1 << 16)))
        }
        #expect(parts.reduce(0, +) == parts.reversed().reduce(0, +))
    }

    @Test func theFloorOfAScoreIsTheLowestSumThatRoundsToIt() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<2_000 {
            let score = Float(random.below(1 << 20)) / 1_024
            let floor = ScoreGrid.floor(of: score)
            #expect(Float(floor.nextDown) < score)
            #expect(Float(floor.nextUp) >= score)
        }
    }

    @Test func contradictingStatisticsStillGiveFiniteScores() {
        let counts = FieldCounts(documentCount: 0, totalTermFrequency: 0)
        let similarity = FieldSimilarity(counts, .standard)
        #expect(similarity.idf(documentFrequency: 10).isFinite)
        #expect(similarity.idf(documentFrequency: -3) >= 0)
        #expect((0..<256).allSatisfy { similarity.normInverse[$0].isFinite })
    }

    /// 1 / (k1 ((1 - b) + b length / average)), by hand.
    @Test func parametersSayWhatFrequencyAndLengthCount() {
        let counts = FieldCounts(documentCount: 10, totalTermFrequency: 100)
        func inverse(_ k1: Float, _ b: Float, length: Int) -> Float {
            let similarity = FieldSimilarity(counts, Similarity(k1: k1, b: b))
            return similarity.normInverse[Int(NormByte.encode(length))]
        }
        #expect(inverse(0.9, 0.4, length: 10) == 1 / Float(0.9))
        #expect(abs(inverse(0.9, 0.4, length: 20) - 0.793_650_8) < 1e-6)
        #expect(inverse(2, 0, length: 3) == 0.5 && inverse(2, 0, length: 30) == 0.5)
        #expect(inverse(2, 1, length: 20) == 0.25)
        // Only whether it occurs.
        #expect(inverse(0, 0.75, length: 20).isFinite && inverse(0, 0.75, length: 20) > 1e8)
        #expect(
            FieldSimilarity.of(counts, .standard)
                !== FieldSimilarity.of(
                    counts, Similarity(k1: 0.9, b: 0.4)))
        #expect(FieldSimilarity.of(counts, .standard) === FieldSimilarity.of(counts, .standard))
    }
}
