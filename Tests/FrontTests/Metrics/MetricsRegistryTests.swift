// The text that Prometheus reads.
import Metrics
import Testing

@testable import Front

@Suite struct MetricsRegistryTests {
    @Test func theTextIsSortedTypedAndEscaped() {
        let registry = MetricsRegistry()
        Counter(
            label: "canopy.requests", dimensions: [("b", "x\"\\\n"), ("a", "1")], factory: registry
        )
        .increment(by: 3)
        Counter(
            label: "canopy.requests", dimensions: [("a", "1"), ("b", "x\"\\\n")], factory: registry
        )
        .increment()
        Counter(label: "canopy.requests", factory: registry).increment()
        Gauge(label: "canopy bytes", factory: registry).record(1.5)
        Meter(label: "7 things", factory: registry).set(2)
        let text = registry.text()
        #expect(
            text == #"""
                # TYPE _7_things gauge
                _7_things 2
                # TYPE canopy_bytes gauge
                canopy_bytes 1.5
                # TYPE canopy_requests_total counter
                canopy_requests_total 1
                canopy_requests_total{a="1",b="x\"\\\n"} 4

                """#)
    }

    @Test func timersBecomeHistogramsOfSeconds() {
        let registry = MetricsRegistry()
        let timer = Metrics.Timer(
            label: "wait", dimensions: [("leaf", "0")], factory: registry)
        timer.recordNanoseconds(100_000)
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(60_000_000_000)
        let lines = registry.text().split(separator: "\n")
        #expect(lines.first == "# TYPE wait_seconds histogram")
        #expect(lines.contains(#"wait_seconds_bucket{leaf="0",le="0.0001"} 1"#))
        #expect(lines.contains(#"wait_seconds_bucket{leaf="0",le="0.0025"} 2"#))
        #expect(lines.contains(#"wait_seconds_bucket{leaf="0",le="30"} 2"#))
        #expect(lines.contains(#"wait_seconds_bucket{leaf="0",le="+Inf"} 3"#))
        #expect(lines.contains(#"wait_seconds_sum{leaf="0"} 60.0021"#))
        #expect(lines.last == #"wait_seconds_count{leaf="0"} 3"#)
    }

    @Test func recordersAggregateOrNot() {
        let registry = MetricsRegistry()
        let sizes = Recorder(label: "sizes", dimensions: [], aggregate: true, factory: registry)
        sizes.record(3)
        sizes.record(1_000_000_000)
        Recorder(label: "last", dimensions: [], aggregate: false, factory: registry).record(9)
        let text = registry.text()
        #expect(text.contains("sizes_bucket{le=\"5\"} 1\n"))
        #expect(text.contains("sizes_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("# TYPE last gauge\nlast 9\n"))
    }

    @Test func manyThreadsLoseNothing() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = Counter(label: "n", factory: registry)
                    let timer = Metrics.Timer(label: "t", factory: registry)
                    for _ in 0..<500 {
                        counter.increment()
                        timer.recordNanoseconds(1)
                    }
                }
            }
        }
        #expect(registry.text().contains("\nn_total 4000\n"))
        #expect(registry.text().contains("\nt_seconds_count 4000\n"))
    }
}
