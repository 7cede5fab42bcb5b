// The best of several clauses, plus a share of the others.

/// The best matching clause's score plus `tieBreaker` times the sum of the other matching ones'.
final class DisjunctionMaxScorer: Scorer {
    private let clauses: [Scorer]
    private let tieBreaker: Double
    private let scratch = Window()
    private let sums: UnsafeMutablePointer<Double>

    init(_ clauses: [Scorer], tieBreaker: Float) {
        self.clauses = clauses
        self.tieBreaker = Double(tieBreaker)
        sums = .allocate(capacity: Window.size)
        sums.initialize(repeating: 0, count: Window.size)
        super.init(
            maximum: Self.bound(clauses.map(\.maximum), tieBreaker: Double(tieBreaker)),
            cost: clauses.reduce(0) { $0 + $1.cost })
    }

    deinit { sums.deallocate() }

    /// Sums are exact, so the order of the clauses does not matter; the product is rounded once.
    @inline(__always)
    static func combine(best: Double, sum: Double, tieBreaker: Double) -> Double {
        best + ScoreGrid.roundLarge(tieBreaker * (sum - best))
    }

    private static func bound(_ bounds: [Double], tieBreaker: Double) -> Double {
        combine(
            best: bounds.max() ?? 0, sum: bounds.reduce(0, +), tieBreaker: max(0, tieBreaker))
    }

    override func next(_ target: UInt32) throws -> UInt32 {
        var result = TermCursor.end
        for clause in clauses { result = min(result, try clause.next(target)) }
        return result
    }

    override func bound(from first: UInt32, through last: UInt32) -> Double {
        Self.bound(
            clauses.map { $0.bound(from: first, through: last) }, tieBreaker: tieBreaker)
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        let sums = sums
        for clause in clauses {
            scratch.start(at: window.base)
            try clause.fill(scratch, within: within)
            let scores = scratch.scores
            scratch.forEachMatch { offset in
                let bit: UInt64 = 1 &<< UInt64(offset & 63)
                let score = scores[offset]
                if window.bits[offset >> 6] & bit == 0 {
                    window.bits[offset >> 6] |= bit
                    window.scores[offset] = score
                    sums[offset] = score
                } else {
                    window.scores[offset] = max(window.scores[offset], score)
                    sums[offset] += score
                }
            }
        }
        guard tieBreaker != 0 else { return }
        window.forEachMatch { offset in
            window.scores[offset] = Self.combine(
                best: window.scores[offset], sum: sums[offset], tieBreaker: tieBreaker)
        }
    }
}
