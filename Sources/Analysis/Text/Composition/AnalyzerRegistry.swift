// The analyzers a mapping may name: those every index has and those of its settings.

/// Makes analyzers by name. A value of an index: copies share their pool of idle analyzers.
public struct AnalyzerRegistry: Sendable {
    /// What every index has.
    public static let builtIn = AnalyzerRegistry(settings: JSONObject(), own: AnalysisSettings())

    private final class Contents: Sendable {
        let settings: JSONObject
        let own: AnalysisSettings
        let idle = IdleAnalyzers()

        init(settings: JSONObject, own: AnalysisSettings) {
            self.settings = settings
            self.own = own
        }
    }

    private let contents: Contents

    /// The settings' `analysis` section as it was given, with nested keys; empty when there was
    /// none.
    public var settings: JSONObject { contents.settings }
    var own: AnalysisSettings { contents.own }

    private init(settings: JSONObject, own: AnalysisSettings) {
        contents = Contents(settings: settings, own: own)
    }

    /// The built-in analyzers and those of an `analysis` section: every definition is read and
    /// every analyzer made once.
    /// - Throws: `AnalysisSettingsError` naming the place in the settings and what is wrong.
    public init(settings: JSONObject) throws(AnalysisSettingsError) {
        if settings.isEmpty {
            self = .builtIn
        } else {
            self.init(settings: settings, own: try AnalysisSettings(settings))
        }
    }

    /// The names, sorted.
    public var names: [String] {
        own.analyzers.isEmpty
            ? Presets.names : Set(Presets.names).union(own.analyzers.keys).sorted()
    }

    /// The names of normalizers, sorted.
    public var normalizerNames: [String] { own.normalizers.keys.sorted() }

    public func contains(_ name: String) -> Bool { recipe(name) != nil }

    /// Whether a name means what it means in every index.
    public func isBuiltIn(_ name: String) -> Bool {
        own.analyzers[name] == nil && Presets.recipe(name) != nil
    }

    public func containsNormalizer(_ name: String) -> Bool {
        own.normalizers[name] != nil || Self.builtInNormalizers[name] != nil
    }

    /// Why an analyzer cannot make the terms of an index; nil when it can.
    func objection(toIndexingWith name: String) -> String? {
        guard let filters = recipe(name)?.updateableFilters, !filters.isEmpty else { return nil }
        return "analyzer [\(name)] " + AnalysisSettings.searchesOnly(filters)
            + "; name it as [search_analyzer]"
    }

    /// A new analyzer for the calling worker; nil when the name is unknown (or when the data of
    /// libicu or libstemmer cannot be loaded). An index's own analyzers come before built-in
    /// ones of the same name.
    public func makeAnalyzer(named name: String) -> Analyzer? { recipe(name)?.make(name) }

    /// The name under which a normalizer is an analyzer: one of a single token.
    public static func analyzerName(ofNormalizer name: String) -> String { "normalizer:" + name }

    /// The pool of this registry's analyzers.
    public var pool: AnalyzerPool { AnalyzerPool(self, idle: contents.idle) }

    private static let builtInNormalizers: [String: AnalyzerRecipe] = [
        "lowercase": AnalyzerRecipe(
            tokenizer: TokenizerTypes.keyword, filters: [FilterTypes.lowercase(nil)])
    ]

    func recipe(_ name: String) -> AnalyzerRecipe? {
        if let recipe = own.analyzers[name] ?? Presets.recipe(name) { return recipe }
        let prefix = Self.analyzerName(ofNormalizer: "")
        guard name.hasPrefix(prefix) else { return nil }
        let normalizer = String(name.dropFirst(prefix.count))
        return own.normalizers[normalizer] ?? Self.builtInNormalizers[normalizer]
            ?? Collation.recipe(normalizer: normalizer)
    }
}

extension AnalyzerRegistry: Equatable {
    /// Registries of the same settings make the same analyzers.
    public static func == (left: AnalyzerRegistry, right: AnalyzerRegistry) -> Bool {
        left.contents === right.contents || left.settings == right.settings
    }
}
