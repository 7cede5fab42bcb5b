// Analyzers of languages that need more than stop words and a stemmer.

extension Presets {
    static let particular: [String: AnalyzerRecipe] = [
        "arabic": folded(
            FilterTypes.decimalDigit, stop("arabic"), FilterTypes.map(Normalizations.arabic),
            stemmer("arabic")),
        "bengali": folded(
            FilterTypes.decimalDigit, stop("bengali"), FilterTypes.map(Normalizations.bengali),
            stemmer("bengali")),
        "catalan": folded(elision(Elisions.catalan), stop("catalan"), stemmer("catalan")),
        // The possessive, then Lucene's stop words, then Porter 2.
        "english": folded(
            .term { PossessiveFilter() }, stop("english"), .term { SnowballFilter("english") }),
        "french": folded(elision(Elisions.french), stop("french"), stemmer("light_french")),
        "german": folded(stop("german"), FilterTypes.german, stemmer("light_german")),
        "greek": folded(
            FilterTypes.lowercase(.greek), stop("greek"), .term { SnowballFilter("greek") }),
        "hindi": folded(
            FilterTypes.decimalDigit, stop("hindi"), FilterTypes.hindi, stemmer("hindi")),
        "irish": AnalyzerRecipe(
            tokenizer: TokenizerTypes.standard,
            filters: [
                FilterTypes.lowercase(.irish), elision(Elisions.irish), stop("irish"),
                .term { SnowballFilter("irish") },
            ]),
        "italian": folded(elision(Elisions.italian), stop("italian"), stemmer("light_italian")),
        "persian": folded(
            FilterTypes.decimalDigit, stop("persian"), FilterTypes.map(Normalizations.arabic),
            FilterTypes.map(Normalizations.persian),
            .term { SuffixStemmer([SuffixRules("هايي هاي ها ترين", remaining: 2)]) }),
        "romanian": folded(
            FilterTypes.map(Normalizations.romanian),
            stop("romanian", after: Normalizations.romanian), .term { SnowballFilter("romanian") }),
        "sorani": folded(
            FilterTypes.decimalDigit, FilterTypes.map(Normalizations.sorani),
            stop("sorani", after: Normalizations.sorani),
            stemmer("sorani")),
        "thai": folded(FilterTypes.decimalDigit, stop("thai")),
        "turkish": AnalyzerRecipe(
            tokenizer: TokenizerTypes.standard,
            filters: [
                .term { ApostropheFilter() }, FilterTypes.lowercase(.turkish), stop("turkish"),
                .term { SnowballFilter("turkish") },
            ]),
        // Syllables between spaces; what stands for words are neighbours, which phrases find.
        "vietnamese": folded(),
    ]

    private static func folded(_ filters: FilterRecipe...) -> AnalyzerRecipe {
        AnalyzerRecipe(tokenizer: TokenizerTypes.folded, filters: filters)
    }

    /// A stemmer whose name is in the table; a name that is not yields no analyzer.
    private static func stemmer(_ name: String) -> FilterRecipe {
        FilterTypes.stemmers[name] ?? .term { nil }
    }
}
