// How an answer came about: who was asked, what it took, how much was covered.

public enum CacheVerdict: String, Sendable, Hashable {
    case hit, miss, bypass
}

/// One leaf's part in an answer.
public struct LeafReport: Sendable, Hashable {
    public var leaf: String
    public var shards: [Int]
    /// Times as the leaf measured them, summed over its trips.
    public var queued: Duration
    public var planned: Duration
    public var scored: Duration
    public var fetched: Duration
    /// The rest of the wall time the root waited for it.
    public var network: Duration
    /// Hits it sent to the merge.
    public var hits: Int

    public init(
        leaf: String, shards: [Int] = [], queued: Duration = .zero, planned: Duration = .zero,
        scored: Duration = .zero, fetched: Duration = .zero, network: Duration = .zero,
        hits: Int = 0
    ) {
        self.leaf = leaf
        self.shards = shards
        self.queued = queued
        self.planned = planned
        self.scored = scored
        self.fetched = fetched
        self.network = network
        self.hits = hits
    }
}

public struct ScatterReport: Sendable, Hashable {
    /// Share of the shards that was searched, 0…1.
    public var coverage: Double
    /// Rounds of messages before fetching: 1 when the root's belief about the statistics was right.
    public var trips: Int
    public var leaves: [LeafReport]
    public var merged: Duration
    public var rendered: Duration
    public var cacheVerdict: CacheVerdict
    /// Scores were computed with the exact statistics of everything that was searched.
    public var exact: Bool

    public init(
        coverage: Double = 1, trips: Int = 0, leaves: [LeafReport] = [], merged: Duration = .zero,
        rendered: Duration = .zero, cacheVerdict: CacheVerdict = .bypass, exact: Bool = true
    ) {
        self.coverage = coverage
        self.trips = trips
        self.leaves = leaves
        self.merged = merged
        self.rendered = rendered
        self.cacheVerdict = cacheVerdict
        self.exact = exact
    }
}
