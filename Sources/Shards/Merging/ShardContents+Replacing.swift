// Putting a rewritten segment in the place of those it was made of.

import Segments

extension ShardContents {
    /// What a rewritten segment is here, with the deletions that came since its inputs were
    /// taken; nil when nothing in it is alive. With the log's turn: nothing dies meanwhile.
    func successor(
        of inputs: [SegmentEntry], _ written: SegmentRewrite.Written?
    ) -> SegmentEntry? {
        guard let written else { return nil }
        return with { state in
            var now: [Int: LiveDocuments?] = [:]
            for entry in state.segments { now[entry.number] = entry.live }
            let dead = DeletionTransfer.dead(
                inputs.map {
                    DeletionTransfer.Input(
                        documentCount: $0.reader.documentCount, before: $0.live,
                        now: now[$0.number] ?? nil)
                }, order: written.order)
            var entry = SegmentEntry(
                number: state.nextNumber, reader: written.reader, bytes: written.bytes,
                stored: written.stored, live: nil)
            state.nextNumber += 1
            for document in dead { entry.delete(document) }
            return entry.liveCount > 0 ? entry : nil
        }
    }

    /// With both turns.
    func replace(_ inputs: [SegmentEntry], by successor: SegmentEntry?) {
        let numbers = Set(inputs.map(\.number))
        with { state in
            let index = state.segments.firstIndex { numbers.contains($0.number) }
            state.segments.removeAll { numbers.contains($0.number) }
            if let index, let successor { state.segments.insert(successor, at: index) }
        }
    }

    /// Whether all of them are still here: a copy's segments change with every checkpoint.
    func holds(_ entries: [SegmentEntry]) -> Bool {
        Set(entries.map(\.number)).isSubset(of: segments.map(\.number))
    }
}
