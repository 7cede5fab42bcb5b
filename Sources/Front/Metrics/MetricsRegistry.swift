// Our own swift-metrics backend: keeps every metric of the process in memory and prints them in
// Prometheus's text format.

import Metrics
import Synchronization

/// Hand it to `MetricsSystem.bootstrap`, and to the front, which serves its text at `/metrics`.
///
/// Counters become `name_total`; gauges keep their name; timers become histograms of seconds and
/// recorders histograms of their own unit.
public final class MetricsRegistry: MetricsFactory, Sendable {
    private struct State {
        var counters: [MetricIdentity: MetricCounter] = [:]
        var gauges: [MetricIdentity: MetricGauge] = [:]
        var histograms: [MetricIdentity: MetricHistogram] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        let identity = MetricIdentity(label, dimensions, suffix: "_total")
        return state.withLock { state in
            if let known = state.counters[identity] { return known }
            let made = MetricCounter()
            state.counters[identity] = made
            return made
        }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        return histogram(
            MetricIdentity(label, dimensions, suffix: ""), MetricHistogram.amountBounds)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(
            MetricIdentity(label, dimensions, suffix: "_seconds"), MetricHistogram.secondBounds)
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> MetricGauge {
        let identity = MetricIdentity(label, dimensions, suffix: "")
        return state.withLock { state in
            if let known = state.gauges[identity] { return known }
            let made = MetricGauge()
            state.gauges[identity] = made
            return made
        }
    }

    private func histogram(_ identity: MetricIdentity, _ bounds: [Double]) -> MetricHistogram {
        state.withLock { state in
            if let known = state.histograms[identity] { return known }
            let made = MetricHistogram(bounds: bounds)
            state.histograms[identity] = made
            return made
        }
    }

    /// Everything known, in Prometheus's text format 0.0.4, sorted by name and labels.
    public func text() -> String {
        let (counters, gauges, histograms) = state.withLock {
            ($0.counters, $0.gauges, $0.histograms)
        }
        var families: [String: MetricFamily] = [:]
        for (identity, counter) in counters {
            families[identity.name, default: MetricFamily("counter")].append(
                identity, [(identity.name, nil, String(counter.value))])
        }
        for (identity, gauge) in gauges {
            families[identity.name, default: MetricFamily("gauge")].append(
                identity, [(identity.name, nil, MetricFamily.number(gauge.value))])
        }
        for (identity, histogram) in histograms {
            families[identity.name, default: MetricFamily("histogram")].append(
                identity, histogram.samples(named: identity.name))
        }
        return families.sorted { $0.key < $1.key }
            .map { $0.value.text(named: $0.key) }.joined()
    }
}
