// In which order the values of a field come, and which of them are equal: ICU's collation.

import CICU

/// What the mapping of a field of type `icu_collation_keyword` says of its order.
public struct Collation: Sendable, Hashable {
    /// The type of fields that have one.
    public static let typeName = "icu_collation_keyword"
    /// The parameters of a mapping that describe an order.
    static let parameterNames: Set<String> = [
        "language", "country", "variant", "rules", "strength", "decomposition", "alternate",
        "case_level", "case_first", "numeric", "variable_top", "hiragana_quaternary_mode",
    ]
    /// Names of languages, countries and variants are no longer, in bytes.
    private static let longestName = 64
    /// Rules are no longer, in bytes.
    static let longestRules = 64 << 10
    private static let normalizerPrefix = "icu_collation:"

    /// An attribute of ICU's collator and its value, by the numbers of `cicu_collation.h`.
    struct Attribute: Sendable, Hashable {
        let number: Int32
        let value: Int32
    }

    /// The parameters that the mapping gives, in one fixed order.
    let parameters: JSONObject
    /// Empty where not given.
    let language: String
    let country: String
    let variant: String
    let rules: String?
    let attributes: [Attribute]
    let variableTop: String?
    /// Of ICU's order when the index was made: its sort keys compare with those of the same
    /// version alone.
    public internal(set) var version = ""
    /// Of ICU's order on this node.
    public private(set) var nodeVersion = ""

    /// - Throws: naming the parameter that is wrong.
    init(_ reader: inout ParameterReader) throws(AnalysisSettingsError) {
        var given = JSONObject()
        func note(_ name: String, _ text: String?) {
            if let text, !text.isEmpty { given[name] = .string(text) }
        }
        language = try Self.localePart("language", &reader)
        country = try Self.localePart("country", &reader)
        variant = try Self.localePart("variant", &reader)
        rules = try reader.string("rules")
        note("language", language)
        note("country", country)
        note("variant", variant)
        note("rules", rules)
        if language.isEmpty, !country.isEmpty || !variant.isEmpty {
            throw reader.refusal("needs the parameter [language] beside [country] and [variant]")
        }
        if let rules, !language.isEmpty || rules.utf8.count > Self.longestRules {
            throw reader.refusal(
                "parameter [rules] takes at most \(Self.longestRules) bytes, and stands without"
                    + " [language]: begin the rules with [import de] to add to a language's")
        }
        var attributes: [Attribute] = []
        for (name, number, values) in Self.choices {
            guard let value = try reader.choice(name, values) else { continue }
            note(name, values.first { $0.value == value }?.key)
            attributes.append(Attribute(number: number, value: value))
        }
        for (name, number) in Self.flags where reader.has(name) {
            let flag = try reader.flag(name, default: false)
            given[name] = .bool(flag)
            attributes.append(Attribute(number: number, value: flag ? 1 : 0))
        }
        if try reader.flag("hiragana_quaternary_mode", default: false) {
            throw reader.refusal(
                "parameter [hiragana_quaternary_mode] can only be false, for ICU has it no more;"
                    + " with [language] ja and [strength] quaternary Hiragana precedes Katakana")
        }
        variableTop = try reader.string("variable_top")
        note("variable_top", variableTop)
        parameters = given
        self.attributes = attributes
        nodeVersion = try Collator(self, reader).version
        version = nodeVersion
    }

    private static let choices: [(name: String, number: Int32, values: [String: Int32])] = [
        (
            "strength", CANOPY_COLLATOR_STRENGTH,
            ["primary": 1, "secondary": 2, "tertiary": 3, "quaternary": 4, "identical": 5]
        ),
        ("decomposition", CANOPY_COLLATOR_DECOMPOSITION, ["no": 0, "canonical": 1]),
        ("alternate", CANOPY_COLLATOR_SHIFTED, ["non-ignorable": 0, "shifted": 1]),
        ("case_first", CANOPY_COLLATOR_UPPER_FIRST, ["lower": 0, "upper": 1]),
    ]
    private static let flags: [(name: String, number: Int32)] = [
        ("case_level", CANOPY_COLLATOR_CASE_LEVEL), ("numeric", CANOPY_COLLATOR_NUMERIC),
    ]

    private static func localePart(
        _ name: String, _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> String {
        let text = try reader.string(name) ?? ""
        let signs = name == "variant" ? "_-@=;" : "_-"
        let isName = text.utf8.allSatisfy { byte in
            byte | 0x20 &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                || signs.utf8.contains(byte)
        }
        guard isName, text.utf8.count <= longestName else {
            throw reader.refusal(
                "parameter [\(name)] cannot be [\(text.prefix(longestName))]; it is a name such as"
                    + (name == "variant" ? " [@collation=phonebook]" : " [de]"))
        }
        return text
    }

    // MARK: As a normalizer

    /// What makes sort keys of values is a normalizer of this name.
    var normalizerName: String {
        let json = String(decoding: JSONValue.object(parameters).encoded(), as: UTF8.self)
        return Self.normalizerPrefix + json
    }

    /// How to make sort keys, when this is the name of such a normalizer.
    static func recipe(normalizer name: String) -> AnalyzerRecipe? {
        guard name.hasPrefix(normalizerPrefix),
            let json = try? JSONParser.parse(
                Array(name.utf8.dropFirst(normalizerPrefix.utf8.count))),
            let parameters = json.objectValue
        else { return nil }
        var reader = ParameterReader(parameters, place: name)
        guard let collation = try? Collation(&reader) else { return nil }
        return AnalyzerRecipe(
            tokenizer: TokenizerTypes.keyword, filters: [.term { CollationFilter(collation) }])
    }
}
