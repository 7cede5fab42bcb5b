// The mergeable results: one total order, merges that do not depend on the split, exact facets.

import Analysis
import Testing

@testable import Queries

private func randomHits(_ random: inout SeededGenerator, _ count: Int, sorted: Bool) -> [Hit] {
    (0..<count).map { number in
        let values: [SortValue] = [.integer(Int64(random.below(4))), .real(0.5), .missing]
        return Hit(
            score: Float(random.below(5)),
            sortValues: sorted ? [values[random.below(3)], .bytes([UInt8(random.below(3))])] : [],
            tieKey: UInt64(random.below(6)),
            address: HitAddress(shard: number, segment: 0, document: 0))
    }
}

@Suite struct TopHitsTests {
    static let orders: [[SortClause]] = [
        [],
        [SortClause(field: .field("a")), SortClause(field: .field("b"), descending: true)],
        [SortClause(field: .field("a"), descending: true, missingFirst: true)],
        [SortClause(field: .field("a"), missingFirst: true)],
    ]

    @Test(arguments: Array(UInt64(1)...10))
    func mergingIsSortingEverything(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for clauses in Self.orders {
            let order = HitOrder(sort: clauses)
            let all = randomHits(&random, random.below(80), sorted: !clauses.isEmpty)
            let expected = all.sorted(by: order.precedes)
            for parts in [1, 2, 3, 7, 32] {
                var runs = Array(repeating: TopHits(), count: parts)
                for hit in all { runs[random.below(parts)].hits.append(hit) }
                let count = random.below(all.count + 5)
                for index in runs.indices {
                    runs[index].hits.sort(by: order.precedes)
                    // A leaf sends no more than its best.
                    runs[index].hits = Array(runs[index].hits.prefix(count))
                }
                var merged = runs[0]
                merged.merge(
                    Array(runs.dropFirst()), order: order, count: count, tracking: .exactly)
                #expect(merged.hits == Array(expected.prefix(count)), "seed \(seed)")
            }
        }
    }

    @Test(arguments: Array(UInt64(1)...4))
    func orderIsTotal(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for clauses in Self.orders {
            let order = HitOrder(sort: clauses)
            let hits = randomHits(&random, 14, sorted: !clauses.isEmpty)
            for a in hits {
                #expect(!order.precedes(a, a))
                for b in hits where a != b {
                    #expect(order.precedes(a, b) != order.precedes(b, a), "seed \(seed)")
                    for c in hits where order.precedes(a, b) && order.precedes(b, c) {
                        #expect(order.precedes(a, c), "seed \(seed)")
                    }
                }
            }
        }
    }

    @Test func comparesKindsExactly() {
        let clause = SortClause(field: .field("a"))
        func compare(_ a: SortValue, _ b: SortValue) -> Int { HitOrder.compare(a, b, clause) }
        #expect(compare(.integer(9_007_199_254_740_993), .real(9_007_199_254_740_992)) == 1)
        #expect(compare(.real(9_007_199_254_740_992), .integer(9_007_199_254_740_993)) == -1)
        #expect(compare(.integer(3), .real(3.5)) == -1)
        #expect(compare(.integer(-3), .real(-3.5)) == 1)
        #expect(compare(.integer(3), .real(3)) == 0)
        #expect(compare(.integer(.max), .real(1e300)) == -1)
        #expect(compare(.integer(.min), .real(-1e300)) == 1)
        #expect(compare(.integer(.max), .bytes([0])) == -1)
        #expect(compare(.missing, .integer(.max)) == 1)
        #expect(
            HitOrder.compare(.missing, .integer(1), SortClause(field: .score, descending: true))
                == 1)
    }

    @Test(arguments: [
        ([5, 5], TotalHitsTracking.upTo(10), Optional(TotalHits(value: 10, isLowerBound: false))),
        ([5, 6], .upTo(10), TotalHits(value: 10, isLowerBound: true)),
        ([5, 6], .exactly, TotalHits(value: 11, isLowerBound: false)),
        ([0, 0], .upTo(0), TotalHits(value: 0, isLowerBound: false)),
        ([1, 0], .upTo(0), TotalHits(value: 0, isLowerBound: true)),
        ([1, 2], .none, nil),
    ])
    func totals(_ counts: [Int64], _ tracking: TotalHitsTracking, _ expected: TotalHits?) {
        var merged = TopHits(total: TotalHits(value: counts[0], isLowerBound: false))
        merged.merge(
            [TopHits(total: TotalHits(value: counts[1], isLowerBound: false))],
            order: HitOrder(sort: []), count: 1, tracking: tracking)
        #expect(merged.total == expected)
    }

    @Test func aLowerBoundIsTheLimit() {
        // Leaves stop counting at different places beyond the limit; the answer must not show it.
        for extra in [11, 17, 400] as [Int64] {
            let total = TotalHits(value: extra, isLowerBound: true).limited(to: .upTo(10))
            #expect(total == TotalHits(value: 10, isLowerBound: true))
        }
    }

    @Test func maximumScoreIsTheBest() {
        var merged = TopHits(maximumScore: 1.5)
        merged.merge(
            [TopHits(), TopHits(maximumScore: 2.5)], order: HitOrder(sort: []), count: 0,
            tracking: .exactly)
        #expect(merged.maximumScore == 2.5)
    }
}

