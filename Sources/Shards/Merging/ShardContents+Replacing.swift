// Putting a rewritten segment in the place of those it was made of.

import Segments

extension ShardContents {
    /// With both turns: nothing dies meanwhile.
    func replace(_ inputs: [SegmentEntry], by written: SegmentRewrite.Written?) {
        let numbers = Set(inputs.map(\.number))
        with { state in
            var now: [Int: LiveDocuments?] = [:]
            for entry in state.segments where numbers.contains(entry.number) {
                now[entry.number] = entry.live
            }
            let index = state.segments.firstIndex { numbers.contains($0.number) }
            state.segments.removeAll { numbers.contains($0.number) }
            guard let written, let index else { return }
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
            if entry.liveCount > 0 { state.segments.insert(entry, at: index) }
        }
    }
}
