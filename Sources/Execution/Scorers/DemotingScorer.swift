// A query's matches, some of them with a share of their score.

/// Multiplies the scores of what another query matches by a factor from 0 to 1. The product is
/// rounded to the score grid, once, so it depends on the exact score alone.
final class DemotingScorer: Scorer {
    private let positive: Scorer
    private let negative: Scorer
    private let factor: Double
    private let scratch = Window()

    init(_ positive: Scorer, by negative: Scorer, factor: Float) {
        self.positive = positive
        self.negative = negative
        self.factor = Double(factor)
        super.init(maximum: positive.maximum, cost: positive.cost)
    }

    override func next(_ target: UInt32) throws -> UInt32 { try positive.next(target) }

    override func bound(from first: UInt32, through last: UInt32) -> Double {
        positive.bound(from: first, through: last)
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        try positive.fill(window, within: within)
        if window.isEmpty { return }
        scratch.start(at: window.base)
        try negative.fill(scratch, within: window.bits)
        scratch.formIntersection(window.bits)
        let scores = window.scores
        scratch.forEachMatch { offset in
            scores[offset] = ScoreGrid.roundLarge(factor * scores[offset])
        }
    }
}
