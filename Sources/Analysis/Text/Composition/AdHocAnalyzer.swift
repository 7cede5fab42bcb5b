// Analyzers put together for one request out of names and definitions.

/// The parts of an analyzer: each the name of one (of the index, or a built-in type) or a
/// definition as settings hold it.
public struct AdHocAnalyzer: Sendable, Equatable {
    public var charFilters: [JSONValue]
    /// Nil for the whole text as one token: a normalizer.
    public var tokenizer: JSONValue?
    public var filters: [JSONValue]

    public init(
        charFilters: [JSONValue] = [], tokenizer: JSONValue? = nil, filters: [JSONValue] = []
    ) {
        self.charFilters = charFilters
        self.tokenizer = tokenizer
        self.filters = filters
    }
}

extension AnalysisSettings {
    /// The recipe of an analyzer out of parts.
    /// - Parameter place: Names the request in errors.
    func recipe(
        _ analyzer: AdHocAnalyzer, place: String
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        let reader = ParameterReader(JSONObject(), place: place)
        var charFilters: [CharFilterRecipe] = []
        for value in analyzer.charFilters {
            var (name, recipe) = try part(
                value, "char_filter", reader, self.charFilters, CharFilterTypes.all)
            recipe.name = name
            charFilters.append(recipe)
        }
        var filters: [FilterRecipe] = []
        for value in analyzer.filters {
            var (name, recipe) = try part(value, "filter", reader, self.filters, FilterTypes.all)
            recipe.name = name
            filters.append(recipe)
        }
        guard let tokenizer = analyzer.tokenizer else {
            return try Self.normalizer(charFilters, filters, reader)
        }
        var (name, recipe) = try part(
            tokenizer, "tokenizer", reader, tokenizers, TokenizerTypes.all)
        recipe.name = name
        return try Self.custom(charFilters, recipe, filters, reader)
    }

    private func part<Recipe>(
        _ value: JSONValue, _ kind: String, _ reader: ParameterReader, _ own: [String: Recipe],
        _ types: Readers<Recipe>
    ) throws(AnalysisSettingsError) -> (name: String, recipe: Recipe) {
        if let name = value.stringValue {
            return (name, try named(name, kind, reader, own, types))
        }
        let recipe = try Self.component("\(reader.place).\(kind)", value, types)
        return ("__anonymous__" + (value["type"]?.stringValue ?? ""), recipe)
    }
}
