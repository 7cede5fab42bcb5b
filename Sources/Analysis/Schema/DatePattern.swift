// Date patterns of letters: y M d H m s S and zones, with everything else literal.

/// A compiled pattern such as "dd/MMM/yyyy:HH:mm:ss Z".
struct DatePattern: Sendable, Hashable {
    /// OpenSearch's names for common patterns; a leading "strict_" changes nothing here because
    /// two letters always mean two digits.
    static let named: [String: String] = {
        let names = [
            "date": "yyyy-MM-dd", "year": "yyyy", "year_month": "yyyy-MM",
            "year_month_day": "yyyy-MM-dd", "hour_minute": "HH:mm",
            "hour_minute_second": "HH:mm:ss", "date_hour": "yyyy-MM-dd'T'HH",
            "date_hour_minute": "yyyy-MM-dd'T'HH:mm",
            "date_hour_minute_second": "yyyy-MM-dd'T'HH:mm:ss",
            "date_hour_minute_second_millis": "yyyy-MM-dd'T'HH:mm:ss.SSS",
            "date_time": "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
            "date_time_no_millis": "yyyy-MM-dd'T'HH:mm:ssZ",
        ]
        var all = names
        for (name, pattern) in names { all["strict_" + name] = pattern }
        all["basic_date"] = "yyyyMMdd"
        all["basic_date_time"] = "yyyyMMdd'T'HHmmss.SSSZ"
        all["basic_date_time_no_millis"] = "yyyyMMdd'T'HHmmssZ"
        return all
    }()

    private enum Element: Sendable, Hashable {
        case literal(UInt8)
        case year
        case shortYear
        case monthName
        case month(ClosedRange<Int>)
        case day(ClosedRange<Int>)
        case hour(ClosedRange<Int>)
        case minute(ClosedRange<Int>)
        case second(ClosedRange<Int>)
        case fraction(Int)
        case zone
    }

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ].map { Array($0.utf8) }

    private var elements: [Element] = []

    init(_ pattern: String) throws(SchemaError) {
        let bytes = Array(pattern.utf8)
        guard !bytes.isEmpty else { throw .parsing("Invalid format: [] is empty") }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            var end = index + 1
            if byte == UInt8(ascii: "'") {
                end = try quoted(bytes, index, pattern)
            } else if isLetter(byte) {
                while end < bytes.count, bytes[end] == byte { end += 1 }
                elements.append(try Self.field(byte, end - index, pattern))
            } else if "[]{}#".utf8.contains(byte) {
                throw Self.invalid(pattern, "'\(Character(Unicode.Scalar(byte)))' is reserved")
            } else {
                elements.append(.literal(byte))
            }
            index = end
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    /// Literals between quotes, '' being a quote; returns the place after the closing one.
    private mutating func quoted(
        _ bytes: [UInt8], _ start: Int, _ pattern: String
    ) throws(SchemaError) -> Int {
        let quote = UInt8(ascii: "'")
        var index = start + 1
        while index < bytes.count {
            if bytes[index] == quote {
                let isDoubled = index + 1 < bytes.count && bytes[index + 1] == quote
                if index == start + 1 || isDoubled { elements.append(.literal(quote)) }
                if index == start + 1 || !isDoubled { return index + 1 }
                index += 1
            } else {
                elements.append(.literal(bytes[index]))
            }
            index += 1
        }
        throw Self.invalid(pattern, "a quote is not closed")
    }

    private static func field(
        _ letter: UInt8, _ count: Int, _ pattern: String
    ) throws(SchemaError) -> Element {
        let digits = count == 1 ? 1...2 : 2...2
        switch (Character(Unicode.Scalar(letter)), count) {
        case ("y", 1), ("u", 1), ("y", 4), ("u", 4): return .year
        case ("y", 2), ("u", 2): return .shortYear
        case ("M", 3): return .monthName
        case ("M", 1...2): return .month(digits)
        case ("d", 1...2): return .day(digits)
        case ("H", 1...2): return .hour(digits)
        case ("m", 1...2): return .minute(digits)
        case ("s", 1...2): return .second(digits)
        case ("S", 1...9): return .fraction(count)
        case ("Z", _), ("X", 1...3), ("x", 1...3): return .zone
        default:
            let letters = String(repeating: Character(Unicode.Scalar(letter)), count: count)
            throw invalid(pattern, "unknown pattern letters \"\(letters)\"")
        }
    }

    private static func invalid(_ pattern: String, _ reason: String) -> SchemaError {
        .parsing(
            "Invalid format: [\(pattern)]: \(reason); known are the letters y M d H m s S Z,"
                + " quoted literals, and names such as strict_date_optional_time, epoch_millis,"
                + " epoch_second, basic_date")
    }

    /// The parts `text` names; nil when it is not in this format.
    func parse(_ text: String) -> DateParts? {
        var scanner = DateScanner(text)
        var parts = DateParts()
        for element in elements {
            guard Self.read(element, &scanner, &parts) else { return nil }
        }
        return scanner.isAtEnd ? parts : nil
    }

    private static func read(
        _ element: Element, _ scanner: inout DateScanner, _ parts: inout DateParts
    ) -> Bool {
        func number(
            _ part: WritableKeyPath<DateParts, Int64?>, _ digits: ClosedRange<Int>
        ) -> Bool {
            parts[keyPath: part] = scanner.number(digits: digits)
            return parts[keyPath: part] != nil
        }
        switch element {
        case .literal(let byte): return scanner.take(byte)
        case .year: return number(\.year, 4...4)
        case .month(let digits): return number(\.month, digits)
        case .day(let digits): return number(\.day, digits)
        case .hour(let digits): return number(\.hour, digits)
        case .minute(let digits): return number(\.minute, digits)
        case .second(let digits): return number(\.second, digits)
        case .shortYear:
            parts.year = scanner.number(digits: 2...2).map { 2000 + $0 }
            return parts.year != nil
        case .monthName:
            let end = min(scanner.position + 3, scanner.bytes.count)
            let name = scanner.bytes[scanner.position..<end].map { $0 | 0x20 }
            guard let place = monthNames.firstIndex(of: name) else { return false }
            parts.month = Int64(place) + 1
            scanner.position = end
            return true
        case .fraction(let count):
            parts.millisecond = scanner.fraction(digits: count...count)
            return parts.millisecond != nil
        case .zone:
            parts.zoneOffset = scanner.zone()
            return parts.zoneOffset != nil
        }
    }
}
