// The cap on searches under way behind this front: one decision before the fan-out, made at once.

import Metrics
import Queries
import Synchronization

/// Decorates a `SearchService`: beyond `maximum` concurrent searches the next one is refused with
/// a 429 instead of making all of them slow. Cached answers never come here.
final class AdmittedSearchService: SearchService {
    private let inner: any SearchService
    private let maximum: Int
    private let running = Mutex(0)
    private let gauge: Gauge
    private let refusals: Counter

    init(_ inner: any SearchService, maximum: Int, metrics: any MetricsFactory) {
        self.inner = inner
        self.maximum = max(1, maximum)
        gauge = Gauge(label: "canopy_searches_running", factory: metrics)
        refusals = Counter(
            label: "canopy_refusals", dimensions: [("reason", "concurrency")], factory: metrics)
    }

    func search(_ request: SearchRequest) async throws -> SearchResponse {
        let admitted = running.withLock { running -> Int? in
            guard running < maximum else { return nil }
            running += 1
            return running
        }
        guard let admitted else {
            refusals.increment()
            throw FrontError.tooManyRequests(
                reason: "\(maximum) searches are under way, as many as this front admits: "
                    + "try again in a second")
        }
        gauge.record(admitted)
        defer {
            gauge.record(
                running.withLock {
                    $0 -= 1; return $0
                })
        }
        return try await inner.search(request)
    }
}
