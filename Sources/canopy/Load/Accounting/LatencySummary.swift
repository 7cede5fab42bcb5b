// The figures people read from a histogram of latencies.

import Histogram

/// Percentiles of a set of durations, in nanoseconds.
struct LatencySummary: Sendable, Equatable {
    /// The percentiles every report gives.
    static let percentiles: [(name: String, value: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9),
    ]

    let count: Int64
    let mean: Double
    let maximum: Int64
    /// In the order of `percentiles`.
    let values: [Int64]

    init(_ histogram: Histogram<UInt32>) {
        count = Int64(histogram.totalCount)
        let isEmpty = histogram.totalCount == 0
        mean = isEmpty ? 0 : histogram.mean
        maximum = isEmpty ? 0 : Int64(histogram.max)
        values = Self.percentiles.map {
            isEmpty ? 0 : min(Int64(histogram.valueAtPercentile($0.value)), Int64(histogram.max))
        }
    }

    init(count: Int64, mean: Double, maximum: Int64, values: [Int64]) {
        (self.count, self.mean, self.maximum, self.values) = (count, mean, maximum, values)
    }

    var median: Int64 { values[0] }
    var p99: Int64 { values[2] }
}

/// A point of a cumulative distribution.
struct CurvePoint: Sendable, Equatable {
    /// 0…100.
    let percentile: Double
    let nanoseconds: Int64
}

/// A bar of a histogram with logarithmic bounds.
struct LatencyBar: Sendable, Equatable {
    let from: Int64
    let to: Int64
    let count: Int64
}

extension Histogram where Count == UInt32 {
    /// The cumulative distribution, denser towards its tail.
    var curve: [CurvePoint] {
        guard totalCount > 0 else { return [] }
        var points: [CurvePoint] = []
        for step in percentiles(ticksPerHalfDistance: 5) {
            let value = Swift.min(step.value, max)
            points.append(CurvePoint(percentile: step.percentile, nanoseconds: Int64(value)))
        }
        return points
    }

    /// Bars whose bounds grow by a fourth root of two, without empty ones at both ends.
    var bars: [LatencyBar] {
        guard totalCount > 0 else { return [] }
        var bars: [LatencyBar] = []
        var from: UInt64 = 0
        var bound = 1_000.0
        while from <= max {
            let to = UInt64(bound)
            let inside = Int64(count(within: from...Swift.max(from, to - 1)))
            if inside > 0 || !bars.isEmpty {
                bars.append(LatencyBar(from: Int64(from), to: Int64(to), count: inside))
            }
            from = to
            bound *= 1.189_207_115
        }
        while bars.last?.count == 0 { bars.removeLast() }
        return bars
    }
}
