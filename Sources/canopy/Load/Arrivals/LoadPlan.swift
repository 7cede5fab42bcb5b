// Everything a load test was asked for, settled before the first request.

import NIOHTTP1

/// The requests, their rates, and the server they go to.
struct LoadPlan: Sendable {
    /// A rate held for a while.
    struct Step: Sendable {
        let rate: Double
        let duration: Duration
        /// Sent like any other, but not reported.
        let isWarmUp: Bool
    }

    var host: String
    var port: Int
    var usesTLS: Bool
    /// Path and parameters of every request.
    var target: String
    var headers: HTTPHeaders
    var template: RequestTemplate
    var queries: [LoadQuery]
    var zipfExponent: Double
    var steps: [Step]
    var arrivals: ArrivalPattern
    var connections: Int
    /// What an answer may take from its intended arrival.
    var timeLimit: Duration
    var seed: UInt64
    var comparesAnswers: Bool

    /// A step's arrivals: the same whenever the run is repeated.
    func schedule(step: Int) -> ArrivalSchedule {
        ArrivalSchedule(
            pattern: arrivals, rate: steps[step].rate, duration: steps[step].duration,
            seed: seed &+ UInt64(step) &* 0x1_0001)
    }

    /// A step's choice of queries.
    func chooser(step: Int) -> QueryChooser {
        QueryChooser(
            count: queries.count, zipfExponent: zipfExponent,
            seed: ~seed &+ UInt64(step) &* 0x1_0003)
    }
}
