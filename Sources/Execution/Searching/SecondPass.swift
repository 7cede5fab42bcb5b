// What further queries score for a few documents that are known already.

import Queries

/// Chosen documents, by segment. Only windows that hold any of them are scored.
struct SecondPass {
    private struct Part {
        let planner: SegmentPlanner
        let mask: DocumentBits
        /// Ascending documents and their places among the chosen.
        let documents: [(document: UInt32, place: Int)]
    }

    private let count: Int
    private let parts: [Part]
    private let stop: StopSignal
    private let window = Window()

    init(_ addresses: [HitAddress], _ planners: [SegmentPlanner], _ stop: StopSignal) {
        count = addresses.count
        self.stop = stop
        var numbers: [HitAddress: Int] = [:]
        for (number, planner) in planners.enumerated() {
            numbers[planner.segment.address(0)] = number
        }
        var chosen = [[(document: UInt32, place: Int)]](repeating: [], count: planners.count)
        for (place, address) in addresses.enumerated() {
            var first = address
            first.document = 0
            guard let number = numbers[first] else { continue }
            chosen[number].append((address.document, place))
        }
        parts = zip(planners, chosen).compactMap { planner, documents -> Part? in
            if documents.isEmpty { return nil }
            let mask = DocumentBits(documentCount: planner.documentCount)
            for (document, _) in documents { mask.insert(document) }
            return Part(
                planner: planner, mask: mask,
                documents: documents.sorted { $0.document < $1.document })
        }
    }

    /// By place among the chosen; nil where the query does not match.
    func scores(_ weight: Weight) throws -> [Float?] {
        var result = [Float?](repeating: nil, count: count)
        for part in parts {
            guard let scorer = try part.planner.scorer(weight) else { continue }
            var filled: UInt32?
            for (document, place) in part.documents {
                let base = document & ~UInt32(Window.size - 1)
                if base != filled {
                    try stop.check()
                    window.start(at: base)
                    let words = UnsafePointer(part.mask.words + Int(base / 64))
                    try scorer.fill(window, within: words)
                    filled = base
                }
                let offset = Int(document - base)
                if (window.bits[offset >> 6] &>> UInt64(offset & 63)) & 1 != 0 {
                    result[place] = Float(window.scores[offset])
                }
            }
        }
        return result
    }
}
