// When requests are meant to be sent, decided before anything is known of the answers: an open
// loop.

import ArgumentParser
import Foundation

enum ArrivalPattern: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Independent users: exponential gaps.
    case poisson
    /// A metronome.
    case uniform
}

/// The intended send times of one step, ascending, in nanoseconds from its start.
struct ArrivalSchedule: Sequence, IteratorProtocol, Sendable {
    private let pattern: ArrivalPattern
    private let ratePerSecond: Double
    private let durationNanoseconds: Double
    private var random: SeededGenerator
    private var time = 0.0
    private var number = 0

    /// - Parameter rate: arrivals per second, above zero.
    init(pattern: ArrivalPattern, rate: Double, duration: Duration, seed: UInt64) {
        self.pattern = pattern
        ratePerSecond = rate
        durationNanoseconds = duration.seconds * 1e9
        random = SeededGenerator(seed: seed)
    }

    mutating func next() -> Int64? {
        switch pattern {
        case .poisson: time += -log(1 - random.unitInterval()) / ratePerSecond * 1e9
        case .uniform: time = Double(number) / ratePerSecond * 1e9
        }
        number += 1
        return time < durationNanoseconds ? Int64(time) : nil
    }
}
