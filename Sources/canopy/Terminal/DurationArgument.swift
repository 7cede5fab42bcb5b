// Durations on a command line: 500ms, 10s, 2m, 1h.

import ArgumentParser

/// A duration written with its unit; a bare number means seconds.
struct DurationArgument: ExpressibleByArgument, Hashable, Sendable, CustomStringConvertible {
    let duration: Duration
    let description: String

    init(seconds: Int) {
        duration = .seconds(seconds)
        description = "\(seconds)s"
    }

    init?(argument: String) {
        let units: [(suffix: String, seconds: Double)] = [
            ("ms", 0.001), ("us", 0.000_001), ("s", 1), ("m", 60), ("h", 3600), ("", 1),
        ]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
            let number = Double(argument.dropLast(unit.suffix.count)),
            number.isFinite, number >= 0, number * unit.seconds <= Self.maximumSeconds
        else { return nil }
        duration = .nanoseconds(Int64(number * unit.seconds * 1e9))
        description = argument
    }

    /// Ten days: longer is a slip of the finger.
    private static let maximumSeconds: Double = 864_000

    var defaultValueDescription: String { description }
}
