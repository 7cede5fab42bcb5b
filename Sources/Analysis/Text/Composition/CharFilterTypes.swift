// The character filters that settings may name, and their parameters.

enum CharFilterTypes {
    typealias Reader =
        @Sendable (inout ParameterReader) throws(AnalysisSettingsError) ->
        CharFilterRecipe

    static let all: [String: Reader] = [
        "html_strip": htmlStrip, "mapping": mapping, "pattern_replace": patternReplace,
        "icu_normalizer": normalizer,
    ]

    private static func normalizer(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> CharFilterRecipe {
        let form = try reader.normalForm()
        return CharFilterRecipe { ICUFilter(form: form).map { NormalizerCharFilter($0) } }
    }

    private static func htmlStrip(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> CharFilterRecipe {
        let escaped = WordSet((try reader.list("escaped_tags") ?? []).map { $0.lowercased() })
        return CharFilterRecipe { HTMLStripCharFilter(escapedTags: escaped) }
    }

    private static func mapping(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> CharFilterRecipe {
        guard let rules = try reader.rules("mappings", severalSources: false) else {
            throw reader.refusal("needs the parameter [mappings]")
        }
        let pairs = rules.map { (from: unescaped($0.from), to: unescaped($0.to)) }
        if let long = pairs.first(where: { $0.from.utf8.count > MappingRules.longestString }) {
            throw reader.refusal(
                "parameter [mappings]: [\(long.from.prefix(20))…] has more than"
                    + " \(MappingRules.longestString) bytes; use [pattern_replace]")
        }
        let tree = MappingRules(pairs)
        return CharFilterRecipe { MappingCharFilter(tree) }
    }

    /// \u00e6, \n, \t and the like as the characters they stand for.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\", let next = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch next {
            case "n": result.append("\n")
            case "t": result.append("\t")
            case "r": result.append("\r")
            case "u":
                let digits = rest.prefix(4)
                if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
                    result.unicodeScalars.append(scalar)
                    rest = rest.dropFirst(4)
                }
            default: result.append(next)
            }
        }
        return result
    }

    private static func patternReplace(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> CharFilterRecipe {
        let source = try reader.pattern("pattern")
        let text = try reader.string("replacement") ?? ""
        guard let replacement = PatternReplacement(text, groupCount: source.groupCount) else {
            throw reader.refusal(
                "parameter [replacement]: [\(text)] names a group the pattern does not have")
        }
        return CharFilterRecipe {
            source.make().map { PatternReplaceCharFilter($0, replacement) }
        }
    }
}
