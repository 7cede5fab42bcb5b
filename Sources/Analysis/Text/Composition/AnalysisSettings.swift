// The `analysis` section of an index's settings:
// {"analyzer":{name:{"type":"custom","tokenizer":…,"filter":[…],"char_filter":[…]}},…}.

/// The analyzers and normalizers an index defines.
struct AnalysisSettings: Sendable {
    private(set) var analyzers: [String: AnalyzerRecipe] = [:]
    private(set) var normalizers: [String: AnalyzerRecipe] = [:]
    private(set) var charFilters: [String: CharFilterRecipe] = [:]
    private(set) var tokenizers: [String: TokenizerRecipe] = [:]
    private(set) var filters: [String: FilterRecipe] = [:]

    private static let place = "index.analysis"
    private static let sections = ["analyzer", "char_filter", "filter", "normalizer", "tokenizer"]
    static let maximumDefinitions = 1000

    init() {}

    /// Reads all definitions and makes every analyzer once.
    init(_ settings: JSONObject) throws(AnalysisSettingsError) {
        for (section, value) in settings {
            guard Self.sections.contains(section) else {
                throw AnalysisSettingsError(
                    reason: "[\(Self.place)] has no section [\(section)]; known: "
                        + Self.sections.joined(separator: ", "))
            }
            guard let count = value.objectValue?.count, count <= Self.maximumDefinitions else {
                throw AnalysisSettingsError(
                    reason: "[\(Self.place).\(section)] must be an object of at most"
                        + " \(Self.maximumDefinitions) definitions, got \(value.kindName)")
            }
        }
        for (name, definition) in settings["char_filter"]?.objectValue ?? JSONObject() {
            charFilters[name] = try Self.component(
                "\(Self.place).char_filter.\(name)", definition, CharFilterTypes.all)
        }
        for (name, definition) in settings["tokenizer"]?.objectValue ?? JSONObject() {
            tokenizers[name] = try Self.component(
                "\(Self.place).tokenizer.\(name)", definition, TokenizerTypes.all)
        }
        for (name, definition) in settings["filter"]?.objectValue ?? JSONObject() {
            filters[name] = try Self.component(
                "\(Self.place).filter.\(name)", definition, FilterTypes.all)
        }
        for (name, definition) in settings["normalizer"]?.objectValue ?? JSONObject() {
            normalizers[name] = try normalizer(
                Self.reader("\(Self.place).normalizer.\(name)", definition))
        }
        for (name, definition) in settings["analyzer"]?.objectValue ?? JSONObject() {
            analyzers[name] = try analyzer(
                Self.reader("\(Self.place).analyzer.\(name)", definition))
        }
        if let filters = analyzers[Presets.defaultName]?.updateableFilters, !filters.isEmpty {
            throw AnalysisSettingsError(
                reason: "[\(Self.place).analyzer.\(Presets.defaultName)] "
                    + Self.searchesOnly(filters) + "; define [default_search] beside it")
        }
    }

    /// Why an analyzer with these filters cannot make the terms of an index.
    static func searchesOnly(_ filters: [String]) -> String {
        "contains filters [\(filters.joined(separator: ", "))] that are not allowed to run in index"
            + " time mode, for they are [updateable]"
    }

    private static func reader(
        _ place: String, _ definition: JSONValue
    ) throws(AnalysisSettingsError) -> ParameterReader {
        guard let object = definition.objectValue else {
            throw AnalysisSettingsError(
                reason: "[\(place)] must be an object, got \(definition.kindName)")
        }
        return ParameterReader(object, place: place)
    }

    /// A component of one of the known types.
    static func component<Recipe>(
        _ place: String, _ definition: JSONValue, _ types: Readers<Recipe>
    ) throws(AnalysisSettingsError) -> Recipe {
        var reader = try reader(place, definition)
        let type = try reader.required("type")
        guard let read = types[type] else {
            throw reader.refusal(
                "has the unknown type [\(type)]; known: "
                    + types.keys.sorted().joined(separator: ", "))
        }
        let recipe = try read(&reader)
        try reader.finish()
        return recipe
    }

    // MARK: Names

    typealias Readers<Recipe> = [String:
        @Sendable (inout ParameterReader) throws(AnalysisSettingsError) -> Recipe]

    /// One of the index's own, or one of a type with its parameters left as they are.
    func named<Recipe>(
        _ name: String, _ kind: String, _ reader: ParameterReader, _ own: [String: Recipe],
        _ types: Readers<Recipe>
    ) throws(AnalysisSettingsError) -> Recipe {
        if let recipe = own[name] { return recipe }
        guard let read = types[name] else {
            throw reader.refusal(
                "names the \(kind) [\(name)], which is neither defined nor known; known: "
                    + (Array(own.keys) + types.keys).sorted().joined(separator: ", "))
        }
        var plain = ParameterReader(JSONObject(), place: reader.place + "." + kind + "." + name)
        return try read(&plain)
    }

