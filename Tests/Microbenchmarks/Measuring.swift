// Rounds of a benchmark beside its yardstick, so that both meet the same noise.

import Foundation

/// Nanoseconds per unit, and times the yardstick: medians of the rounds.
struct Measurement {
    let median: Double
    let low: Double
    let high: Double
    let ratio: Double
}

/// Runs the benchmark so many times. Instructions are counted in here and nowhere else.
@inline(never)
func measuredRuns(_ count: Int, _ run: () throws -> Int) rethrows -> Int {
    var total = 0
    for _ in 0..<count { total &+= try run() }
    return total
}

/// Measures one benchmark after the other.
final class Stopwatch {
    /// Seconds that a sample takes at least.
    private static let sampleSeconds = 0.004

    private let clock = ContinuousClock()
    private let source: [UInt8]
    private var target: [UInt8]
    /// Keeps results alive: the compiler cannot know that nobody looks at them.
    private(set) var kept = 0

    init() {
        source = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0) }
        target = source
    }

    func measure(_ benchmark: Benchmark, rounds: Int) throws -> Measurement {
        let runs = try repetitions { try benchmark.run() }
        let yard = { [self] in runYardstick(benchmark.yardstick) }
        let yardRuns = repetitions(yard)
        var times: [Double] = []
        var ratios: [Double] = []
        for _ in 0..<rounds {
            let time = try seconds(runs) { try benchmark.run() } / Double(runs)
            let least = seconds(yardRuns, yard) / Double(yardRuns)
            times.append(time / Double(benchmark.unitsPerRun) * 1e9)
            ratios.append(time / least)
        }
        times.sort()
        ratios.sort()
        return Measurement(
            median: times[rounds / 2], low: times[rounds / 10], high: times[rounds * 9 / 10],
            ratio: ratios[rounds / 2])
    }

    private func runYardstick(_ yardstick: Benchmark.Yardstick) -> Int {
        switch yardstick {
        case .copy(let bytes):
            source.withUnsafeBytes { source in
                target.withUnsafeMutableBytes { target in
                    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<bytes]))
                }
            }
            return Int(target[bytes - 1])
        case .sum(let numbers):
            return source.withUnsafeBytes { source in
                var sum: UInt32 = 0
                for number in source.bindMemory(to: UInt32.self)[..<numbers] { sum &+= number }
                return Int(sum)
            }
        }
    }

    private func repetitions(_ run: () throws -> Int) rethrows -> Int {
        var runs = 1
        while try seconds(runs, run) < Self.sampleSeconds { runs *= 2 }
        return runs
    }

    private func seconds(_ runs: Int, _ run: () throws -> Int) rethrows -> Double {
        let start = clock.now
        kept &+= try measuredRuns(runs, run)
        let taken = start.duration(to: clock.now).components
        return Double(taken.seconds) + Double(taken.attoseconds) * 1e-18
    }
}
