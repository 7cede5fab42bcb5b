// Sizes on a command line: 32MiB, 64MB, 1GiB, 500000.

import ArgumentParser

/// A number of bytes written with its unit; a bare number means bytes.
struct ByteCountArgument: ExpressibleByArgument, Hashable, Sendable, CustomStringConvertible {
    let byteCount: Int64
    let description: String

    private static let units: [(suffix: String, bytes: Double)] = [
        ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6),
        ("gb", 1e9), ("b", 1), ("", 1),
    ]

    init?(argument: String) {
        let text = argument.lowercased()
        guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }),
            let number = Double(text.dropLast(unit.suffix.count)), number.isFinite, number >= 0,
            number * unit.bytes < 1e15
        else { return nil }
        byteCount = Int64(number * unit.bytes)
        description = argument
    }

    init(mebibytes: Int64) {
        byteCount = mebibytes << 20
        description = "\(mebibytes)MiB"
    }

    var defaultValueDescription: String { description }
}
