// Token filters that rewrite characters.

extension FilterTypes {
    static let icuFolding = FilterRecipe.term(isPerCharacter: true) { ICUFilter(form: "folding") }
    static let asciiFolding = FilterRecipe.term(isPerCharacter: true) { ASCIIFoldingFilter() }
    static let decimalDigit = FilterRecipe.term(isPerCharacter: true) { DecimalDigitFilter() }
    static let width = FilterRecipe.term(isPerCharacter: true) { CJKWidthFilter() }

    static let characters: [String: Reader] = [
        "lowercase": lowercase,
        "uppercase": plain(.term(isPerCharacter: true) { UppercaseFilter() }),
        "asciifolding": asciifolding, "icu_folding": plain(icuFolding),
        "icu_normalizer": normalizer, "icu_transform": transform,
        "decimal_digit": plain(decimalDigit),
        "cjk_width": plain(width), "trim": plain(.term(isPerCharacter: true) { TrimFilter() }),
    ]

    static func lowercase(_ language: LowercaseFilter.Language?) -> FilterRecipe {
        .term(isPerCharacter: true) { LowercaseFilter(language) }
    }

    private static func lowercase(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let languages = LowercaseFilter.Language.allCases.map { ($0.rawValue, $0) }
        return lowercase(
            try reader.choice("language", Dictionary(uniqueKeysWithValues: languages)))
    }

    private static func asciifolding(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        guard try reader.flag("preserve_original", default: false) else { return asciiFolding }
        return .batch { ASCIIFoldingFilter().map { PreservingFilter($0) } }
    }

    private static func normalizer(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let form = try reader.normalForm()
        return .term(isPerCharacter: true) { ICUFilter(form: form) }
    }

    private static func transform(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let id = try reader.string("id") ?? "Null"
        let isReversed =
            try reader.choice("dir", ["forward": false, "reverse": true]) ?? false
        guard ICUFilter(transform: id, isReversed: isReversed) != nil else {
            throw reader.refusal(
                "parameter [id]: ICU knows no transform [\(id)]; one it knows is"
                    + " [Any-Latin; Latin-ASCII; Lower]")
        }
        return .term(isPerCharacter: true) { ICUFilter(transform: id, isReversed: isReversed) }
    }
}
