// The general way: any tree of scorers, window by window.

import Segments

final class WindowBulkScorer: BulkScorer {
    private let root: Scorer
    private let mask: DocumentBits?
    private let documentCount: Int
    private let window = Window()

    /// - Parameter mask: documents to accept; nil: all.
    init(_ root: Scorer, mask: DocumentBits?, documentCount: Int) {
        self.root = root
        self.mask = mask
        self.documentCount = documentCount
    }

    var maximum: Double { root.maximum }

    func score(into collector: HitCollector, _ stop: StopSignal) throws {
        var target: UInt32 = 0
        while true {
            if collector.isComplete { return }
            if collector.prunes, root.maximum < collector.threshold { return }
            let next = try root.next(target)
            guard next < UInt32(documentCount) else { return }
            try stop.check()
            let base = next & ~UInt32(Window.size - 1)
            let last = base + UInt32(Window.size - 1)
            target = last + 1
            if collector.prunes, root.bound(from: next, through: last) < collector.threshold {
                continue
            }
            window.start(at: base)
            let words = mask.map { UnsafePointer($0.words + Int(base / 64)) }
            try root.fill(window, within: words)
            if let words { window.formIntersection(words) }
            try collector.collect(window)
        }
    }
}
