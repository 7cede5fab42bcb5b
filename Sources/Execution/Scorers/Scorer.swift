// What every node of a planned query can do in one segment, whatever its shape.

/// Matches and scores the documents of one segment, a window at a time, in ascending windows. The
/// subclasses hold one algorithm each.
class Scorer {
    /// No document of the segment scores more.
    let maximum: Double
    /// About how many documents match; orders clauses by selectivity.
    let cost: Int

    init(maximum: Double, cost: Int) {
        self.maximum = maximum
        self.cost = cost
    }

    /// A document at or after `target` before which none matches; `TermCursor.end` when none does
    /// any more. May be a document that does not match itself.
    func next(_ target: UInt32) throws -> UInt32 { target }

    /// No document in `first...last` scores more.
    func bound(from first: UInt32, through last: UInt32) -> Double { maximum }

    /// Sets the bits (and scores, where this scorer scores) of the matches in an empty window.
    /// - Parameter within: the words of the documents of interest; others may be left out or not.
    func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {}
}

extension Scorer {
    /// All matches of the segment.
    func documents(documentCount: Int, shouldStop: () -> Bool) throws -> DocumentBits {
        let result = DocumentBits(documentCount: documentCount)
        let window = Window()
        var target: UInt32 = 0
        while true {
            let next = try next(target)
            guard next < UInt32(documentCount) else { return result }
            if shouldStop() { throw ExecutionError.stopped }
            window.start(at: next & ~UInt32(Window.size - 1))
            try fill(window, within: nil)
            let first = Int(window.base / 64)
            for index in 0..<Window.wordCount { result.words[first + index] = window.bits[index] }
            guard window.last < UInt32(documentCount) - 1 else { return result }
            target = window.last + 1
        }
    }
}
