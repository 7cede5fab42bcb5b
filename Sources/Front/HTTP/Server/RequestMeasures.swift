// Counts and times the public requests, by kind of endpoint.

import Metrics
import Storage
import Synchronization

/// Keeps the metric handles, so that a request costs no look-up by labels.
final class RequestMeasures: Sendable {
    private struct Series: Hashable {
        let family: String
        let status: Int
    }

    private let factory: any MetricsFactory
    private let counters = Mutex<[Series: Counter]>([:])
    private let timers = Mutex<[String: Metrics.Timer]>([:])

    init(_ factory: any MetricsFactory) {
        self.factory = factory
    }

    func record(_ family: String, status: Int, _ duration: Duration) {
        let counter = counters.withLock { counters in
            let series = Series(family: family, status: status)
            if let known = counters[series] { return known }
            let made = Counter(
                label: "canopy_http_requests",
                dimensions: [("endpoint", family), ("status", String(status))], factory: factory)
            counters[series] = made
            return made
        }
        counter.increment()
        let timer = timers.withLock { timers in
            if let known = timers[family] { return known }
            let made = Metrics.Timer(
                label: "canopy_http_request", dimensions: [("endpoint", family)],
                factory: factory)
            timers[family] = made
            return made
        }
        timer.recordNanoseconds(duration.wholeNanoseconds)
    }
}
