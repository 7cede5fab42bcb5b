// What searches see of a shard at one moment: immutable, and kept alive by whoever holds it.

import Segments

public struct ShardSnapshot: Sendable {
    public let shard: Int
    /// The newest batch of the log whose documents are in it; grows only.
    public let visibleSlot: Int64
    /// The fence of the owner that made it.
    public let primaryTerm: Int64
    public let segments: [SegmentView]
    private let terms: PrimaryTerms

    init(
        shard: Int, visibleSlot: Int64, primaryTerm: Int64, segments: [SegmentView],
        terms: PrimaryTerms
    ) {
        self.shard = shard
        self.visibleSlot = visibleSlot
        self.primaryTerm = primaryTerm
        self.segments = segments
        self.terms = terms
    }

    /// The same documents, one segment's bytes mapped anew.
    func reading(_ new: SegmentReader, insteadOf old: SegmentReader) -> ShardSnapshot {
        ShardSnapshot(
            shard: shard, visibleSlot: visibleSlot, primaryTerm: primaryTerm,
            segments: segments.map {
                $0.segment === old ? SegmentView(segment: new, live: $0.live) : $0
            }, terms: terms)
    }

    /// The fence of the owner that gave out the sequence number.
    public func primaryTerm(of sequenceNumber: Int64) -> Int64 { terms.term(of: sequenceNumber) }
}