@Suite struct FacetTests {
    private let counts: [FacetKey: Int64] = [
        .bytes(Array("b".utf8)): 3, .bytes(Array("a".utf8)): 3, .bytes(Array("c".utf8)): 9,
        .bytes(Array("d".utf8)): 1,
    ]

    private func reduced(_ terms: TermsAggregation) -> (String, Int64) {
        // However the counts are split over partials.
        var parts: [FacetPartial] = []
        for (key, count) in counts {
            parts.append(.terms([key: count - 1]))
            parts.append(.terms([key: 1]))
        }
        let result = FacetResult.reduce(.terms(terms), parts)
        let text = result.buckets.map { bucket -> String in
            guard case .bytes(let bytes) = bucket.key else { return "?" }
            return String(decoding: bytes, as: UTF8.self) + "\(bucket.count)"
        }
        return (text.joined(separator: " "), result.otherCount)
    }

    @Test func ordersBuckets() {
        #expect(reduced(TermsAggregation(field: "f")) == ("c9 a3 b3 d1", 0))
        #expect(reduced(TermsAggregation(field: "f", size: 2)) == ("c9 a3", 4))
        #expect(reduced(TermsAggregation(field: "f", order: .keyAscending)) == ("a3 b3 c9 d1", 0))
        #expect(reduced(TermsAggregation(field: "f", order: .keyDescending)) == ("d1 c9 b3 a3", 0))
        #expect(reduced(TermsAggregation(field: "f", order: .countAscending)) == ("d1 a3 b3 c9", 0))
        #expect(
            reduced(TermsAggregation(field: "f", size: 1, minimumDocumentCount: 3)) == ("c9", 6))
    }

    @Test func numbersOrderAsNumbers() {
        let result = FacetResult.reduce(
            .terms(TermsAggregation(field: "f", order: .keyAscending)),
            [.terms([.integer(10): 1, .integer(-2): 1, .real(2.5): 1, .bytes([0]): 1])])
        #expect(
            result.buckets.map(\.key) == [.integer(-2), .real(2.5), .integer(10), .bytes([0])])
    }

    @Test func rangesAddUp() {
        let range = RangeAggregation(
            field: "f", ranges: [FacetRange(to: 5), FacetRange(key: "k", from: 5)])
        let result = FacetResult.reduce(.range(range), [.ranges([1, 2]), .ranges([10, 20])])
        #expect(result.buckets.map(\.count) == [11, 22])
        #expect(result.buckets[1].key == .bytes(Array("k".utf8)))
        #expect(result.buckets[0].to == 5 && result.buckets[1].from == 5)
        #expect(FacetResult.reduce(.range(range), []).buckets.map(\.count) == [0, 0])
        #expect(range.ranges[0].contains(4.9) && !range.ranges[0].contains(5))
        #expect(range.ranges[1].contains(5))
    }

    @Test func mergeAddsFacets() {
        var merged = TopHits(facets: ["t": .terms([.integer(1): 2]), "r": .ranges([1])])
        merged.merge(
            [TopHits(facets: ["t": .terms([.integer(1): 3, .integer(2): 1]), "r": .ranges([4])])],
            order: HitOrder(sort: []), count: 0, tracking: .none)
        #expect(merged.facets["t"] == .terms([.integer(1): 5, .integer(2): 1]))
        #expect(merged.facets["r"] == .ranges([5]))
    }
}

@Suite struct CollectionStatisticsTests {
    @Test func addsUpAndComparesZeros() {
        let ant = TermKey(field: "t", term: Term("ant"))
        let bee = TermKey(field: "t", term: Term("bee"))
        var sum = CollectionStatistics(
            fields: ["t": FieldCounts(documentCount: 2, totalTermFrequency: 9)], terms: [ant: 1])
        sum.add(
            CollectionStatistics(
                fields: ["t": FieldCounts(documentCount: 3, totalTermFrequency: 1)],
                terms: [ant: 4, bee: 0]))
        #expect(sum.fields["t"] == FieldCounts(documentCount: 5, totalTermFrequency: 10))
        #expect(sum.terms[ant] == 5)
        var without = sum
        without.terms[bee] = nil
        #expect(sum.agrees(with: without) && without.agrees(with: sum))
        without.terms[ant] = 4
        #expect(!sum.agrees(with: without))
        without = sum
        without.fields["u"] = FieldCounts(documentCount: 1)
        #expect(!sum.agrees(with: without) && !without.agrees(with: sum))
    }

    @Test func needsOnlyWhatScores() throws {
        let query = Query.bool(
            BooleanQuery(
                must: [.term(field: "a", term: Term("x"), boost: 1)],
                should: [
                    .phrase(
                        field: "b",
                        terms: [
                            PhraseTerm(term: Term("y"), position: 0),
                            PhraseTerm(term: Term("z"), position: 1),
                        ], slop: 0, boost: 1)
                ],
                filter: [.term(field: "c", term: Term("f"), boost: 1)],
                mustNot: [.term(field: "d", term: Term("n"), boost: 1)]))
        #expect(query.scoringTerms.fields == ["a", "b"])
        #expect(Set(query.scoringTerms.terms.map(\.term.text)) == ["x", "y", "z"])
        #expect(query.hasScoringTerms)
        #expect(!Query.constantScore(query, boost: 1).hasScoringTerms)
        #expect(!Query.terms(field: "a", terms: [Term("x")], boost: 1).hasScoringTerms)
    }
}
