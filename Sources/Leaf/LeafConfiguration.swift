// How much a leaf takes on, and how it treats its shards.

import Shards

public struct LeafConfiguration: Sendable {
    /// Searches that run at once; more wait for a permit.
    public var concurrentSearches = 64
    /// Searches that may wait; the next one is refused with 429.
    public var waitingSearches = 1_024
    public var shard = ShardSettings()
    /// Stored bytes are read again once in so long; nil: only when somebody asks for it.
    public var scrubInterval: Duration?
    public var scrubBytesPerSecond = 8 << 20
    public var version = ""

    public init() {}
}
