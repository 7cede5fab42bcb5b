// Functions of documents: values worked out by hand, limits, and what must not depend on where
// documents lie. Random trees of them are compared with the oracle in `RandomSearchTests`.

import Analysis
import Queries
import Segments
import Storage
import Testing

@testable import Execution

struct FunctionScoreTests {
    /// One number each; the last document has none.
    private static let numbers: [Double] = [0, 1, 4, 10, 99, -3]

    private let searcher: Searcher

    init() throws {
        let schema = try Schema(
            mappings: JSONParser.parse(
                Array(#"{"properties":{"n":{"type":"double"},"t":{"type":"keyword"}}}"#.utf8)),
            settings: nil)
        let builder = SegmentBuilder(schema: schema)
        let parser = DocumentParser(schema: schema)
        for number in 0...Self.numbers.count {
            let hasNumber = number < Self.numbers.count
            let source = Array(
                (hasNumber ? #"{"n":\#(Self.numbers[number])}"# : #"{"t":"x"}"#).utf8)
            _ = builder.add(
                try parser.parse(source), id: "\(number)", source: source,
                sequenceNumber: Int64(number), version: 1)
        }
        let reader = try SegmentReader(MappedBytes(owned: try builder.finish()), name: "s")
        searcher = Searcher(
            shards: [ShardView(shard: 0, segments: [SegmentView(segment: reader, live: nil)])],
            schema: schema)
    }

    /// By document; nil where it does not match.
    private func scores(_ query: Query) throws -> [Float?] {
        let hits = try searcher.search(
            ShardQuery(query: query, count: 100), statistics: CollectionStatistics(),
            shouldStop: { false }
        ).hits
        var result = [Float?](repeating: nil, count: Self.numbers.count + 1)
        for hit in hits { result[Int(hit.address.document)] = hit.score }
        return result
    }

    private func replaced(_ kind: ScoreFunction.Kind, weight: Float = 1) throws -> [Float?] {
        try scores(
            .functionScore(
                FunctionScoreQuery(
                    query: .matchAll(boost: 7), functions: [ScoreFunction(kind, weight: weight)],
                    boostMode: .replace)))
    }

    @Test(arguments: [
        (FieldValueFunction.Modifier.none, [0, 2, 8, 20, 198, 0, 1] as [Float]),
        (.log1p, [0, 0.477_121_25, 0.954_242_5, 1.322_219_3, 2.298_853, 0, 1]),
        (.ln2p, [0.693_147_2, 1.386_294_4, 2.302_585_1, 3.091_042_5, 5.298_317_4, 0, 1]),
        (.square, [0, 4, 64, 400, 39_204, 36, 1]),
        (.sqrt, [0, 1.414_213_5, 2.828_427, 4.472_136, 14.071_247, 0, 1]),
    ])
    func fieldValues(_ modifier: FieldValueFunction.Modifier, _ wanted: [Float]) throws {
        let found = try replaced(
            .fieldValue(FieldValueFunction(field: "n", factor: 2, modifier: modifier)))
        for (found, wanted) in zip(found, wanted) {
            #expect(abs((found ?? -1) - wanted) <= wanted * 1e-6, "\(modifier)")
        }
    }

    @Test func whatIsMissingIsOneOrAsAsked() throws {
        #expect(try replaced(.fieldValue(FieldValueFunction(field: "n"))).last == 1)
        #expect(
            try replaced(.fieldValue(FieldValueFunction(field: "n", factor: 2, missing: 3))).last
                == 6)
        #expect(try replaced(.fieldValue(FieldValueFunction(field: "u", missing: 3))).last == 3)
        let decay = DecayFunction(field: "n", shape: .gauss, origin: 0, scale: 1)
        #expect(try replaced(.decay(decay), weight: 2.5).last == 2.5)
    }

    @Test(arguments: DecayFunction.Shape.allCases)
    func whereTheScaleEndsTheDecayIsLeft(_ shape: DecayFunction.Shape) throws {
        // 4 lies 3 from 1, of which 1 is free: 2 of a scale of 2. 0 and 1 are within the offset.
        let decay = DecayFunction(
            field: "n", shape: shape, origin: 1, scale: 2, offset: 1, decay: 0.3)
        let found = try replaced(.decay(decay))
        #expect(found[0] == 1 && found[1] == 1)
        #expect(abs((found[2] ?? 0) - 0.3) < 1e-6)
        let far = try #require(found[4])
        #expect(shape == .linear ? far == 0 : far < 1e-6)
    }

    @Test(arguments: [
        (FunctionScoreQuery.ScoreMode.multiply, 12 as Float), (.sum, 8), (.avg, 1.6), (.first, 2),
        (.max, 6), (.min, 2),
    ])
    func combinesValues(_ mode: FunctionScoreQuery.ScoreMode, _ wanted: Float) throws {
        // Document 3: 2 of weight 2, and 10 times 0.2 of weight 3; the third's filter excludes it.
        // So the average is (2 + 6) / (2 + 3).
        let query = FunctionScoreQuery(
            query: .matchAll(boost: 1),
            functions: [
                ScoreFunction(.constant, weight: 2),
                ScoreFunction(
                    .fieldValue(FieldValueFunction(field: "n", factor: 0.2)), weight: 3),
                ScoreFunction(
                    .constant, filter: .terms(field: "t", terms: [Term("x")], boost: 1), weight: 9),
            ], scoreMode: mode)
        let found = try #require(try scores(.functionScore(query))[3])
        #expect(abs(found - wanted) < 1e-5)
    }

    @Test(arguments: [
        (FunctionScoreQuery.BoostMode.multiply, 12 as Float), (.replace, 4), (.sum, 7),
        (.avg, 3.5), (.max, 4), (.min, 3),
    ])
    func combinesWithTheInnerScore(
        _ mode: FunctionScoreQuery.BoostMode, _ wanted: Float
    ) throws {
        // 5 is cut at 4.
        let query = FunctionScoreQuery(
            query: .matchAll(boost: 3), functions: [ScoreFunction(.constant, weight: 5)],
            boostMode: mode, maximumBoost: 4)
        #expect(try scores(.functionScore(query)).allSatisfy { $0 == wanted })
    }

    @Test func whereNoFilterMatchesTheValueIsOne() throws {
        let nobody = ScoreFunction(
            .constant, filter: .terms(field: "t", terms: [Term("y")], boost: 1), weight: 9)
        for mode in FunctionScoreQuery.ScoreMode.allCases {
            let query = FunctionScoreQuery(
                query: .matchAll(boost: 3), functions: [nobody], scoreMode: mode, boostMode: .sum)
            #expect(try scores(.functionScore(query)).allSatisfy { $0 == 4 }, "\(mode)")
        }
    }

    @Test func selectsByScoreAlsoInFilters() throws {
        let query = Query.functionScore(
            FunctionScoreQuery(
                query: .matchAll(boost: 1),
                functions: [ScoreFunction(.fieldValue(FieldValueFunction(field: "n")))],
                minimumScore: 4))
        #expect(try scores(query) == [nil, nil, 4, 10, 99, nil, nil])
        #expect(
            try scores(.bool(BooleanQuery(must: [.matchAll(boost: 2)], filter: [query])))
                == [nil, nil, 2, 2, 2, nil, nil])
        #expect(
            try scores(.bool(BooleanQuery(must: [.matchAll(boost: 2)], mustNot: [query])))
                == [2, 2, nil, nil, nil, 2, 2])
    }

    @Test func onlySummedScoresAreCut() throws {
        let large = Query.functionScore(
            FunctionScoreQuery(
                query: .matchAll(boost: 1), functions: [ScoreFunction(.constant, weight: 3e9)]))
        #expect(try scores(large).first == 3e9)
        let alone = Query.bool(
            BooleanQuery(must: [large], filter: [.exists(field: "n", boost: 1)]))
        #expect(try scores(alone).first == 3e9)
        let summed = Query.bool(BooleanQuery(must: [large, .matchAll(boost: 1)]))
        #expect(try scores(summed).first == 2_097_153)
        let endless = Query.functionScore(
            FunctionScoreQuery(
                query: large,
                functions: [
                    ScoreFunction(
                        .fieldValue(FieldValueFunction(field: "n", modifier: .reciprocal)))
                ], scoreMode: .max))
        // 1 / 0 is cut at the largest number there is.
        #expect(try scores(endless).first == Float.greatestFiniteMagnitude)
    }

    @Test func randomScoresAreSpreadEvenlyAndDependOnTheSeed() throws {
        let corpus = try RandomCorpus(
            seed: 41, sizes: [[1_500], [700, 300]], words: 5, deletedPercent: 10)
        func scores(_ seed: Int64, _ searcher: Searcher) throws -> [UInt64: Float] {
            let query = FunctionScoreQuery(
                query: .matchAll(boost: 1), functions: [ScoreFunction(.random(seed: seed))])
            let hits = try searcher.search(
                ShardQuery(query: .functionScore(query), count: 5_000),
                statistics: CollectionStatistics(), shouldStop: { false }
            ).hits
            return Dictionary(uniqueKeysWithValues: hits.map { ($0.tieKey, $0.score ?? -1) })
        }
        let one = try scores(1, corpus.searcher)
        #expect(try one == scores(1, corpus.merged()))
        let other = try scores(2, corpus.searcher)
        #expect(one.count == corpus.documents.count && other.count == one.count)
        #expect(one.filter { other[$0.key] == $0.value }.count < 10)
        #expect(one.values.allSatisfy { (0..<1).contains($0) })
        for tenth in 0..<10 {
            let share = one.values.filter { Int($0 * 10) == tenth }.count * 1_000 / one.count
            #expect((70...130).contains(share), "\(share) of 1,000 lie in tenth \(tenth)")
        }
    }
}
