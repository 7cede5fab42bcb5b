// How to make the parts of an analyzer: values that every worker makes its own parts from.

struct CharFilterRecipe: Sendable {
    /// As settings call it; empty in built-in analyzers.
    var name = ""
    /// Nil when a library lacks what it needs.
    let make: @Sendable () -> (any CharFilter)?

    init(_ make: @escaping @Sendable () -> (any CharFilter)?) { self.make = make }
}

struct TokenizerRecipe: Sendable {
    var name = ""
    /// How its tokens are called.
    let types: TokenTypes
    let make: @Sendable () -> (any Tokenizer)?

    init(_ types: TokenTypes = .word, _ make: @escaping @Sendable () -> (any Tokenizer)?) {
        self.types = types
        self.make = make
    }
}

struct FilterRecipe: Sendable {
    /// Analyzes a text with everything before the filter.
    typealias Precursor = (String) -> SynonymMap.Words

    /// What a filter does to the positions of tokens.
    enum Positions: Sendable {
        case keeps
        /// Moves tokens to other positions, which only works where each token spans one.
        case moves
        /// As `moves`, and makes a graph of them.
        case makesGraph
        case flattens
    }

    var name = ""
    /// Whether it rewrites characters without regard to the word: such filters may be part of
    /// normalizers and are applied to prefixes.
    var isPerCharacter = false
    var positions = Positions.keeps
    /// Whether its rules may change while the index serves, so that only searches may use it.
    var isUpdateable = false
    /// How tokens that it adds are called; nil when as those they are made of.
    var addedType: String?
    /// What has to be known of the filters before this one, when it needs that.
    var bind: (@Sendable (Precursor) throws(AnalysisSettingsError) -> FilterRecipe)?
    /// Nil when a library lacks what it needs.
    let make: @Sendable () -> FilterStage?

    static func term(
        isPerCharacter: Bool = false, _ make: @escaping @Sendable () -> (any TermFilter)?
    ) -> FilterRecipe {
        FilterRecipe(isPerCharacter: isPerCharacter, make: { make().map { .term($0) } })
    }

    static func batch(
        _ positions: Positions = .keeps, adding addedType: String? = nil,
        _ make: @escaping @Sendable () -> (any TokenFilter)?
    ) -> FilterRecipe {
        FilterRecipe(
            positions: positions, addedType: addedType, make: { make().map { .batch($0) } })
    }
}

/// How to make an analyzer.
struct AnalyzerRecipe: Sendable {
    var charFilters: [CharFilterRecipe] = []
    var tokenizer: TokenizerRecipe
    var filters: [FilterRecipe] = []
    /// Whether settings put it together, part by part.
    var isCustom = false

    init(
        charFilters: [CharFilterRecipe] = [], tokenizer: TokenizerRecipe,
        filters: [FilterRecipe] = [], isCustom: Bool = false
    ) {
        self.charFilters = charFilters
        self.tokenizer = tokenizer
        self.filters = filters
        self.isCustom = isCustom
    }

    /// The names of the filters whose rules may change.
    var updateableFilters: [String] { filters.filter(\.isUpdateable).map(\.name) }

    /// The same with only its first filters.
    func prefix(_ filterCount: Int) -> AnalyzerRecipe {
        var recipe = self
        recipe.filters = Array(filters.prefix(filterCount))
        return recipe
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
