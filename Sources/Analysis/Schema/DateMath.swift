// Date expressions of range queries: an anchor and steps, "now-7d/d", "2026-01-01||+1M/d".

public enum DateMath {
    /// The instant an expression means, in milliseconds since 1970; nil when it is malformed.
    /// The anchor is `now` or a date in one of `formats`, followed by "||" if steps follow.
    /// `roundingUp` is for the bounds `gt` and `lte`: "/d" and left-out parts mean the last
    /// millisecond rather than the first. `zoneOffset` (milliseconds east of UTC) says where
    /// days begin and what dates without a zone mean.
    public static func resolve(
        _ expression: String, formats: [DateFormat] = DateFormat.standard, now: Int64,
        roundingUp: Bool = false, zoneOffset: Int64 = 0
    ) -> Int64? {
        let anchor: Int64
        let steps: Substring
        if expression.hasPrefix("now") {
            anchor = now
            steps = expression.dropFirst(3)
        } else if let bars = expression.firstRange(of: "||") {
            let text = String(expression[..<bars.lowerBound])
            guard let date = formats.parse(text, zoneOffset: zoneOffset) else { return nil }
            anchor = date
            steps = expression[bars.upperBound...]
        } else {
            return formats.parse(expression, roundingUp: roundingUp, zoneOffset: zoneOffset)
        }
        let (local, overflow) = anchor.addingReportingOverflow(zoneOffset)
        guard !overflow, let moved = apply(steps, to: local, roundingUp) else { return nil }
        let result = moved.subtractingReportingOverflow(zoneOffset)
        return result.overflow ? nil : result.partialValue
    }

    private static func apply(
        _ steps: Substring, to start: Int64, _ roundingUp: Bool
    ) -> Int64? {
        var scanner = DateScanner(String(steps))
        var date = start
        while !scanner.isAtEnd {
            let rounds = scanner.take("/")
            var count: Int64 = 1
            if !rounds {
                let sign: Int64 = scanner.take("-") ? -1 : 1
                guard sign < 0 || scanner.take("+") else { return nil }
                count = sign * (scanner.number(digits: 1...9) ?? 1)
            }
            guard scanner.position < scanner.bytes.count,
                let unit = Unit(rawValue: scanner.bytes[scanner.position])
            else { return nil }
            scanner.position += 1
            guard let moved = rounds ? unit.round(date, roundingUp) : unit.add(count, to: date)
            else { return nil }
            date = moved
        }
        return date
    }

    private enum Unit: UInt8 {
        case year = 0x79  // y
        case month = 0x4D  // M
        case week = 0x77  // w
        case day = 0x64  // d
        case hour = 0x68  // h
        case hourToo = 0x48  // H
        case minute = 0x6D  // m
        case second = 0x73  // s

        /// Nil for years and months, whose length varies.
        var milliseconds: Int64? {
            switch self {
            case .year, .month: nil
            case .week: 7 * CivilDate.millisecondsPerDay
            case .day: CivilDate.millisecondsPerDay
            case .hour, .hourToo: 3_600_000
            case .minute: 60_000
            case .second: 1000
            }
        }

        func add(_ count: Int64, to date: Int64) -> Int64? {
            if let milliseconds {
                // Nine digits of weeks stay below 2^63 milliseconds.
                let sum = date.addingReportingOverflow(count * milliseconds)
                return sum.overflow ? nil : sum.partialValue
            }
            let days = floorDivide(date, CivilDate.millisecondsPerDay)
            let months = self == .year ? count * 12 : count
            let moved = CivilDate(days: days).adding(months: months).days
            let product = moved.multipliedReportingOverflow(by: CivilDate.millisecondsPerDay)
            let timeOfDay = floorRemainder(date, CivilDate.millisecondsPerDay)
            let sum = product.partialValue.addingReportingOverflow(timeOfDay)
            return product.overflow || sum.overflow ? nil : sum.partialValue
        }

        /// The first millisecond of the unit `date` is in, or the last.
        func round(_ date: Int64, _ roundingUp: Bool) -> Int64? {
            guard let start = start(of: date) else { return nil }
            return roundingUp ? add(1, to: start).map { $0 - 1 } : start
        }

        private func start(of date: Int64) -> Int64? {
            let perDay = CivilDate.millisecondsPerDay
            if let milliseconds {
                // 1970-01-01 was a Thursday and weeks begin on Mondays.
                let shift = self == .week ? 3 * perDay : 0
                let shifted = date.addingReportingOverflow(shift)
                guard !shifted.overflow else { return nil }
                let units = floorDivide(shifted.partialValue, milliseconds)
                let product = units.multipliedReportingOverflow(by: milliseconds)
                let start = product.partialValue.subtractingReportingOverflow(shift)
                return product.overflow || start.overflow ? nil : start.partialValue
            }
            var civil = CivilDate(days: floorDivide(date, perDay))
            civil.day = 1
            if self == .year { civil.month = 1 }
            let product = civil.days.multipliedReportingOverflow(by: perDay)
            return product.overflow ? nil : product.partialValue
        }
    }
}
