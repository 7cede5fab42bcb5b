// The tokenizers that settings may name, and their parameters.

enum TokenizerTypes {
    typealias Reader =
        @Sendable (inout ParameterReader) throws(AnalysisSettingsError) ->
        TokenizerRecipe

    static let standard = TokenizerRecipe { StandardTokenizer(folds: false) }
    /// Folded with NFKC_Casefold.
    static let folded = TokenizerRecipe { StandardTokenizer() }
    /// Folded; East Asian text in bigrams.
    static let bigrams = TokenizerRecipe { StandardTokenizer(eastAsian: .bigrams) }
    static let lowercase = TokenizerRecipe { RunTokenizer(.letters, lowercases: true) }
    static let whitespace = TokenizerRecipe { RunTokenizer(.nonSpace) }
    static let keyword = TokenizerRecipe { WholeTextTokenizer() }

    static let all: [String: Reader] = [
        "standard": lengthOnly(standard), "icu_tokenizer": { _ in standard },
        "whitespace": lengthOnly(whitespace), "keyword": keyword, "pattern": pattern,
        "ngram": { reader throws(AnalysisSettingsError) in try grams(&reader, isEdge: false) },
        "edge_ngram": { reader throws(AnalysisSettingsError) in try grams(&reader, isEdge: true) },
        "path_hierarchy": path, "uax_url_email": lengthOnly(addresses),
        "letter": { _ in TokenizerRecipe { RunTokenizer(.letters) } },
        "lowercase": { _ in lowercase },
        "thai": { _ in standard },
    ]

    private static let addresses = TokenizerRecipe {
        StandardTokenizer(folds: false).map { AddressTokenizer($0) }
    }

    /// `max_token_length` is taken at the one length there is.
    private static func lengthOnly(_ recipe: TokenizerRecipe) -> Reader {
        { reader throws(AnalysisSettingsError) in
            let only = TextLimits.maximumTokenLength
            _ = try reader.integer("max_token_length", in: only...only)
            return recipe
        }
    }

    private static func keyword(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> TokenizerRecipe {
        _ = try reader.integer("buffer_size", in: 1...(1 << 30))
        return keyword
    }

    private static func pattern(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> TokenizerRecipe {
        let source = try reader.pattern("pattern", default: #"\W+"#)
        let group = try reader.integer("group", in: -1...source.groupCount) ?? -1
        return TokenizerRecipe {
            source.make().map { PatternTokenizer($0, group: group < 0 ? nil : group) }
        }
    }

    private static func grams(
        _ reader: inout ParameterReader, isEdge: Bool
    ) throws(AnalysisSettingsError) -> TokenizerRecipe {
        let lengths = try reader.bounds("min_gram", "max_gram", in: 1...255, default: 1...2)
        var classes: CharacterClasses = []
        for name in try reader.list("token_chars") ?? [] {
            guard let known = CharacterClasses.byName[name] else {
                throw reader.refusal(
                    "parameter [token_chars] cannot hold [\(name)]; known: "
                        + CharacterClasses.byName.keys.sorted().joined(separator: ", "))
            }
            classes.insert(known)
        }
        return TokenizerRecipe { [classes] in
            NGramTokenizer(lengths, isEdge: isEdge, classes: classes)
        }
    }

    private static func path(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> TokenizerRecipe {
        let delimiter = try ascii("delimiter", &reader) ?? UInt8(ascii: "/")
        let replacement = try ascii("replacement", &reader) ?? delimiter
        let skip = try reader.integer("skip", in: 0...TextLimits.maximumTermBytes) ?? 0
        let isReversed = try reader.flag("reverse", default: false)
        _ = try reader.integer("buffer_size", in: 1...(1 << 30))
        return TokenizerRecipe {
            PathTokenizer(
                delimiter: delimiter, replacement: replacement, skip: skip,
                isReversed: isReversed)
        }
    }

    private static func ascii(
        _ name: String, _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> UInt8? {
        guard let text = try reader.string(name) else { return nil }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80 else {
            throw reader.refusal("parameter [\(name)] must be one ASCII character, got [\(text)]")
        }
        return byte
    }
}
