// Two systems' values of one measure side by side.

/// How system A differs from system B over the same topics.
struct PairedComparison: Sendable, Hashable {
    let measure: Measure
    let meanA: Double
    let meanB: Double
    /// Topics where A is better, where neither is, and where B is.
    let wins: Int
    let ties: Int
    let losses: Int
    /// Two-sided; nil for fewer than two topics.
    let studentProbability: Double?
    let randomisationProbability: Double?

    var difference: Double { meanA - meanB }
    /// As part of B's mean; nil when that is 0.
    var relativeChange: Double? { meanB == 0 ? nil : difference / meanB }

    /// Differences up to this are rounding.
    static let tieLimit = 1e-9

    init(_ measure: Measure, _ a: Evaluation, _ b: Evaluation, permutations: Int, seed: UInt64) {
        self.measure = measure
        meanA = a.mean(of: measure)
        meanB = b.mean(of: measure)
        let differences = zip(a.column(of: measure), b.column(of: measure)).map { first, second in
            abs(first - second) <= Self.tieLimit ? 0 : first - second
        }
        wins = differences.count { $0 > 0 }
        losses = differences.count { $0 < 0 }
        ties = differences.count - wins - losses
        studentProbability = StudentTest.probability(differences)
        randomisationProbability = RandomisationTest.probability(
            differences, permutations: permutations, seed: seed)
    }
}
