// The values of some measures for every topic, and their means.

/// One system's values.
struct Evaluation: Sendable {
    let measures: [Measure]
    /// One row per topic counted, in their order: a value per measure.
    let values: [[Double]]
    /// How many hits each topic had.
    let hitCounts: [Int]

    init(measures: [Measure], rankings: [JudgedRanking]) {
        self.measures = measures
        values = rankings.map { ranking in measures.map { $0.value(of: ranking) } }
        hitCounts = rankings.map(\.grades.count)
    }

    /// The arithmetic mean over topics; 0 without any.
    func mean(of measure: Measure) -> Double {
        let column = column(of: measure)
        return column.isEmpty ? 0 : column.reduce(0, +) / Double(column.count)
    }

    /// A measure's values by topic; empty for a measure that was not computed.
    func column(of measure: Measure) -> [Double] {
        guard let index = measures.firstIndex(of: measure) else { return [] }
        return values.map { $0[index] }
    }
}
