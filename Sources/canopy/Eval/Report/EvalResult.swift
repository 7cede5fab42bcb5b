// What an evaluation found.

/// The values of one or two systems, for the reports.
struct EvalResult: Sendable {
    struct System: Sendable {
        let description: String
        let evaluation: Evaluation
    }

    /// A mean below what was asked for.
    struct Shortfall: Sendable, Hashable {
        let limit: MeasureLimit
        let mean: Double
    }

    let selection: TopicSelection
    let measures: [Measure]
    let depth: Int?
    let systems: [System]
    let permutations: Int
    let seed: UInt64
    /// Empty for one system.
    let comparisons: [PairedComparison]
    /// Of the first system.
    let shortfalls: [Shortfall]

    init(
        plan: EvalPlan, evaluations: [Evaluation], permutations: Int, seed: UInt64,
        limits: [MeasureLimit]
    ) {
        selection = plan.selection
        measures = plan.measures
        depth = plan.depth
        systems = zip(plan.systems, evaluations).map {
            System(description: $0.description, evaluation: $1)
        }
        self.permutations = permutations
        self.seed = seed
        comparisons =
            evaluations.count == 2
            ? plan.measures.map {
                PairedComparison(
                    $0, evaluations[0], evaluations[1], permutations: permutations, seed: seed)
            } : []
        shortfalls = limits.compactMap { limit in
            let mean = evaluations.first?.mean(of: limit.measure) ?? 0
            return mean < limit.least ? Shortfall(limit: limit, mean: mean) : nil
        }
    }

    /// Topics a system found nothing for.
    func topicsWithoutHits(_ system: System) -> [Identifier] {
        zip(selection.counted, system.evaluation.hitCounts).filter { $1 == 0 }.map(\.0.id)
    }
}
