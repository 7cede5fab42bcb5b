// The mergeable answer: best hits, totals and facet counts of some shards.

/// How many documents matched.
public struct TotalHits: Sendable, Hashable {
    public var value: Int64
    /// There may be more (`gte`).
    public var isLowerBound: Bool

    public init(value: Int64, isLowerBound: Bool) {
        self.value = value
        self.isLowerBound = isLowerBound
    }
}

public struct TopHits: Sendable, Hashable {
    /// In `HitOrder`.
    public var hits: [Hit]
    /// Nil when not tracked.
    public var total: TotalHits?
    /// Nil when nothing matched, or scores were not wanted or not the order.
    public var maximumScore: Float?
    /// By aggregation name.
    public var facets: [String: FacetPartial]

    public init(
        hits: [Hit] = [], total: TotalHits? = nil, maximumScore: Float? = nil,
        facets: [String: FacetPartial] = [:]
    ) {
        self.hits = hits
        self.total = total
        self.maximumScore = maximumScore
        self.facets = facets
    }

    /// Merges the answers of disjoint sets of shards. The result is the same however the
    /// documents were divided: the best `count` hits, the sum of the totals cut at the tracking
    /// limit, summed facets.
    public mutating func merge(
        _ others: [TopHits], order: HitOrder, count: Int, tracking: TotalHitsTracking
    ) {
        let all = [self] + others
        hits = Self.mergeRuns(all.map(\.hits), order: order, count: count)
        total = Self.mergeTotals(all.compactMap(\.total), tracking)
        maximumScore = all.compactMap(\.maximumScore).max()
        for other in others {
            for (name, partial) in other.facets {
                if let mine = facets[name] {
                    facets[name] = mine.adding(partial)
                } else {
                    facets[name] = partial
                }
            }
        }
    }

    /// The first `count` of sorted runs, through a heap of the runs' heads. Hits that the order
    /// cannot tell apart come in the order of their runs, and as they come in a run.
    public static func mergeRuns(_ runs: [[Hit]], order: HitOrder, count: Int) -> [Hit] {
        var heads = runs.enumerated().filter { !$0.element.isEmpty }
            .map { (run: $0.offset, hits: $0.element[...]) }
        if heads.count == 1 { return Array(heads[0].hits.prefix(max(0, count))) }
        func precedes(_ a: Int, _ b: Int) -> Bool {
            let left = heads[a].hits[heads[a].hits.startIndex]
            let right = heads[b].hits[heads[b].hits.startIndex]
            if order.precedes(left, right) { return true }
            return heads[a].run < heads[b].run && !order.precedes(right, left)
        }
        func siftDown(from start: Int) {
            var parent = start
            while true {
                var best = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < heads.count && precedes(child, best) {
                    best = child
                }
                if best == parent { return }
                heads.swapAt(parent, best)
                parent = best
            }
        }
        for parent in stride(from: heads.count / 2 - 1, through: 0, by: -1) {
            siftDown(from: parent)
        }
        var result: [Hit] = []
        result.reserveCapacity(min(max(0, count), heads.reduce(0) { $0 + $1.hits.count }))
        while result.count < count, !heads.isEmpty {
            result.append(heads[0].hits.removeFirst())
            if heads[0].hits.isEmpty {
                heads[0] = heads[heads.count - 1]
                heads.removeLast()
            }
            siftDown(from: 0)
        }
        return result
    }

    /// A leaf that stopped counting has counted past the limit, so the sum says whether all were.
    static func mergeTotals(_ totals: [TotalHits], _ tracking: TotalHitsTracking) -> TotalHits? {
        guard tracking != .none, !totals.isEmpty else { return nil }
        var sum = TotalHits(value: 0, isLowerBound: false)
        for total in totals {
            sum.value &+= total.value
            sum.isLowerBound = sum.isLowerBound || total.isLowerBound
        }
        return sum.limited(to: tracking)
    }
}

extension TotalHits {
    /// The total as the caller asked for it: more than the limit is `{limit, gte}`.
    public func limited(to tracking: TotalHitsTracking) -> TotalHits? {
        switch tracking {
        case .none: nil
        case .exactly: self
        case .upTo(let limit):
            value > Int64(limit) || isLowerBound
                ? TotalHits(value: Int64(limit), isLowerBound: true) : self
        }
    }
}
