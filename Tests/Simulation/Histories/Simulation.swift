// Runs the history of a seed and says what came of it.

import Storage

enum Simulation {
    struct Outcome {
        let seed: UInt64
        /// The first broken promise; nil when all were kept.
        let violation: String?
        /// Of everything that happened: equal for equal runs.
        let digest: UInt64
        let tally: Tally
        let duration: Duration
        let lines: [String]
    }

    static func run(
        seed: UInt64, mutant: Mutant? = nil, isStrict: Bool = true, isVerbose: Bool = false
    ) throws -> Outcome {
        let random = SeededRandom(seed: seed)
        let executor = SeededExecutor(random: random.fork("executor"))
        let record = Record(clock: executor.clock, isVerbose: isVerbose)
        var shards: [History.WeakShard] = []
        do {
            let history = try History(
                clock: executor.clock, random: random, record: record, mutant: mutant,
                isStrict: isStrict)
            switch executor.run({ await history.run() }) {
            case .finished: break
            case .stuck:
                record.violated("nothing waits for ever", "waiting: \(history.waiting)")
            case .endless: record.violated("nothing goes round for ever", "too many jobs")
            }
            shards = history.shards
        }
        if let alive = shards.first(where: { $0.shard != nil }) {
            record.violated("no shard outlives its node", "the shard of \(alive.name) is alive")
        }
        record.tally[.jobs] = executor.jobCount
        return Outcome(
            seed: seed, violation: record.violation, digest: record.digest, tally: record.tally,
            duration: executor.clock.now - .zero, lines: record.lines)
    }
}
