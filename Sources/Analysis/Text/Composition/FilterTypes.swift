// The token filters that settings may name: all families together.

enum FilterTypes {
    typealias Reader =
        @Sendable (inout ParameterReader) throws(AnalysisSettingsError) ->
        FilterRecipe

    static let all: [String: Reader] = [characters, words, shapes, batches, languages]
        .reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }

    /// A filter without parameters.
    static func plain(_ recipe: FilterRecipe) -> Reader { { _ in recipe } }
}
