// How a shard balances freshness, memory and the number of its segments.

import Segments

public struct ShardSettings: Sendable, Hashable {
    /// Flush once this many bytes are in the log since the last checkpoint, or in memory.
    public var flushBytes = 24 << 20
    /// How long a write may stay invisible to searches; nil means until somebody refreshes.
    public var refreshInterval: Duration? = .seconds(1)
    /// Without a search for so long, the next search refreshes instead of a timer.
    public var searchIdleAfter: Duration = .seconds(30)
    public var mergePolicy = MergePolicy()
    /// Merges of segment objects put similar documents beside each other; nil: never.
    public var reordering: ReorderLimits?
    /// Without a write for so long, what is in memory is flushed and segments are merged further.
    public var quietAfter: Duration = .seconds(5)
    /// Whether flushes and merges start by themselves; tests start them by hand.
    public var worksInBackground = true

    public init() {}

    /// Writes wait for the flush once memory holds this many times `flushBytes`.
    static let memoryFactor = 3
    /// Writes are refused while this many bytes of them wait.
    static let queueBytes = 64 << 20
    /// Less than this share of `flushBytes` stays in memory when nobody writes.
    static let quietShare = 16
    /// Requests are committed together up to this many bytes.
    static let groupBytes = 8 << 20
    /// How often a shard looks whether there is something to do.
    static let tickInterval: Duration = .milliseconds(250)
    /// Once a create has been unresolved for so long, new writes are refused and waiting ones
    /// are told that their outcome is unknown.
    static let stallLimit: Duration = .seconds(5)
}
