// A segment as a checkpoint lists it: open, verified, and with what was dead by then.

import Segments

struct ListedSegment: Sendable {
    let written: SegmentRewrite.Written
    /// Nil while nothing is deleted.
    let live: LiveDocuments?

    func entry(number: Int) -> SegmentEntry {
        SegmentEntry(
            number: number, reader: written.reader, bytes: written.bytes, stored: written.stored,
            live: live)
    }
}

extension CheckpointBody.Segment {
    var stored: SegmentEntry.Stored {
        SegmentEntry.Stored(name: name, byteCount: byteCount, digest: digest)
    }

    /// Nil for what a checkpoint does not list: segments in memory, and those with nothing alive.
    init?(_ entry: SegmentEntry) {
        guard let stored = entry.stored, entry.liveCount > 0 else { return nil }
        self.init(
            name: stored.name, byteCount: stored.byteCount, digest: stored.digest,
            documentCount: entry.reader.documentCount, live: entry.live?.encoded() ?? [])
    }
}

extension SegmentRewrite {
    /// Opens what the checkpoint lists; `known` is used again where the object is the same.
    func open(
        _ segment: CheckpointBody.Segment, known: SegmentEntry? = nil
    ) async throws(ShardError) -> ListedSegment {
        let written: Written
        if let known, known.stored == segment.stored {
            written = Written(reader: known.reader, bytes: known.bytes, stored: known.stored)
        } else {
            written = try await open(segment.stored)
        }
        return ListedSegment(written: written, live: try live(segment, written.reader))
    }

    private func live(
        _ segment: CheckpointBody.Segment, _ reader: SegmentReader
    ) throws(ShardError) -> LiveDocuments? {
        guard segment.documentCount == reader.documentCount else {
            throw corrupt("segment \(segment.name) has another number of documents")
        }
        guard !segment.live.isEmpty else { return nil }
        do {
            return try LiveDocuments(
                encoded: segment.live, documentCount: segment.documentCount)
        } catch {
            throw corrupt("the deletions of segment \(segment.name) are damaged: \(error)")
        }
    }

    private func corrupt(_ reason: String) -> ShardError {
        ShardError(
            .corrupt, place: location.description, reason: reason,
            remedy: "restore the shard's objects from a backup, or delete the index")
    }
}
