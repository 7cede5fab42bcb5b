// Reads the parameters of one component and refuses those that nobody asked for.

/// The definition of a component, `{"type":"stop","stopwords":…}`. Values may come as strings, as
/// OpenSearch takes them: "5", "true".
struct ParameterReader {
    /// "index.analysis.filter.my_stop".
    let place: String
    private let definition: JSONObject
    private var known: [String] = ["type"]

    init(_ definition: JSONObject, place: String) {
        self.definition = definition
        self.place = place
    }

    func refusal(_ reason: String) -> AnalysisSettingsError {
        AnalysisSettingsError(reason: "[\(place)] \(reason)")
    }

    private mutating func value(_ name: String) -> JSONValue? {
        if !known.contains(name) { known.append(name) }
        guard let value = definition[name], !value.isNull else { return nil }
        return value
    }

    /// Whether the parameter is given, which makes it a known one.
    mutating func has(_ name: String) -> Bool { value(name) != nil }

    mutating func string(_ name: String) throws(AnalysisSettingsError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.plainText else {
            throw refusal("parameter [\(name)] must be a string, got \(value.kindName)")
        }
        return text
    }

    mutating func required(_ name: String) throws(AnalysisSettingsError) -> String {
        guard let text = try string(name) else {
            throw refusal("needs the parameter [\(name)]")
        }
        return text
    }

    /// One of the names of a closed list.
    mutating func choice<Value>(
        _ name: String, _ values: [String: Value]
    ) throws(AnalysisSettingsError) -> Value? {
        guard let text = try string(name) else { return nil }
        guard let chosen = values[text] else {
            throw refusal(
                "parameter [\(name)] cannot be [\(text)]; known: "
                    + values.keys.sorted().joined(separator: ", "))
        }
        return chosen
    }

    mutating func flag(
        _ name: String, default standard: Bool
    ) throws(AnalysisSettingsError) -> Bool {
        switch value(name) {
        case nil: return standard
        case .bool(let flag): return flag
        case "true": return true
        case "false": return false
        case .some(let other):
            throw refusal("parameter [\(name)] must be true or false, got \(other)")
        }
    }

    mutating func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(AnalysisSettingsError) -> Int? {
        guard let value = value(name) else { return nil }
        let number = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
        guard let number = number.flatMap({ Int(exactly: $0) }), range.contains(number) else {
            throw refusal(
                "parameter [\(name)] must be a number from \(range.lowerBound) to"
                    + " \(range.upperBound), got \(value)")
        }
        return number
    }

    /// Two bounds, the lower one not above the upper one.
    mutating func bounds(
        _ lower: String, _ upper: String, in range: ClosedRange<Int>,
        default standard: ClosedRange<Int>
    ) throws(AnalysisSettingsError) -> ClosedRange<Int> {
        let low = try integer(lower, in: range) ?? standard.lowerBound
        let high = try integer(upper, in: range) ?? max(standard.upperBound, low)
        guard low <= high else {
            throw refusal("parameter [\(lower)] is \(low), above [\(upper)], which is \(high)")
        }
        return low...high
    }

    /// A list of strings, or one string with commas.
    mutating func list(_ name: String) throws(AnalysisSettingsError) -> [String]? {
        guard let value = value(name) else { return nil }
        if let text = value.stringValue {
            return text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        }
        return try strings(name, value)
    }

    /// A list of strings, each as it is.
    mutating func lines(_ name: String) throws(AnalysisSettingsError) -> [String]? {
        guard let value = value(name) else { return nil }
        if let text = value.stringValue { return [text] }
        return try strings(name, value)
    }

    private func strings(
        _ name: String, _ value: JSONValue
    ) throws(AnalysisSettingsError) -> [String] {
        guard let array = value.arrayValue else {
            throw refusal("parameter [\(name)] must be a list of strings, got \(value.kindName)")
        }
        var result: [String] = []
        for element in array {
            guard let text = element.plainText else {
                throw refusal("parameter [\(name)] must hold strings, got \(element.kindName)")
            }
            result.append(text)
        }
        return result
    }

    /// - Throws: when the definition has parameters nobody asked for.
    func finish() throws(AnalysisSettingsError) {
        for (name, _) in definition where !known.contains(name) {
            let type = definition["type"]?.stringValue ?? "custom"
            throw refusal(
                "unknown parameter [\(name)] of type [\(type)]; known: "
                    + known.joined(separator: ", "))
        }
    }
}
