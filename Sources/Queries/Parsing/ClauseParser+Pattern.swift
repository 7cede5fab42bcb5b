// Queries for terms that look alike: prefix, wildcard, regexp, fuzzy.

import Analysis

extension ClauseParser {
    func prefix(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "prefix")
        var reader = try PatternReader(body, "[prefix] query for field [\(field)]", ["value"])
        let ignoresCase = try reader.bool("case_insensitive")
        let boost = try reader.finish()
        guard ignoresCase, reader.text.hasASCIILetter else {
            return .prefix(field: field, prefix: Array(reader.text.utf8), boost: boost)
        }
        return try pattern(
            field, .wildcard(WildcardPart.prefix(reader.text), ignoresCase: true), boost,
            reader.place)
    }

    func wildcard(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "wildcard")
        var reader = try PatternReader(
            body, "[wildcard] query for field [\(field)]", ["value", "wildcard"])
        let ignoresCase = try reader.bool("case_insensitive")
        let boost = try reader.finish()
        let parts: [WildcardPart]
        do {
            parts = WildcardPart.normalized(try WildcardPart.parse(reader.text))
        } catch {
            throw Self.refusal(error, reader.place)
        }
        let text = WildcardPart.text(parts)
        if !(ignoresCase && text.hasASCIILetter), let prefix = WildcardPart.onlyPrefix(parts) {
            return .prefix(field: field, prefix: Array(prefix.utf8), boost: boost)
        }
        return try pattern(
            field, .wildcard(text, ignoresCase: ignoresCase && text.hasASCIILetter), boost,
            reader.place)
    }

    func regexp(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "regexp")
        var reader = try PatternReader(body, "[regexp] query for field [\(field)]", ["value"])
        let ignoresCase = try reader.bool("case_insensitive")
        var operators = RegexpOperators.all
        if let flags = try reader.string("flags") {
            guard let known = RegexpOperators(flags: flags) else {
                throw .parsing(
                    "[flags] of \(reader.place) must be names out of "
                        + "[\(RegexpOperators.knownNames.joined(separator: ", "))] with [|] "
                        + "between them; got [\(flags)]")
            }
            operators = known
        }
        let limit = try reader.integer(
            "max_determinized_states", in: 1...TermPattern.maximumStates)
        let boost = try reader.finish()
        return try pattern(
            field,
            .regexp(
                reader.text, operators, ignoresCase: ignoresCase && reader.text.hasASCIILetter),
            boost, reader.place, stateLimit: limit ?? TermPattern.maximumStates)
    }

    func fuzzy(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "fuzzy")
        var reader = try PatternReader(body, "[fuzzy] query for field [\(field)]", ["value"])
        let options = try reader.fuzzyOptions()
        let boost = try reader.finish()
        return .fuzzy(
            FuzzyQuery(field: field, value: .string(reader.text), options: options, boost: boost))
    }

    /// Refuses a pattern that cannot be used before anybody is asked.
    private func pattern(
        _ field: String, _ pattern: TermPattern, _ boost: Float, _ place: String,
        stateLimit: Int = TermPattern.maximumStates
    ) throws(RequestError) -> Query {
        do {
            _ = try pattern.automaton(stateLimit: stateLimit)
        } catch {
            throw Self.refusal(error, place)
        }
        return .pattern(field: field, pattern, boost: boost)
    }

    static func refusal(_ error: PatternError, _ place: String) -> RequestError {
        .illegalArgument("the pattern of \(place) cannot be used: \(error.text)")
    }
}

/// `{"field": "text"}` or `{"field": {"value": "text", …}}`.
private struct PatternReader {
    /// Nil for the short form.
    private var object: ObjectReader?
    let place: String
    let text: String

    init(_ body: JSONValue, _ place: String, _ keys: [String]) throws(RequestError) {
        self.place = place
        var value = body
        if case .object = body {
            var reader = try ObjectReader(body, place)
            var values: [JSONValue] = []
            for key in keys {
                if let value = reader.value(key) { values.append(value) }
            }
            guard let first = values.first else { throw reader.missing(keys[0]) }
            guard values.count == 1 else {
                throw .parsing("\(place) takes only one of [\(keys.joined(separator: ", "))]")
            }
            value = first
            object = reader
        }
        guard let text = try ClauseParser.text(value, place).scalarText else {
            throw .parsing("\(place) needs a text")
        }
        self.text = text
    }

