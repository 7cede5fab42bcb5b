// What a load test found: the values behind the table, the JSON and the page.

/// What a driver found.
struct LoadOutcome: Sendable {
    let steps: [StepResult]
    let comparison: AnswerComparison?
}

/// One step: a rate offered for a while.
struct StepResult: Sendable {
    struct Moment: Sendable, Equatable {
        /// Seconds from the step's start.
        let second: Double
        let offered: Int64
        let answered: Int64
        /// Refused, failed and timed out.
        let others: Int64
        let median: Int64
        let p99: Int64
    }

    struct TagResult: Sendable, Equatable {
        let tag: String
        let latency: LatencySummary
    }

    /// Requests per second that were meant to be sent.
    let offeredRate: Double
    /// Requests per second that were answered, over the step and what it took to catch up.
    let achievedRate: Double
    let seconds: Double
    let offered: Int64
    let answered: Int64
    let refused: Int64
    let timedOut: Int64
    let partial: Int64
    let failures: [(kind: String, count: Int64)]
    let cacheVerdicts: [(verdict: String, count: Int64)]
    let byteCount: Int64
    let latency: LatencySummary
    let curve: [CurvePoint]
    let bars: [LatencyBar]
    /// The server's own time; nil when it tells none.
    let took: LatencySummary?
    let lateness: LatencySummary
    /// Share of arrivals that found every connection busy.
    let waitedForConnection: Double
    /// Requests sent a second time, because the server had just given their connection up.
    let sentAgain: Int64
    /// CPU seconds of this process per second.
    let ownCPU: Double
    let tags: [TagResult]
    let timeline: [Moment]

    var failed: Int64 { failures.reduce(0) { $0 + $1.count } }

    /// Answers fall short of what was offered: latencies then tell of queues, not of the server.
    var isOverloaded: Bool { achievedRate < 0.97 * Double(offered) / max(seconds, 1e-9) }

    /// The generator, not the server, may have been the bottleneck.
    var generatorWasLate: Bool { lateness.p99 > 10_000_000 }
}

extension StepResult {
    init(
        _ tally: StepTally, rate: Double, duration: Duration, waitedForConnection: Int64,
        ownCPUSeconds: Double, elapsed: Duration
    ) {
        offeredRate = rate
        seconds = duration.seconds
        offered = tally.offered
        answered = tally.answered
        refused = tally.refused
        timedOut = tally.timedOut
        partial = tally.partial
        failures = tally.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { ($0.key, $0.value) }
        cacheVerdicts = tally.cacheVerdicts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { ($0.key, $0.value) }
        byteCount = tally.byteCount
        latency = LatencySummary(tally.latency)
        curve = tally.latency.curve
        bars = tally.latency.bars
        took = tally.took.totalCount == 0 ? nil : LatencySummary(tally.took)
        lateness = LatencySummary(tally.lateness)
        self.waitedForConnection = Double(waitedForConnection) / Double(max(1, tally.offered))
        sentAgain = tally.sentAgain
        ownCPU = ownCPUSeconds / max(elapsed.seconds, 1e-9)
        let span = max(duration.seconds, Double(tally.lastAnswer) / 1e9)
        achievedRate = Double(tally.answered) / max(span, 1e-9)
        tags = tally.latencyByTag.sorted { $0.key < $1.key }
            .map { TagResult(tag: $0.key, latency: LatencySummary($0.value)) }
        timeline = tally.slices.enumerated().compactMap { index, slice in
            guard slice.offered > 0 else { return nil }
            let summary = LatencySummary(slice.latency)
            return Moment(
                second: Double(index) * Double(tally.sliceNanoseconds) / 1e9,
                offered: slice.offered, answered: slice.answered, others: slice.others,
                median: summary.median, p99: summary.p99)
        }
    }
}

/// A whole run.
struct LoadResult: Sendable {
    let url: String
    let index: String
    let queryFile: String
    let queryCount: Int
    let arrivals: ArrivalPattern
    let connections: Int
    let seed: UInt64
    let timeLimit: Duration
    let steps: [StepResult]
    /// Nil unless answers were compared.
    let comparison: AnswerComparison?
    /// Texts of queries whose answers differed.
    let differingQueries: [String]
}
