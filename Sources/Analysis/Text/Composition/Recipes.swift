// How to make the parts of an analyzer: values that every worker makes its own parts from.

struct CharFilterRecipe: Sendable {
    /// Nil when a library lacks what it needs.
    let make: @Sendable () -> (any CharFilter)?
}

struct TokenizerRecipe: Sendable {
    let make: @Sendable () -> (any Tokenizer)?
}

struct FilterRecipe: Sendable {
    /// Analyzes a text with everything before the filter.
    typealias Precursor = (String) -> SynonymMap.Words

    /// Whether it rewrites characters without regard to the word: such filters may be part of
    /// normalizers and are applied to prefixes.
    var isPerCharacter = false
    /// What has to be known of the filters before this one, when it needs that.
    var bind: (@Sendable (Precursor) throws(AnalysisSettingsError) -> FilterRecipe)?
    /// Nil when a library lacks what it needs.
    let make: @Sendable () -> FilterStage?

    static func term(
        isPerCharacter: Bool = false, _ make: @escaping @Sendable () -> (any TermFilter)?
    ) -> FilterRecipe {
        FilterRecipe(isPerCharacter: isPerCharacter) { make().map { .term($0) } }
    }

    static func batch(_ make: @escaping @Sendable () -> (any TokenFilter)?) -> FilterRecipe {
        FilterRecipe { make().map { .batch($0) } }
    }
}

/// How to make an analyzer.
struct AnalyzerRecipe: Sendable {
    var charFilters: [CharFilterRecipe] = []
    var tokenizer: TokenizerRecipe
    var filters: [FilterRecipe] = []

    init(
        charFilters: [CharFilterRecipe] = [], tokenizer: TokenizerRecipe,
        filters: [FilterRecipe] = []
    ) {
        self.charFilters = charFilters
        self.tokenizer = tokenizer
        self.filters = filters
    }

    /// Nil when a library lacks what a part needs.
    func make(_ name: String) -> Analyzer? {
        guard let tokenizer = tokenizer.make(),
            let charFilters = all(charFilters.map { $0.make() }),
            let stages = all(filters.map { $0.make() }),
            let normalizing = all(filters.filter(\.isPerCharacter).map { $0.make() })
        else { return nil }
        return Analyzer(
            name: name, charFilters: charFilters, tokenizer: tokenizer, stages: stages,
            normalizing: normalizing)
    }

    private func all<Part>(_ parts: [Part?]) -> [Part]? {
        let made = parts.compactMap { $0 }
        return made.count == parts.count ? made : nil
    }
}
