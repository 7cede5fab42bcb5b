// The analyzers that every index has, under OpenSearch's names.

enum Presets {
    /// The analyzer of fields that name none: words of UAX #29 folded with NFKC_Casefold as in
    /// `standard`, with dictionaries for Thai, Lao, Khmer and Burmese, but Han, Hiragana, Katakana
    /// and Hangul in bigrams. On judged questions bigrams are as good as dictionaries in Japanese
    /// and Chinese, several times faster, and much better than words between spaces in Korean,
    /// and both sides of a search cut a text alike whatever stands around it. Text of other
    /// scripts gives the tokens of `standard`, stemmed where their letters tell a language
    /// (`LetterStemFilter`).
    static let defaultName = "default"

    /// The names, sorted.
    static let names = recipes.keys.sorted()

    static func recipe(_ name: String) -> AnalyzerRecipe? { recipes[name] }

    private static let recipes: [String: AnalyzerRecipe] =
        general
        .merging(stemmed) { first, _ in first }
        .merging(particular) { first, _ in first }

    /// The filter whose words a language's analyzer may be given instead of its own.
    static let stopName = "stop"

    /// - Parameter spellings: What a filter before it makes of characters, and of the words.
    static func stop(
        _ list: String, after spellings: [Unicode.Scalar: String] = [:]
    ) -> FilterRecipe {
        let words = StopWords.named(list) ?? []
        let respelled = words.map { word in
            word.unicodeScalars.map { spellings[$0] ?? String($0) }.joined()
        }
        var recipe = FilterTypes.stop(WordList(words + respelled, ignoringCase: false))
        recipe.name = stopName
        return recipe
    }

    static func elision(_ articles: [String]) -> FilterRecipe {
        let list = WordList(articles, ignoringCase: true)
        return .term { ElisionFilter(list) }
    }

    private static let general: [String: AnalyzerRecipe] = [
        defaultName: AnalyzerRecipe(
            tokenizer: TokenizerTypes.bigrams, filters: [.batch { LetterStemFilter() }]),
        "standard": AnalyzerRecipe(tokenizer: TokenizerTypes.folded),
        "simple": AnalyzerRecipe(tokenizer: TokenizerTypes.lowercase),
        "stop": AnalyzerRecipe(
            tokenizer: TokenizerTypes.lowercase, filters: [stop("english")]),
        "whitespace": AnalyzerRecipe(tokenizer: TokenizerTypes.whitespace),
        "keyword": AnalyzerRecipe(tokenizer: TokenizerTypes.keyword),
        "pattern": AnalyzerRecipe(
            tokenizer: TokenizerRecipe {
                (try? Pattern(#"\W+"#)).map { PatternTokenizer($0, group: nil) }
            }, filters: [FilterTypes.lowercase(nil)]),
        "icu": icu, "icu_analyzer": icu,
        "cjk": AnalyzerRecipe(tokenizer: TokenizerTypes.bigrams, filters: [stop("english")]),
    ]

    /// Words by dictionaries where a script needs them, without diacritics.
    private static let icu = AnalyzerRecipe(
        tokenizer: TokenizerTypes.folded, filters: [FilterTypes.icuFolding])

    /// Languages that stop words and one stemmer do for.
    private static let stemmed: [String: AnalyzerRecipe] = {
        let languages = [
            "armenian", "basque", "bulgarian", "czech", "danish", "dutch", "estonian", "finnish",
            "galician", "hungarian", "indonesian", "latvian", "lithuanian", "nepali",
            "norwegian", "russian", "serbian", "swedish", "tamil", "yiddish",
        ]
        var recipes: [String: AnalyzerRecipe] = [:]
        for language in languages {
            guard let stemmer = FilterTypes.stemmers[language] else { continue }
            recipes[language] = AnalyzerRecipe(
                tokenizer: TokenizerTypes.folded, filters: [stop(language), stemmer])
        }
        for (language, stemmer) in [
            ("brazilian", "brazilian"), ("portuguese", "light_portuguese"),
            ("spanish", "light_spanish"),
        ] {
            guard let stemmer = FilterTypes.stemmers[stemmer] else { continue }
            recipes[language] = AnalyzerRecipe(
                tokenizer: TokenizerTypes.folded, filters: [stop(language), stemmer])
        }
        return recipes
    }()
}