    mutating func bool(_ key: String) throws(RequestError) -> Bool {
        try object?.bool(key) ?? false
    }

    mutating func string(_ key: String) throws(RequestError) -> String? {
        try object?.string(key)
    }

    mutating func integer(
        _ key: String, in range: ClosedRange<Int>
    ) throws(RequestError) -> Int? {
        try object?.integer(key, in: range)
    }

    mutating func fuzzyOptions() throws(RequestError) -> FuzzyOptions {
        guard var reader = object else { return FuzzyOptions() }
        defer { object = reader }
        return try FuzzyOptions.read(
            &reader, .init(transpositions: "transpositions", correctsUpTo: nil), whenAbsent: .auto)
            ?? FuzzyOptions()
    }

    /// Refuses what is unknown; returns the boost.
    mutating func finish() throws(RequestError) -> Float {
        let boost = try object?.boost() ?? 1
        try object?.finish()
        return boost
    }
}

extension String {
    /// Whether there is a letter whose case could be ignored.
    var hasASCIILetter: Bool { utf8.contains { (0x61...0x7A).contains($0 | 0x20) } }
}

extension FuzzyOptions {
    /// What the members are called.
    struct Keys {
        var prefixLength = "prefix_length"
        var maximumExpansions = "max_expansions"
        var transpositions = "fuzzy_transpositions"
        /// Of queries of texts, in which some words may be misspelt.
        var correctsUpTo: String? = "fuzzy_max_doc_freq"
    }

    /// Nil when there is no fuzziness, neither in the object nor when it is absent.
    static func read(
        _ reader: inout ObjectReader, _ keys: Keys = Keys(), whenAbsent: Fuzziness? = nil
    ) throws(RequestError) -> FuzzyOptions? {
        var options = FuzzyOptions()
        let fuzziness = try Self.fuzziness(&reader) ?? whenAbsent
        let lengths = 0...FuzzyWord.maximumLength
        options.prefixLength = try reader.integer(keys.prefixLength, in: lengths) ?? 0
        if let key = keys.correctsUpTo {
            options.correctsUpTo = try reader.integer(key, in: 0...Int(Int32.max)).map(Int64.init)
        }
        let defaultLimit =
            options.correctsUpTo == nil
            ? TermExpansion.defaultLimit : TermExpansion.correctionLimit
        options.maximumExpansions =
            try reader.integer(keys.maximumExpansions, in: 1...TermExpansion.maximumLimit)
            ?? defaultLimit
        options.transpositions = try reader.bool(keys.transpositions) ?? true
        guard let fuzziness else { return nil }
        options.fuzziness = fuzziness
        return options
    }

    /// `AUTO`, `AUTO:3,6`, 0, 1 or 2.
    static func fuzziness(
        _ reader: inout ObjectReader
    ) throws(RequestError) -> Fuzziness? {
        guard let value = reader.value("fuzziness") else { return nil }
        let refusal = reader.refusal(
            "fuzziness", "[AUTO], [AUTO:LOW,HIGH] with LOW up to HIGH, 0, 1 or 2", value)
        if let number = value.doubleValue ?? value.stringValue.flatMap(Double.init) {
            guard let edits = Int(exactly: number), (0...FuzzyWord.maximumDistance).contains(edits)
            else { throw refusal }
            return .edits(edits)
        }
        guard let text = value.stringValue?.uppercased(), text.hasPrefix("AUTO") else {
            throw refusal
        }
        if text == "AUTO" { return .auto }
        let parts = text.dropFirst(5).split(separator: ",", omittingEmptySubsequences: false)
        guard text.dropFirst(4).first == ":", parts.count == 2, let low = Int(parts[0]),
            let high = Int(parts[1]), 0 <= low, low <= high
        else { throw refusal }
        return .auto(low: low, high: high)
    }
}
