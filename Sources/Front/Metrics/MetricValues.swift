// The three kinds of metric: a counter, a gauge and a histogram with fixed bounds.

import Metrics
import Synchronization

/// Only goes up (or back to 0 on reset).
final class MetricCounter: CounterHandler, Sendable {
    private let total = Atomic<Int64>(0)

    var value: Int64 { total.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        total.store(0, ordering: .relaxed)
    }
}

/// Shows the last value that was set.
final class MetricGauge: MeterHandler, RecorderHandler, Sendable {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// Counts values up to each bound, and their sum.
final class MetricHistogram: TimerHandler, RecorderHandler, Sendable {
    /// From a cache hit to the longest request worth waiting for.
    static let secondBounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
        5, 10, 30,
    ]
    /// For recorders, whose unit we do not know.
    static let amountBounds: [Double] = [
        1, 2, 5, 10, 25, 50, 100, 250, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

    private struct State {
        var counts: [Int64]
        var sum = 0.0
        var count: Int64 = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            if let bucket { state.counts[bucket] &+= 1 }
            state.sum += value
            state.count &+= 1
        }
    }

    /// Cumulative buckets, sum and count.
    func samples(named name: String) -> [MetricFamily.Sample] {
        let state = state.withLock { $0 }
        var total: Int64 = 0
        var samples: [MetricFamily.Sample] = zip(bounds, state.counts).map { bound, count in
            total += count
            return (name + "_bucket", ("le", MetricFamily.number(bound)), String(total))
        }
        samples.append((name + "_bucket", ("le", "+Inf"), String(state.count)))
        samples.append((name + "_sum", nil, MetricFamily.number(state.sum)))
        samples.append((name + "_count", nil, String(state.count)))
        return samples
    }
}
