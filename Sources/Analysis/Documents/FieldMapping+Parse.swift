// Reads one JSON scalar as the value of a mapped field, coercing as OpenSearch does: numbers
// from strings, integers from decimals (cut off towards zero), booleans from "true" and "false".

extension FieldMapping {
    /// Characters of a refused value that an error shows.
    private static let shownCharacters = 100

    /// The value for the index; nil when it is to be left out (null that nothing stands for, beyond
    /// `ignore_above`).
    /// - Parameter analyzers: Of the index, among them the field's normalizer.
    func parse(
        _ value: JSONValue, _ analyzers: AnalyzerRegistry
    ) throws(DocumentError) -> FieldValue? {
        if value.isNull {
            guard let nullValue else { return nil }
            return try keyword(nullValue, analyzers)
        }
        guard let text = value.plainText else {
            throw refusal(value, "expected a single value")
        }
        switch type {
        case .text: return .text(text)
        case .keyword: return try keyword(text, analyzers)
        case .completion:
            return try completion(text, weight: CompletionEntry.defaultWeight, analyzers)
        case .integer:
            return try integer(value, Int64(Int32.min)...Int64(Int32.max))
        case .long: return try integer(value, Int64.min...Int64.max)
        case .float: return try real(value, Double(Float.greatestFiniteMagnitude))
        case .double: return try real(value, .greatestFiniteMagnitude)
        case .boolean:
            switch value {
            case true, "true": return .integer(1)
            case false, "false", "": return .integer(0)
            default: throw refusal(value, "only true or false are allowed")
            }
        case .date:
            if case .bool = value { throw refusal(value, "expected a date") }
            guard let date = formats.parse(text) else {
                throw refusal(value, "expected a date in format [\(formats.patternList)]")
            }
            return .integer(date)
        }
    }

    private func keyword(
        _ text: String, _ analyzers: AnalyzerRegistry
    ) throws(DocumentError) -> FieldValue? {
        // UTF-16 units, as Java counts; there are never more of them than bytes.
        if text.utf8.count > ignoreAbove, Self.utf16Length(text) > ignoreAbove { return nil }
        guard text.utf8.count <= Analyzer.maximumTermBytes else {
            throw DocumentError(
                type: "illegal_argument_exception",
                reason: "Document contains at least one immense term in field=\"\(path)\":"
                    + " \(text.utf8.count) bytes, at most \(Analyzer.maximumTermBytes) can be"
                    + " indexed; set ignore_above or map the field as text")
        }
        return .keyword(analyzers.normalize(text, with: normalizer))
    }

    /// One unit for every byte that starts a character, two for those of four bytes. (`utf16`
    /// would build an index into the string.)
    private static func utf16Length(_ text: String) -> Int {
        text.utf8.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
    }

    private func integer(
        _ value: JSONValue, _ range: ClosedRange<Int64>
    ) throws(DocumentError) -> FieldValue {
        let number: Int64?
        switch value {
        case .integer(let exact): number = exact
        case .number(let real): number = Int64(exactly: real.rounded(.towardZero))
        case .string(let text):
            number =
                Int64(text)
                ?? Self.decimal(text).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
        default: number = nil
        }
        guard let number, range.contains(number) else {
            throw refusal(
                value, "expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return .integer(number)
    }

    private func real(
        _ value: JSONValue, _ largest: Double
    ) throws(DocumentError) -> FieldValue {
        let number = value.doubleValue ?? value.stringValue.flatMap(Self.decimal)
        let rounded = type == .float ? number.map { Double(Float($0)) } : number
        guard let rounded, abs(rounded) <= largest else {
            throw refusal(value, "expected a finite number up to \(largest)")
        }
        return .real(rounded)
    }

    /// A decimal number; not "nan", "inf" or hexadecimal, which `Double` would take too.
    private static func decimal(_ text: String) -> Double? {
        let isDecimal = text.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "0") < 10 || "+-.eE".utf8.contains(byte)
        }
        guard isDecimal, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    func refusal(_ value: JSONValue, _ expected: String) -> DocumentError {
        let shown = value.description
        let text =
            shown.count > Self.shownCharacters
            ? shown.prefix(Self.shownCharacters) + "…" : shown[...]
        return .parsing(
            "failed to parse field [\(path)] of type [\(typeName)]: got \(text);"
                + " \(expected)")
    }
}

extension JSONValue {
    /// A scalar as text fields see it; nil for null, arrays and objects.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
