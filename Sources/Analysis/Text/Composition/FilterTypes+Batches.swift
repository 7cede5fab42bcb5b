// Token filters that add, join, split or drop tokens.

extension FilterTypes {
    static let batches: [String: Reader] = [
        "ngram": ngram, "edge_ngram": edgeNGram, "shingle": shingle, "unique": unique,
        "remove_duplicates": plain(.batch { UniqueFilter(onlySamePosition: true) }),
        "limit": limit, "cjk_bigram": bigram,
        "word_delimiter": { reader throws(AnalysisSettingsError) in
            let options = try wordDelimiter(&reader)
            return .batch(.moves) { WordDelimiterFilter(options, makesGraph: false) }
        },
        "word_delimiter_graph": { reader throws(AnalysisSettingsError) in
            let options = try wordDelimiter(&reader)
            return .batch(.makesGraph) { WordDelimiterFilter(options, makesGraph: true) }
        },
        "flatten_graph": plain(.batch(.flattens) { FlattenGraphFilter() }),
    ]

    private static func ngram(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let lengths = try reader.bounds("min_gram", "max_gram", in: 1...255, default: 1...2)
        let preserves = try reader.flag("preserve_original", default: false)
        return .batch { NGramFilter(lengths, edge: nil, preservingOriginal: preserves) }
    }

    private static func edgeNGram(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let lengths = try reader.bounds("min_gram", "max_gram", in: 1...255, default: 1...2)
        let preserves = try reader.flag("preserve_original", default: false)
        let edge =
            try reader.choice(
                "side", ["front": NGramFilter.Edge.front, "back": .back]) ?? .front
        return .batch { NGramFilter(lengths, edge: edge, preservingOriginal: preserves) }
    }

    private static func shingle(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        var options = ShingleFilter.Options()
        options.sizes = try reader.bounds(
            "min_shingle_size", "max_shingle_size", in: 2...16, default: 2...2)
        options.outputsUnigrams = try reader.flag("output_unigrams", default: true)
        options.outputsUnigramsIfNoShingles = try reader.flag(
            "output_unigrams_if_no_shingles", default: false)
        options.separator = try reader.string("token_separator") ?? " "
        options.filler = try reader.string("filler_token") ?? "_"
        return .batch(.moves, adding: TokenTypes.shingle) { [options] in
            ShingleFilter(options)
        }
    }

    private static func unique(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let onlySame = try reader.flag("only_on_same_position", default: false)
        return .batch { UniqueFilter(onlySamePosition: onlySame) }
    }

    private static func limit(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let most = try reader.integer("max_token_count", in: 0...Int(Int32.max)) ?? 1
        _ = try reader.flag("consume_all_tokens", default: false)
        return .batch { LimitFilter(most) }
    }

    private static func bigram(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        var ignored: CJKBigramFilter.Scripts = []
        for name in try reader.list("ignored_scripts") ?? [] {
            guard let script = CJKBigramFilter.Scripts.byName[name] else {
                throw reader.refusal(
                    "parameter [ignored_scripts] cannot hold [\(name)]; known: han, hangul,"
                        + " hiragana, katakana")
            }
            ignored.insert(script)
        }
        let unigrams = try reader.flag("output_unigrams", default: false)
        return .batch(.moves, adding: TokenTypes.double) { [ignored] in
            CJKBigramFilter(ignoring: ignored, outputsUnigrams: unigrams)
        }
    }

    private static func wordDelimiter(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> WordDelimiterFilter.Options {
        var options = WordDelimiterFilter.Options()
        options.generatesWords = try reader.flag("generate_word_parts", default: true)
        options.generatesNumbers = try reader.flag("generate_number_parts", default: true)
        options.joinsWords = try reader.flag("catenate_words", default: false)
        options.joinsNumbers = try reader.flag("catenate_numbers", default: false)
        options.joinsAll = try reader.flag("catenate_all", default: false)
        options.splitsOnCase = try reader.flag("split_on_case_change", default: true)
        options.splitsOnNumerics = try reader.flag("split_on_numerics", default: true)
        options.preservesOriginal = try reader.flag("preserve_original", default: false)
        options.dropsPossessive = try reader.flag("stem_english_possessive", default: true)
        options.protected = WordSet(try reader.list("protected_words") ?? [])
        _ = try reader.flag("adjust_offsets", default: true)
        return options
    }
}
