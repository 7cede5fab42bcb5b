// What searches see of a shard at one moment: immutable, and kept alive by whoever holds it.

import Segments

public struct ShardSnapshot: Sendable {
    public let shard: Int
    /// The newest batch of the log whose documents are in it; grows only.
    public let visibleSlot: Int64
    /// The fence of the owner that made it.
    public let primaryTerm: Int64
    public let segments: [SegmentView]

    public init(shard: Int, visibleSlot: Int64, primaryTerm: Int64, segments: [SegmentView]) {
        self.shard = shard
        self.visibleSlot = visibleSlot
        self.primaryTerm = primaryTerm
        self.segments = segments
    }
}
