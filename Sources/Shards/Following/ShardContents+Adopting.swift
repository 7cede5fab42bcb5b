// How a copy's documents move from memory to the segments that a checkpoint lists.

import Segments

extension ShardContents {
    /// By the names of their objects.
    var storedSegments: [String: SegmentEntry] {
        var stored: [String: SegmentEntry] = [:]
        for entry in segments {
            if let name = entry.stored?.name { stored[name] = entry }
        }
        return stored
    }

    /// The stored segments become the listed ones. Those that were here already are up to date;
    /// in the others, the documents of `changed` have died since the checkpoint. Documents in
    /// memory that are numbered below `boundary` are in the listed ones, and leave.
    /// On the compute pool, with both turns.
    func adopt(
        _ listed: [ListedSegment], changed: [DocumentKey], below boundary: Int64,
        _ memory: MemorySegment
    ) {
        let (old, open) = (segments, storedSegments)
        var entries = listed.map { segment in
            if let name = segment.written.stored?.name, let entry = open[name] { return entry }
            return Self.entry(segment, changed: changed, number: takeNumber())
        }
        for entry in old where entry.stored == nil {
            let left = Self.entry(entry, withoutNumbersBelow: boundary)
            if left.liveCount > 0 { entries.append(left) }
        }
        let isEmpty = with { state in
            state.segments = entries
            for (key, document) in state.buffered where document.sequenceNumber < boundary {
                state.buffered[key] = nil
                state.deadBuffered.append(document.number)
            }
            // Counted anew: what was overwritten before was still counted.
            state.bufferedBytes = state.buffered.reduce(0) {
                $0 + Self.byteCount($1.key, $1.value.source)
            }
            guard state.buffered.isEmpty else { return false }
            state.deadBuffered = []
            state.builderBytes = 0
            return true
        }
        if isEmpty { memory.discard() }
    }

    private func takeNumber() -> Int {
        with { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
    }

    private static func entry(
        _ segment: ListedSegment, changed: [DocumentKey], number: Int
    ) -> SegmentEntry {
        var entry = segment.entry(number: number)
        for key in changed {
            if let document = entry.reader.find(id: key.id, tieKey: key.tieKey),
                entry.isLive(document)
            {
                entry.delete(document)
            }
        }
        return entry
    }

    private static func entry(
        _ entry: SegmentEntry, withoutNumbersBelow boundary: Int64
    ) -> SegmentEntry {
        var left = entry
        for document in 0..<UInt32(entry.reader.documentCount)
        where left.isLive(document) && entry.reader.sequenceNumber(document) < boundary {
            left.delete(document)
        }
        return left
    }

    /// Goes on with what the other holds, which nobody uses any more. With both turns; segments
    /// that are being rewritten meanwhile are none of those that are here then.
    func become(_ other: ShardContents) {
        var new = other.with { $0 }
        let old = with { state in
            let old = state
            for index in new.segments.indices {
                new.segments[index].number = old.nextNumber + index
            }
            new.nextNumber = old.nextNumber + new.segments.count
            state = new
            return old
        }
        // The old segments may be freed: not under the lock.
        withExtendedLifetime(old) {}
    }
}
