// `/livez`, `/readyz` and `/metrics`: for those who watch the process.

import Analysis

struct ProbeEndpoint: Sendable {
    let metrics: MetricsRegistry
    /// Why the node is not ready; empty when it is.
    let readiness: @Sendable () async -> [String]

    func live() -> HTTPAnswer {
        HTTPAnswer { $0.member("live", true) }
    }

    func ready() async -> HTTPAnswer {
        let reasons = await readiness()
        return HTTPAnswer(status: reasons.isEmpty ? 200 : 503) { writer in
            writer.member("ready", reasons.isEmpty)
            writer.member("reasons", array: reasons) { $0.string($1) }
        }
    }

    func scrape() -> HTTPAnswer {
        HTTPAnswer(text: metrics.text(), .metrics)
    }
}
