// Clauses whose matches all score the same: ranges, prefixes, ids, everything.

/// The documents of a set, with one score.
final class ConstantScorer: Scorer {
    private let bits: DocumentBits
    private let score: Double

    init(_ bits: DocumentBits, score: Double) {
        self.bits = bits
        self.score = score
        super.init(maximum: score, cost: bits.count)
    }

    override func next(_ target: UInt32) throws -> UInt32 { bits.next(target) ?? TermCursor.end }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        let first = Int(window.base / 64)
        for index in 0..<min(Window.wordCount, max(0, bits.wordCount - first)) {
            window.bits[index] = bits.words[first + index]
        }
        window.scores.update(repeating: score, count: Window.size)
    }
}

/// What another scorer matches, with one score.
final class ConstantScoreScorer: Scorer {
    private let inner: Scorer
    private let score: Double

    init(_ inner: Scorer, score: Double) {
        self.inner = inner
        self.score = score
        super.init(maximum: score, cost: inner.cost)
    }

    override func next(_ target: UInt32) throws -> UInt32 { try inner.next(target) }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        try inner.fill(window, within: within)
        window.scores.update(repeating: score, count: Window.size)
    }
}
