// Numbers the way people read them: 12,345 documents, 3.4 MB/s, 1.25 ms.

import Foundation

enum Quantities {
    /// 1234567 → "1,234,567".
    static func count(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    static func count(_ value: Int) -> String { count(Int64(value)) }

    /// Decimal units: 1500 → "1.5 kB".
    static func bytes(_ value: Double) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var rest = max(0, value)
        var unit = 0
        while rest >= 999.5 && unit < units.count - 1 {
            rest /= 1000
            unit += 1
        }
        return unit == 0 ? "\(Int(rest)) B" : "\(decimal(rest, significant: 3)) \(units[unit])"
    }

    static func bytes(_ value: Int64) -> String { bytes(Double(value)) }

    /// Three significant digits with the fitting unit: "870 ns", "41.2 µs", "3.05 ms", "12.4 s",
    /// "3m 20s".
    static func duration(seconds: Double) -> String {
        switch seconds {
        case ..<0: "0 s"
        case ..<0.000_000_999_5: "\(decimal(seconds * 1e9, significant: 3)) ns"
        case ..<0.000_999_5: "\(decimal(seconds * 1e6, significant: 3)) µs"
        case ..<0.999_5: "\(decimal(seconds * 1e3, significant: 3)) ms"
        case ..<59.95: "\(decimal(seconds, significant: 3)) s"
        default: longDuration(Int(seconds.rounded()))
        }
    }

    static func duration(_ duration: Duration) -> String {
        self.duration(seconds: duration.seconds)
    }

    /// 0.1234 → "12.3 %".
    static func percent(_ share: Double) -> String { "\(decimal(share * 100, significant: 3)) %" }

    /// 12.0 → "12.0" at three significant digits; whole numbers beyond them keep all their digits.
    static func decimal(_ value: Double, significant: Int) -> String {
        guard value.isFinite else { return "–" }
        if value == 0 { return "0" }
        // 999.96 has four digits before the point once it is rounded to four: 1000.
        let half = abs(value) * pow(10, -Double(significant)) / 2
        let magnitude = Int(floor(log10(abs(value) + half))) + 1
        let places = min(max(0, significant - magnitude), 9)
        return String(format: "%.\(places)f", value)
    }

    /// Three significant digits at most, without zeros that say nothing: "120", "62.5", "1,500".
    static func plain(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return count(Int64(value)) }
        return withoutTrailingZeros(decimal(value, significant: 3))
    }

    /// A duration for an axis: "5 ms", "2.5 s".
    static func plainDuration(seconds: Double) -> String {
        let parts = duration(seconds: seconds).split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return parts.joined() }
        return withoutTrailingZeros(String(parts[0])) + " " + parts[1]
    }

    private static func withoutTrailingZeros(_ number: String) -> String {
        guard number.contains(".") else { return number }
        var digits = number[...]
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }

    private static func longDuration(_ seconds: Int) -> String {
        if seconds >= 3600 { return "\(seconds / 3600)h \(seconds % 3600 / 60)m" }
        return "\(seconds / 60)m \(seconds % 60)s"
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
