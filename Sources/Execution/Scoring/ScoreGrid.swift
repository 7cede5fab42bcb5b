// The grid all scores lie on, which makes their sums exact and hence independent of their order.

/// Multiples of 2^-28, held in `Double`. Contributions are below 2^15 and sums below 2^25, so a sum
/// has at most 53 significant bits: every addition is exact, and pruning, segments and leaves
/// cannot change a bit of a score. Larger numbers, which only functions make and nothing is added
/// to, are multiples of 2^-28 by themselves.
enum ScoreGrid {
    /// The distance of two neighbours in `Double` around this number is 2^-28: adding and
    /// subtracting it rounds to the grid. Good for magnitudes below 2^23.
    static let roundingConstant = 1.5 * 0x1p24

    @inline(__always)
    static func round(_ value: Double) -> Double {
        (value + roundingConstant) - roundingConstant
    }

    /// The same rounding for any magnitude of a `Float`.
    static func roundLarge(_ value: Double) -> Double {
        (value * 0x1p28).rounded(.toNearestOrEven) * 0x1p-28
    }

    /// The smallest `Double` that may become at least `score` when rounded to `Float`. A sum below
    /// it is strictly worse.
    static func floor(of score: Float) -> Double {
        guard score.isFinite else { return Double(score) }
        return (Double(score.nextDown) + Double(score)) / 2
    }
}
