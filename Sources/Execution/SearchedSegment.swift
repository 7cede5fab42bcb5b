// One of the segments a search looks at, and where it lies.

import Queries
import Segments

struct SearchedSegment: Sendable {
    let shard: Int
    /// Its place in the shard's snapshot.
    let ordinal: Int
    let view: SegmentView

    var documentCount: Int { view.segment.documentCount }
    var liveCount: Int { view.live?.liveCount ?? documentCount }

    func address(_ document: UInt32) -> HitAddress {
        HitAddress(shard: shard, segment: ordinal, document: document)
    }
}
