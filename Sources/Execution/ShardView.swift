// The shards a search looks at, as they were at one moment.

import Segments

/// The segments of one shard in one snapshot. A segment's place in `segments` is the `segment` of
/// every `HitAddress` in it.
public struct ShardView: Sendable {
    public let shard: Int
    public let segments: [SegmentView]

    public init(shard: Int, segments: [SegmentView]) {
        self.shard = shard
        self.segments = segments
    }
}
