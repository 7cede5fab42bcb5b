// The parts a date text names, and the instant they stand for.

/// What a text said about a date; parts it left out are nil.
struct DateParts {
    var year: Int64?
    var month: Int64?
    var day: Int64?
    var hour: Int64?
    var minute: Int64?
    var second: Int64?
    var millisecond: Int64?
    /// Milliseconds east of UTC.
    var zoneOffset: Int64?

    /// Milliseconds since 1970; nil when a part is out of range. Parts finer than the finest one
    /// named are the smallest possible, or the largest when `roundingUp`; coarser ones that are
    /// left out are those of 1970-01-01.
    func milliseconds(roundingUp: Bool, zoneOffset defaultOffset: Int64) -> Int64? {
        let parts = [year, month, day, hour, minute, second, millisecond]
        let finest = parts.lastIndex { $0 != nil } ?? 0
        func part(_ index: Int, _ smallest: Int64, _ largest: Int64) -> Int64? {
            guard let value = parts[index] else {
                return roundingUp && index > finest ? largest : smallest
            }
            return smallest...largest ~= value ? value : nil
        }
        let year = self.year ?? 1970
        guard let month = part(1, 1, 12) else { return nil }
        let monthLength = CivilDate.length(ofMonth: month, year: year)
        guard let day = part(2, 1, monthLength), let hour = part(3, 0, 23),
            let minute = part(4, 0, 59), let second = part(5, 0, 59),
            let millisecond = part(6, 0, 999)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).days
        let seconds = (hour * 60 + minute) * 60 + second
        return days * CivilDate.millisecondsPerDay + seconds * 1000 + millisecond
            - (zoneOffset ?? defaultOffset)
    }
}

/// Reads the pieces of a date text byte by byte.
struct DateScanner {
    let bytes: [UInt8]
    var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool { take(UInt8(ascii: character)) }

    /// A number of `counts` digits, as many as there are; at most nine are ever asked for.
    mutating func number(digits counts: ClosedRange<Int>) -> Int64? {
        let start = position
        var value: Int64 = 0
        while position < bytes.count, position - start < counts.upperBound,
            case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10
        {
            value = value * 10 + Int64(digit)
            position += 1
        }
        return position - start >= counts.lowerBound ? value : nil
    }

    /// A fraction of a second of `counts` digits, in milliseconds; finer digits are dropped.
    mutating func fraction(digits counts: ClosedRange<Int>) -> Int64? {
        let start = position
        guard var value = number(digits: counts) else { return nil }
        for _ in 0..<max(0, 3 - (position - start)) { value *= 10 }
        for _ in 0..<max(0, position - start - 3) { value /= 10 }
        return value
    }

    /// "Z", "+01", "+0130" or "+01:30", in milliseconds east of UTC.
    mutating func zone() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64 = take("-") ? -1 : 1
        guard sign < 0 || take("+"), let hours = number(digits: 2...2) else { return nil }
        var minutes: Int64 = 0
        if take(":") || !isAtEnd {
            guard let value = number(digits: 2...2) else { return nil }
            minutes = value
        }
        guard hours <= 18, minutes <= 59 else { return nil }
        return sign * (hours * 60 + minutes) * 60_000
    }
}
