// How dates are spelled: the built-in formats and patterns of letters and literals.

/// One date format of a mapping. Dates are milliseconds since 1970-01-01T00:00:00Z.
public struct DateFormat: Sendable, Hashable {
    /// As the mapping says it.
    public let pattern: String
    private let kind: Kind

    private enum Kind: Sendable, Hashable {
        case optionalTime(strict: Bool)
        case epochMilliseconds
        case epochSeconds
        case pattern(DatePattern)
    }

    public static let strictDateOptionalTime = DateFormat(
        "strict_date_optional_time", .optionalTime(strict: true))
    public static let epochMilliseconds = DateFormat("epoch_millis", .epochMilliseconds)
    /// `strict_date_optional_time||epoch_millis`, the default of date fields.
    public static let standard: [DateFormat] = [strictDateOptionalTime, epochMilliseconds]

    private init(_ pattern: String, _ kind: Kind) {
        self.pattern = pattern
        self.kind = kind
    }

    /// One format: a built-in name or a pattern such as "yyyy-MM-dd HH:mm:ss".
    public init(_ pattern: String) throws(SchemaError) {
        self.pattern = pattern
        switch pattern {
        case "strict_date_optional_time", "strict_date_optional_time_nanos", "iso8601":
            kind = .optionalTime(strict: true)
        case "date_optional_time": kind = .optionalTime(strict: false)
        case "epoch_millis": kind = .epochMilliseconds
        case "epoch_second": kind = .epochSeconds
        default: kind = .pattern(try DatePattern(DatePattern.named[pattern] ?? pattern))
        }
    }

    /// The formats of a list like "yyyy-MM-dd||epoch_millis", to be tried in order.
    public static func list(_ patterns: String) throws(SchemaError) -> [DateFormat] {
        var formats: [DateFormat] = []
        for pattern in patterns.replacing("||", with: "\u{0}").split(
            separator: "\u{0}", omittingEmptySubsequences: false)
        {
            formats.append(try DateFormat(String(pattern)))
        }
        return formats
    }

    /// Milliseconds since 1970 in UTC; nil when `text` is not in this format. Parts that are left
    /// out are the earliest possible, or the latest when `roundingUp`. `zoneOffset`
    /// (milliseconds east of UTC) holds for texts that name no zone.
    public func parse(
        _ text: String, roundingUp: Bool = false, zoneOffset: Int64 = 0
    ) -> Int64? {
        switch kind {
        case .epochMilliseconds: return Self.epoch(text, fractionDigits: 0)
        case .epochSeconds: return Self.epoch(text, fractionDigits: 3)
        case .optionalTime(let strict):
            return Self.optionalTime(text, strict: strict)?
                .milliseconds(roundingUp: roundingUp, zoneOffset: zoneOffset)
        case .pattern(let pattern):
            return pattern.parse(text)?
                .milliseconds(roundingUp: roundingUp, zoneOffset: zoneOffset)
        }
    }

    /// "2026-01-02T03:04:05.006Z".
    public static func render(milliseconds: Int64) -> String {
        let days = floorDivide(milliseconds, CivilDate.millisecondsPerDay)
        let rest = floorRemainder(milliseconds, CivilDate.millisecondsPerDay)
        let date = CivilDate(days: days)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text = date.year > 9999 ? "+" : date.year < 0 ? "-" : ""
        text += padded(abs(date.year), 4)
        text += "-" + padded(date.month, 2)
        text += "-" + padded(date.day, 2)
        text += "T" + padded(rest / 3_600_000, 2)
        text += ":" + padded(rest / 60_000 % 60, 2)
        text += ":" + padded(rest / 1000 % 60, 2)
        return text + "." + padded(rest % 1000, 3) + "Z"
    }

    /// Milliseconds east of UTC of "Z", "UTC", "+01:00", "-0330" or "+05"; nil for other texts.
    public static func zoneOffset(_ text: String) -> Int64? {
        if text == "UTC" || text == "GMT" { return 0 }
        var scanner = DateScanner(text)
        guard let offset = scanner.zone(), scanner.isAtEnd else { return nil }
        return offset
    }

    /// An integer, perhaps with a fraction, scaled by 10^`fractionDigits` and truncated.
    private static func epoch(_ text: String, fractionDigits: Int) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNegative = parts[0].hasPrefix("-")
        let whole = isNegative ? parts[0].dropFirst() : parts[0]
        let fraction = parts.count > 1 ? parts[1] : "0"
        for digits in [whole, fraction] {
            guard !digits.isEmpty else { return nil }
            guard digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
        }
        let kept = String(fraction.prefix(fractionDigits))
        let zeros = String(repeating: "0", count: fractionDigits - kept.utf8.count)
        return Int64((isNegative ? "-" : "") + String(whole) + kept + zeros)
    }

    /// yyyy[-MM[-dd['T'HH[:mm[:ss[.S…]]][zone]]]]
    private static func optionalTime(_ text: String, strict: Bool) -> DateParts? {
        let digits = strict ? 2...2 : 1...2
        var scanner = DateScanner(text)
        var parts = DateParts()
        guard let year = scanner.number(digits: strict ? 4...4 : 1...4) else { return nil }
        parts.year = year
        if scanner.take("-") {
            guard let month = scanner.number(digits: digits) else { return nil }
            parts.month = month
            if scanner.take("-") {
                guard let day = scanner.number(digits: digits) else { return nil }
                parts.day = day
                if scanner.take("T"), !time(&scanner, &parts, digits) { return nil }
            }
        }
        return scanner.isAtEnd ? parts : nil
    }

    private static func time(
        _ scanner: inout DateScanner, _ parts: inout DateParts, _ digits: ClosedRange<Int>
    ) -> Bool {
        guard let hour = scanner.number(digits: digits) else { return false }
        parts.hour = hour
        if scanner.take(":") {
            guard let minute = scanner.number(digits: digits) else { return false }
            parts.minute = minute
            if scanner.take(":") {
                guard let second = scanner.number(digits: digits) else { return false }
                parts.second = second
                if scanner.take(".") || scanner.take(",") {
                    guard let fraction = scanner.fraction(digits: 1...9) else { return false }
                    parts.millisecond = fraction
                }
            }
        }
        if scanner.isAtEnd { return true }
        parts.zoneOffset = scanner.zone()
        return parts.zoneOffset != nil
    }
}

extension [DateFormat] {
    /// What the first format that fits makes of `text`.
    public func parse(_ text: String, roundingUp: Bool = false, zoneOffset: Int64 = 0) -> Int64? {
        for format in self {
            if let date = format.parse(text, roundingUp: roundingUp, zoneOffset: zoneOffset) {
                return date
            }
        }
        return nil
    }

    /// As a mapping spells the list: "yyyy-MM-dd||epoch_millis".
    public var patternList: String { map(\.pattern).joined(separator: "||") }
}
