// One segment as its shard holds it: the reader, what has been deleted so far (visible to
// searches or not), and where its object is.

import Segments
import Storage

struct SegmentEntry: Sendable {
    /// An object that holds the segment.
    struct Stored: Sendable, Hashable {
        let name: String
        let byteCount: Int
        let digest: SHA256Digest
    }

    /// Unique while the shard is open.
    var number: Int
    let reader: SegmentReader
    let bytes: MappedBytes
    /// Nil for a segment in memory.
    let stored: Stored?
    /// Nil while nothing is deleted.
    var live: LiveDocuments?

    var liveCount: Int { live?.liveCount ?? reader.documentCount }
    var deletedCount: Int { live?.deletedCount ?? 0 }

    func isLive(_ document: UInt32) -> Bool { live?.isLive(document) ?? true }

    mutating func delete(_ document: UInt32) {
        var changed = live ?? LiveDocuments(documentCount: reader.documentCount)
        // One reference only, so that the bits change in place unless a snapshot shares them.
        live = nil
        changed.delete(document)
        live = changed
    }

    /// Proves that a stored segment's bytes are still what they were: what is made of damaged ones
    /// would look sound. Throws `CorruptBytes`.
    func verify() throws(CorruptBytes) {
        guard let stored else { return }
        let digest = withExtendedLifetime(bytes) { SHA256Digest(of: bytes.pointer) }
        guard digest == stored.digest else {
            throw CorruptBytes(
                place: "segment \(stored.name)",
                reason: "this node's bytes of it have changed since they were verified")
        }
    }

    /// The same segment, its bytes mapped anew.
    func reading(_ reader: SegmentReader, _ bytes: MappedBytes) -> SegmentEntry {
        SegmentEntry(number: number, reader: reader, bytes: bytes, stored: stored, live: live)
    }

    var view: SegmentView { SegmentView(segment: reader, live: live) }
}
