// Token filters that look words up in lists.

extension FilterTypes {
    static let words: [String: Reader] = [
        "stop": stop, "keep": keep, "keyword_marker": marker, "stemmer_override": override,
        "synonym": { reader throws(AnalysisSettingsError) in try synonyms(&reader, .flat) },
        "synonym_graph": { reader throws(AnalysisSettingsError) in
            try synonyms(&reader, .graph)
        },
        "elision": elision,
        "dictionary_decompounder": decompounder,
        "apostrophe": plain(.term { ApostropheFilter() }),
    ]

    static func stop(_ words: WordList) -> FilterRecipe { .term { StopFilter(words) } }

    private static func stop(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let words = try stopWords(&reader, default: "_english_")
        let ignoresCase = try reader.flag("ignore_case", default: false)
        _ = try reader.flag("remove_trailing", default: true)
        return stop(WordList(words, ignoringCase: ignoresCase))
    }

    /// Words, and the words of the lists named like "_german_".
    static func stopWords(
        _ reader: inout ParameterReader, default standard: String
    ) throws(AnalysisSettingsError) -> [String] {
        var words: [String] = []
        for word in try reader.list("stopwords") ?? [standard] {
            guard word.count > 2, word.hasPrefix("_"), word.hasSuffix("_") else {
                words.append(word)
                continue
            }
            guard let list = StopWords.named(String(word.dropFirst().dropLast())) else {
                throw reader.refusal(
                    "parameter [stopwords]: there is no list [\(word)]; known: _none_, "
                        + StopWords.languages.map { "_\($0)_" }.joined(separator: ", "))
            }
            words += list
        }
        return words
    }

    private static func keep(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        guard let words = try reader.list("keep_words") else {
            throw reader.refusal("needs the parameter [keep_words]")
        }
        let list = WordList(
            words, ignoringCase: try reader.flag("keep_words_case", default: false))
        return .term { KeepFilter(list) }
    }

    private static func marker(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let words = try reader.list("keywords")
        let ignoresCase = try reader.flag("ignore_case", default: false)
        let list = WordList(words ?? [], ignoringCase: ignoresCase)
        guard try reader.string("keywords_pattern") != nil else {
            guard words != nil else {
                throw reader.refusal("needs the parameter [keywords] or [keywords_pattern]")
            }
            return .term { KeywordMarkerFilter(list, nil) }
        }
        let source = try reader.pattern("keywords_pattern")
        return .term { source.make().map { KeywordMarkerFilter(list, $0) } }
    }

    private static func override(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        guard let rules = try reader.rules("rules") else {
            throw reader.refusal("needs the parameter [rules]")
        }
        let ignoresCase = try reader.flag("ignore_case", default: false)
        return .term { StemmerOverrideFilter(rules, ignoringCase: ignoresCase) }
    }

    private static func elision(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let articles = try reader.list("articles") ?? Elisions.french
        let list = WordList(
            articles, ignoringCase: try reader.flag("articles_case", default: false))
        return .term { ElisionFilter(list) }
    }

    private static func decompounder(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        guard let words = try reader.list("word_list") else {
            throw reader.refusal("needs the parameter [word_list]")
        }
        var options = DecompounderFilter.Options()
        options.minimumWord = try reader.integer("min_word_size", in: 1...255) ?? 5
        options.parts = try reader.bounds(
            "min_subword_size", "max_subword_size", in: 1...255, default: 2...15)
        options.onlyLongestMatch = try reader.flag("only_longest_match", default: false)
        let set = WordSet(words)
        return .batch { [options] in DecompounderFilter(set, options) }
    }

    private static func synonyms(
        _ reader: inout ParameterReader, _ arrangement: SynonymFilter.Arrangement
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        guard let lines = try reader.lines("synonyms") else {
            throw reader.refusal("needs the parameter [synonyms], a list of rules")
        }
        let expands = try reader.flag("expand", default: true)
        let isLenient = try reader.flag("lenient", default: false)
        _ = try reader.choice("format", ["solr": true])
        let isUpdateable = try reader.flag("updateable", default: false)
        let place = reader.place
        // Rules are cut into terms by what stands before the filter, so the map is made when
        // that is known.
        let positions: FilterRecipe.Positions = arrangement == .graph ? .makesGraph : .moves
        return FilterRecipe(
            positions: positions, isUpdateable: isUpdateable, addedType: TokenTypes.synonym,
            bind: { analyze throws(AnalysisSettingsError) in
                do throws(SynonymMap.RuleError) {
                    let map = try SynonymMap(
                        lines, expands: expands, isLenient: isLenient, analyze: analyze)
                    return .batch(positions, adding: TokenTypes.synonym) {
                        SynonymFilter(map, arrangement)
                    }
                } catch {
                    throw AnalysisSettingsError(
                        reason: "[\(place)] parameter [synonyms]: \(error.reason)")
                }
            },
            make: { nil })
    }
}
