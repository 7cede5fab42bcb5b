// Reads the members of one JSON object by name and refuses whatever was not asked for.

import Analysis

/// Every `read` marks a key as known; `finish()` refuses the others and lists the known ones. A
/// null member counts as absent. Numbers and booleans may be written as strings, as in
/// OpenSearch.
struct ObjectReader {
    let object: JSONObject
    /// What the object is, for error texts: "[match] query for field [title]".
    let place: String
    private var known: [String] = []

    init(_ value: JSONValue, _ place: String) throws(RequestError) {
        guard case .object(let object) = value else {
            throw .parsing("\(place) must be an object; got \(value.kindName)")
        }
        self.object = object
        self.place = place
    }

    mutating func value(_ key: String) -> JSONValue? {
        known.append(key)
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    mutating func string(_ key: String) throws(RequestError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { throw refusal(key, "a string", value) }
        return text
    }

    mutating func bool(_ key: String) throws(RequestError) -> Bool? {
        guard let value = value(key) else { return nil }
        switch value {
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        default: throw refusal(key, "true or false", value)
        }
    }

    mutating func integer(
        _ key: String, in range: ClosedRange<Int>
    ) throws(RequestError) -> Int? {
        guard let value = value(key) else { return nil }
        var number = value.integerValue
        if case .string(let text) = value { number = Int64(text) }
        guard let number, let result = Int(exactly: number), range.contains(result) else {
            throw refusal(
                key, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return result
    }

    mutating func float(_ key: String) throws(RequestError) -> Float? {
        guard let number = try double(key) else { return nil }
        guard Float(number).isFinite else {
            throw refusal(key, "a finite number", .number(number))
        }
        return Float(number)
    }

    mutating func double(_ key: String) throws(RequestError) -> Double? {
        guard let value = value(key) else { return nil }
        var number = value.doubleValue
        if case .string(let text) = value { number = Double(text) }
        guard let number, number.isFinite else { throw refusal(key, "a finite number", value) }
        return number
    }

    /// `boost`, 1 when absent; refuses what scores cannot hold.
    mutating func boost() throws(RequestError) -> Float {
        guard let boost = try float("boost") else { return 1 }
        try QueryLimits.check(boost: boost, place)
        return boost
    }

    /// One string or an array of strings.
    mutating func strings(_ key: String) throws(RequestError) -> [String]? {
        guard let value = value(key) else { return nil }
        return try Self.strings(value, "[\(key)] of \(place)")
    }

    static func strings(_ value: JSONValue, _ place: String) throws(RequestError) -> [String] {
        var texts: [String] = []
        for element in value.arrayValue ?? [value] {
            guard case .string(let text) = element else {
                throw .parsing("\(place) must be a string or an array of strings")
            }
            texts.append(text)
        }
        return texts
    }

    /// One of the names of `Choice`, in any case.
    mutating func choice<Choice: RawRepresentable<String>>(
        _ key: String, _ names: [String], _ type: Choice.Type
    ) throws(RequestError) -> Choice? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value, let choice = Choice(rawValue: text.lowercased())
        else { throw refusal(key, "one of [\(names.joined(separator: ", "))]", value) }
        return choice
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ type: Choice.Type
    ) throws(RequestError) -> Choice? {
        try choice(key, Choice.allCases.map(\.rawValue), type)
    }

    mutating func minimumShouldMatch() throws(RequestError) -> MinimumShouldMatch? {
        guard let value = value("minimum_should_match") else { return nil }
        if let count = value.integerValue { return try MinimumShouldMatch(String(count)) }
        guard case .string(let text) = value else {
            throw refusal("minimum_should_match", "a number or a string", value)
        }
        return try MinimumShouldMatch(text)
    }

    /// Refuses members that were not asked for.
    func finish() throws(RequestError) {
        guard let unknown = object.keys.first(where: { !known.contains($0) }) else { return }
        throw .parsing(
            "\(place) does not support [\(unknown)]; known are [\(known.joined(separator: ", "))]")
    }

    func refusal(_ key: String, _ wanted: String, _ got: JSONValue) -> RequestError {
        .parsing("[\(key)] of \(place) must be \(wanted); got \(got.shortDescription)")
    }

    func missing(_ key: String) -> RequestError {
        .parsing("\(place) needs [\(key)]")
    }
}

extension JSONValue {
    /// The value as it is quoted in errors: cut when long.
    var shortDescription: String {
        switch self {
        case .array, .object: return kindName
        default:
            let text = description
            return text.count <= 80 ? text : String(text.prefix(80)) + "…"
        }
    }

    /// A scalar as text; nil for null, arrays and objects.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .integer, .number, .bool: description
        case .null, .array, .object: nil
        }
    }
}
