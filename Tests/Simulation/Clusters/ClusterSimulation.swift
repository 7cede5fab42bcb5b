// Runs the cluster history of a seed and says what came of it.

import Storage

enum ClusterSimulation {
    static func run(
        seed: UInt64, mutant: ClusterMutant? = nil, isVerbose: Bool = false
    ) -> Simulation.Outcome {
        let random = SeededRandom(seed: seed)
        let executor = SeededExecutor(random: random.fork("executor"))
        let record = Record(clock: executor.clock, isVerbose: isVerbose)
        var leaves: [ClusterHistory.WeakLeaf] = []
        do {
            let history = ClusterHistory(
                clock: executor.clock, random: random, record: record, mutant: mutant)
            switch executor.run({ await history.run() }) {
            case .finished: break
            case .stuck:
                record.violated("nothing waits for ever", "waiting: \(history.waiting)")
            case .endless: record.violated("nothing goes round for ever", "too many jobs")
            }
            leaves = history.leaves
        }
        if let alive = leaves.first(where: { $0.leaf != nil }) {
            record.violated("no leaf outlives its process", "\(alive.name) is alive")
        }
        record.tally[.jobs] = executor.jobCount
        return Simulation.Outcome(
            seed: seed, violation: record.violation, digest: record.digest, tally: record.tally,
            duration: executor.clock.now - .zero, lines: record.lines)
    }
}
