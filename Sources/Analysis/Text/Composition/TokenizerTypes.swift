// The tokenizers that settings may name, and their parameters.

enum TokenizerTypes {
    typealias Reader =
        @Sendable (inout ParameterReader) throws(AnalysisSettingsError) ->
        TokenizerRecipe

    static let standard = makeStandard(TextLimits.maximumTokenLength)
    /// Folded with NFKC_Casefold.
    static let folded = makeFolded(TextLimits.maximumTokenLength)
    /// Folded; East Asian text in bigrams.
    static let bigrams = TokenizerRecipe(.bigrams) { StandardTokenizer(eastAsian: .bigrams) }
    static let lowercase = TokenizerRecipe { RunTokenizer(.letters, lowercases: true) }
    static let whitespace = makeWhitespace(TextLimits.maximumTokenLength)
    static let keyword = TokenizerRecipe { WholeTextTokenizer() }

    static let all: [String: Reader] = [
        "standard": splitting(makeStandard), "icu_tokenizer": { _ in standard },
        "whitespace": splitting(makeWhitespace), "keyword": keyword, "pattern": pattern,
        "ngram": { reader throws(AnalysisSettingsError) in try grams(&reader, isEdge: false) },
        "edge_ngram": { reader throws(AnalysisSettingsError) in try grams(&reader, isEdge: true) },
        "path_hierarchy": path, "uax_url_email": lengthOnly(addresses),
        "letter": { _ in TokenizerRecipe { RunTokenizer(.letters) } },
        "lowercase": { _ in lowercase },
        "thai": { _ in standard }, "char_group": charGroup,
        "simple_pattern": { reader throws(AnalysisSettingsError) in
            let source = try simplePattern(&reader)
            return TokenizerRecipe { source.make().map { PatternTokenizer($0, group: 0) } }
        },
        "simple_pattern_split": { reader throws(AnalysisSettingsError) in
            let source = try simplePattern(&reader)
            return TokenizerRecipe { source.make().map { PatternTokenizer($0, group: nil) } }
        },
    ]

    private static let addresses = TokenizerRecipe(.addresses) {
        StandardTokenizer(folds: false).map { AddressTokenizer($0) }
    }

    private static func makeStandard(_ maximumLength: Int) -> TokenizerRecipe {
        TokenizerRecipe(.scripts) {
            StandardTokenizer(folds: false, maximumLength: maximumLength)
        }
    }

    static func makeFolded(_ maximumLength: Int) -> TokenizerRecipe {
        TokenizerRecipe(.scripts) { StandardTokenizer(maximumLength: maximumLength) }
    }

    private static func makeWhitespace(_ maximumLength: Int) -> TokenizerRecipe {
        TokenizerRecipe { RunTokenizer(.nonSpace, maximumLength: maximumLength) }
    }

    /// `max_token_length`: words that are longer are split.
    static func maximumLength(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> Int {
        try reader.integer("max_token_length", in: TextLimits.tokenLengths)
            ?? TextLimits.maximumTokenLength
    }

    private static func splitting(
        _ recipe: @escaping @Sendable (_ maximumLength: Int) -> TokenizerRecipe
    ) -> Reader {
        { reader throws(AnalysisSettingsError) in recipe(try maximumLength(&reader)) }
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

    /// Expressions of Lucene's simple kind are taken as ICU's, where both mean the same.
    private static func simplePattern(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> PatternSource {
        let text = try reader.string("pattern") ?? ""
        var isEscaped = false
        var isClass = false
        for character in text {
            if !isEscaped, !isClass, "~&@#<>\"^$".contains(character) {
                throw reader.refusal(
                    "parameter [pattern]: [\(character)] means something else to Lucene's simple"
                        + " expressions; escape it with a backslash, or use the tokenizer"
                        + " [pattern]")
            }
            if !isEscaped { isClass = character == "[" || isClass && character != "]" }
            isEscaped = !isEscaped && character == "\\"
        }
        return try reader.pattern("pattern", default: "")
    }

    private static func charGroup(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> TokenizerRecipe {
        guard let names = try reader.lines("tokenize_on_chars") else {
            throw reader.refusal("needs the parameter [tokenize_on_chars], a list")
        }
        var separators: Set<Unicode.Scalar> = []
        var classes: CharacterClasses = []
        let escapes: [String: Unicode.Scalar] = ["\\n": "\n", "\\t": "\t", "\\r": "\r"]
        for name in names {
            if let known = CharacterClasses.byName[name] {
                classes.insert(known)
            } else if let scalar = escapes[name] {
                separators.insert(scalar)
            } else if name.unicodeScalars.count == 1 {
                separators.formUnion(name.unicodeScalars)
            } else {
                throw reader.refusal(
                    "parameter [tokenize_on_chars] holds single characters or one of "
                        + CharacterClasses.byName.keys.sorted().joined(separator: ", ")
                        + ", got [\(name)]")
            }
        }
        return TokenizerRecipe { [separators, classes] in
            CharGroupTokenizer(separators, classes: classes)
        }
    }

    private static func grams(
        _ reader: inout ParameterReader, isEdge: Bool
    ) throws(AnalysisSettingsError) -> TokenizerRecipe {
        let lengths = try reader.bounds("min_gram", "max_gram", in: 1...255, default: 1...2)
        let classes = try reader.characterClasses("token_chars")
        return TokenizerRecipe {
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
