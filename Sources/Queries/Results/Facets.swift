// Facet counts: partial ones that add up, and the buckets made of them.

import Analysis

/// Counts of some shards' documents.
public enum FacetPartial: Sendable, Hashable {
    /// Documents per value, all values.
    case terms([FacetKey: Int64])
    /// Documents per range, in the request's order.
    case ranges([Int64])

    func adding(_ other: FacetPartial) -> FacetPartial {
        switch (self, other) {
        case (.terms(let mine), .terms(let theirs)):
            return .terms(mine.merging(theirs) { $0 &+ $1 })
        case (.ranges(let mine), .ranges(let theirs)):
            var sums = mine.count >= theirs.count ? mine : theirs
            let shorter = mine.count >= theirs.count ? theirs : mine
            for (index, count) in shorter.enumerated() { sums[index] &+= count }
            return .ranges(sums)
        default:
            return self
        }
    }
}

public struct FacetBucket: Sendable, Hashable {
    /// The value; for a range the caller's key as bytes, or empty when it gave none.
    public var key: FacetKey
    public var count: Int64
    public var from: Double?
    public var to: Double?

    public init(key: FacetKey, count: Int64, from: Double? = nil, to: Double? = nil) {
        self.key = key
        self.count = count
        self.from = from
        self.to = to
    }
}

/// A facet's final buckets. Counts are exact.
public struct FacetResult: Sendable, Hashable {
    public var buckets: [FacetBucket]
    /// Documents counted under values that got no bucket.
    public var otherCount: Int64

    public init(buckets: [FacetBucket], otherCount: Int64 = 0) {
        self.buckets = buckets
        self.otherCount = otherCount
    }

    /// The buckets of one aggregation from the counts of disjoint sets of shards; deterministic.
    public static func reduce(_ aggregation: Aggregation, _ partials: [FacetPartial]) -> FacetResult
    {
        var sum: FacetPartial?
        for partial in partials { sum = sum.map { $0.adding(partial) } ?? partial }
        switch aggregation {
        case .terms(let terms):
            guard case .terms(let counts)? = sum else { return FacetResult(buckets: []) }
            return reduce(terms, counts)
        case .range(let range):
            var counts: [Int64] = []
            if case .ranges(let summed)? = sum { counts = summed }
            return FacetResult(
                buckets: range.ranges.enumerated().map { index, facetRange in
                    FacetBucket(
                        key: .bytes(Array((facetRange.key ?? "").utf8)),
                        count: index < counts.count ? counts[index] : 0,
                        from: facetRange.from, to: facetRange.to)
                })
        }
    }

    private static func reduce(
        _ terms: TermsAggregation, _ counts: [FacetKey: Int64]
    ) -> FacetResult {
        let all = counts.filter { $0.value > 0 && $0.value >= terms.minimumDocumentCount }
            .map { FacetBucket(key: $0.key, count: $0.value) }
        let sorted = all.sorted { a, b in
            switch terms.order {
            case .countDescending where a.count != b.count: a.count > b.count
            case .countAscending where a.count != b.count: a.count < b.count
            case .keyDescending: b.key < a.key
            default: a.key < b.key
            }
        }
        let buckets = Array(sorted.prefix(terms.size))
        let other = sorted.dropFirst(terms.size).reduce(Int64(0)) { $0 &+ $1.count }
        return FacetResult(buckets: buckets, otherCount: other)
    }
}
