// A segment together with the documents of it that are still alive at one moment.

/// What a search sees of one segment.
public struct SegmentView: Sendable {
    public let segment: SegmentReader
    /// Nil when no document was deleted.
    public let live: LiveDocuments?

    public init(segment: SegmentReader, live: LiveDocuments?) {
        self.segment = segment
        self.live = live
    }
}
