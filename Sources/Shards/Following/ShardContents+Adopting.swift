// How a copy's documents move from memory to the segments that a checkpoint lists.

import Segments

extension ShardContents {
    /// The stored segments become the listed ones. Those that were here already are up to date;
    /// in the others, the documents of `changed` have died since the checkpoint. Documents in
    /// memory that are numbered below `boundary` are in the listed ones, and leave.
    /// On the compute pool, with both turns.
    func adopt(
        _ listed: [ListedSegment], changed: [DocumentKey], below boundary: Int64,
        _ memory: MemorySegment
    ) {
        let old = segments
        var open: [SegmentEntry.Stored: SegmentEntry] = [:]
        for entry in old { if let stored = entry.stored { open[stored] = entry } }
        var entries = listed.map { segment in
            if let stored = segment.written.stored, let entry = open[stored] { return entry }
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
                state.bufferedBytes -= Self.byteCount(key, document.source)
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

    /// Goes on with what the other holds, which nobody uses any more. With both turns, while no
    /// segment is being rewritten.
    func become(_ other: ShardContents) {
        let new = other.with { $0 }
        let old = with { state in
            let old = state
            state = new
            state.nextNumber = max(old.nextNumber, new.nextNumber)
            return old
        }
        // The old segments may be freed: not under the lock.
        withExtendedLifetime(old) {}
    }
}