    private func charFilters(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> [CharFilterRecipe] {
        var recipes: [CharFilterRecipe] = []
        for name in try reader.list("char_filter") ?? [] {
            var recipe = try named(name, "char_filter", reader, charFilters, CharFilterTypes.all)
            recipe.name = name
            recipes.append(recipe)
        }
        return recipes
    }

    private func filters(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> [FilterRecipe] {
        var recipes: [FilterRecipe] = []
        for name in try reader.list("filter") ?? [] {
            var recipe = try named(name, "filter", reader, filters, FilterTypes.all)
            recipe.name = name
            recipes.append(recipe)
        }
        return recipes
    }

    // MARK: Analyzers

    private func normalizer(
        _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        var reader = reader
        let type = try reader.string("type") ?? "custom"
        guard type == "custom" else {
            throw reader.refusal("has the unknown type [\(type)]; known: custom")
        }
        let charFilters = try charFilters(&reader)
        let filters = try filters(&reader)
        try reader.finish()
        return try Self.normalizer(charFilters, filters, reader)
    }

    /// A normalizer of these parts, which was tried out.
    static func normalizer(
        _ charFilters: [CharFilterRecipe], _ filters: [FilterRecipe], _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        for filter in filters where !filter.isPerCharacter {
            throw reader.refusal(
                "cannot use filter [\(filter.name)]: normalizers take filters that rewrite"
                    + " characters, such as lowercase, asciifolding and icu_folding")
        }
        let recipe = AnalyzerRecipe(
            charFilters: charFilters, tokenizer: TokenizerTypes.keyword, filters: filters,
            isCustom: true)
        return try checked(recipe, reader)
    }

    private func analyzer(
        _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        var reader = reader
        let tokenizerName = try reader.string("tokenizer")
        let type = try reader.string("type") ?? (tokenizerName == nil ? nil : "custom")
        guard let type else { throw reader.refusal("needs the parameter [tokenizer] or [type]") }
        guard type == "custom" else { return try configured(type, reader) }
        guard let tokenizerName else { throw reader.refusal("needs the parameter [tokenizer]") }
        var tokenizer = try named(
            tokenizerName, "tokenizer", reader, tokenizers, TokenizerTypes.all)
        tokenizer.name = tokenizerName
        let charFilters = try charFilters(&reader)
        let filters = try filters(&reader)
        // Fields have a gap of their own.
        let gap = TextLimits.positionGap
        _ = try reader.integer("position_increment_gap", in: gap...gap)
        try reader.finish()
        return try Self.custom(charFilters, tokenizer, filters, reader)
    }

    /// An analyzer of these parts, which was tried out.
    static func custom(
        _ charFilters: [CharFilterRecipe], _ tokenizer: TokenizerRecipe, _ filters: [FilterRecipe],
        _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        var recipe = AnalyzerRecipe(
            charFilters: charFilters, tokenizer: tokenizer, isCustom: true)
        var graphMaker: String?
        for filter in filters {
            switch filter.positions {
            case .keeps: break
            case .flattens: graphMaker = nil
            case .moves, .makesGraph:
                if let graphMaker {
                    throw reader.refusal(
                        "has filter [\(filter.name)] behind [\(graphMaker)], whose tokens may span"
                            + " several positions; put [flatten_graph] between them, or change"
                            + " their order")
                }
                if filter.positions == .makesGraph { graphMaker = filter.name }
            }
            guard let bind = filter.bind else {
                recipe.filters.append(filter)
                continue
            }
            let before = try made(recipe, reader)
            var bound = try bind { text in before.terms(of: text).map(\.term.bytes) }
            bound.name = filter.name
            bound.isUpdateable = filter.isUpdateable
            recipe.filters.append(bound)
        }
        return try checked(recipe, reader)
    }

    /// A built-in analyzer with parameters of its own.
    private func configured(
        _ type: String, _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        var reader = reader
        guard var recipe = Presets.recipe(type) else {
            throw reader.refusal(
                "has the unknown type [\(type)]; known: custom, "
                    + Presets.names.joined(separator: ", "))
        }
        switch type {
        case "standard", "stop":
            if type == "standard" {
                recipe.tokenizer = TokenizerTypes.makeFolded(
                    try TokenizerTypes.maximumLength(&reader))
            }
            let standard = type == "stop" ? "_english_" : "_none_"
            let words = try FilterTypes.stopWords(&reader, default: standard)
            recipe.filters =
                words.isEmpty
                ? [] : [FilterTypes.stop(WordList(words, ignoringCase: false))]
        case "pattern":
            let source = try reader.pattern("pattern", default: #"\W+"#)
            let words = try FilterTypes.stopWords(&reader, default: "_none_")
            recipe.tokenizer = TokenizerRecipe {
                source.make().map { PatternTokenizer($0, group: nil) }
            }
            if try !reader.flag("lowercase", default: true) { recipe.filters = [] }
            recipe.filters.append(FilterTypes.stop(WordList(words, ignoringCase: false)))
        default:
            guard let place = recipe.filters.firstIndex(where: { $0.name == Presets.stopName })
            else { break }
            if let words = try reader.list("stem_exclusion") {
                let list = WordList(words, ignoringCase: false)
                recipe.filters.insert(.term { KeywordMarkerFilter(list, nil) }, at: place + 1)
            }
            if reader.has("stopwords") {
                let words = try FilterTypes.stopWords(&reader, default: "_none_")
                recipe.filters[place] = FilterTypes.stop(WordList(words, ignoringCase: false))
            }
        }
        try reader.finish()
        return try Self.checked(recipe, reader)
    }

    /// The recipe, which was tried out.
    private static func checked(
        _ recipe: AnalyzerRecipe, _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        _ = try made(recipe, reader)
        return recipe
    }

    private static func made(
        _ recipe: AnalyzerRecipe, _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> Analyzer {
        guard let analyzer = recipe.make(reader.place) else {
            throw reader.refusal(
                "cannot be made: the ICU or Snowball library of this machine lacks a part of it")
        }
        return analyzer
    }
}
