// Token filters of languages: stemmers and normalisations.

extension FilterTypes {
    static let languages: [String: Reader] = {
        var all: [String: Reader] = [
            "stemmer": stemmer, "snowball": snowball,
            "porter_stem": plain(.term { SnowballFilter("porter") }),
            "arabic_normalization": plain(map(Normalizations.arabic)),
            "persian_normalization": plain(map(Normalizations.persian)),
            "indic_normalization": plain(map(Normalizations.indic)),
            "bengali_normalization": plain(map(Normalizations.bengali)),
            "sorani_normalization": plain(map(Normalizations.sorani)),
            "serbian_normalization": plain(map(Normalizations.serbian)),
            "hindi_normalization": plain(hindi),
            "german_normalization": plain(german),
            "scandinavian_normalization": plain(
                .term(isPerCharacter: true) { ScandinavianFilter(folds: false) }),
            "scandinavian_folding": plain(
                .term(isPerCharacter: true) { ScandinavianFilter(folds: true) }),
        ]
        for name in ["arabic", "brazilian", "czech", "dutch", "french", "german", "russian"] {
            if let recipe = stemmers[name] { all[name + "_stem"] = plain(recipe) }
        }
        return all
    }()

    static let hindi = FilterRecipe.term(isPerCharacter: true) { HindiNormalizer() }
    static let german = FilterRecipe.term(isPerCharacter: true) { GermanNormalizer() }

    static func map(_ table: [Unicode.Scalar: String]) -> FilterRecipe {
        .term(isPerCharacter: true) { ScalarMapFilter(table) }
    }

    private static func rules(_ steps: [SuffixRules]) -> FilterRecipe {
        .term { SuffixStemmer(steps) }
    }

    /// Several term filters as one.
    private static func sequence(
        _ parts: @escaping @Sendable () -> [any TermFilter]
    ) -> FilterRecipe {
        .term { TermFilterSequence(parts()) }
    }

    /// Stemmers by the names that filter `stemmer` takes.
    static let stemmers: [String: FilterRecipe] = {
        var all: [String: FilterRecipe] = [
            "arabic": .term { ArabicStemmer() }, "bengali": rules(LightStemmers.bengali),
            "brazilian": portuguese, "bulgarian": rules(LightStemmers.bulgarian),
            "czech": rules(LightStemmers.czech), "estonian": rules(LightStemmers.estonian),
            "galician": rules(LightStemmers.galician),
            "minimal_galician": rules(LightStemmers.galician), "hindi": .term { HindiStemmer() },
            "latvian": rules(LightStemmers.latvian), "light_french": french,
            "light_german": sequence {
                [
                    UnaccentFilter(shortest: 1), SuffixStemmer(LightStemmers.german),
                ]
            },
            "light_italian": sequence {
                [UnaccentFilter(shortest: 6), SuffixStemmer(LightStemmers.italian)]
            },
            "light_portuguese": portuguese, "light_russian": rules(LightStemmers.russian),
            "light_spanish": sequence {
                [UnaccentFilter(shortest: 5), SuffixStemmer(LightStemmers.spanish)]
            },
            "spanish_plural": sequence {
                [SuffixStemmer(LightStemmers.spanishPlural), UnaccentFilter(shortest: 1)]
            },
            "light_swedish": rules(LightStemmers.swedish),
            "light_norwegian": rules(LightStemmers.norwegian),
            "light_nynorsk": rules(LightStemmers.nynorsk),
            "minimal_norwegian": rules(LightStemmers.minimalNorwegian),
            "minimal_nynorsk": rules(LightStemmers.minimalNynorsk),
            "minimal_french": rules(LightStemmers.minimalFrench),
            "minimal_portuguese": rules(LightStemmers.minimalPortuguese),
            "minimal_german": sequence {
                [UnaccentFilter(shortest: 5), SuffixStemmer(LightStemmers.minimalGerman)]
            },
            "light_finnish": sequence {
                [
                    UnaccentFilter(LightStemmers.finnishLetters, shortest: 4),
                    SuffixStemmer(LightStemmers.finnish),
                ]
            },
            "light_hungarian": .term { HungarianStemmer() },
            "sorani": rules(LightStemmers.sorani),
            "minimal_english": rules(LightStemmers.minimalEnglish),
            "possessive_english": .term { PossessiveFilter() },
        ]
        for language in SnowballFilter.languages where all[language] == nil {
            all[language] = .term { SnowballFilter(language) }
        }
        all["porter2"] = .term { SnowballFilter("english") }
        all["german2"] = german2
        return all
    }()

    private static let german2 = FilterRecipe.term {
        SnowballFilter("german").map { TermFilterSequence([GermanDigraphFilter(), $0]) }
    }

    private static let portuguese = sequence {
        [
            SuffixStemmer(LightStemmers.portuguese),
            SuffixStemmer(LightStemmers.portugueseVowels), UnaccentFilter(shortest: 4),
        ]
    }

    private static let french = sequence {
        [
            SuffixStemmer(LightStemmers.french), UnaccentFilter(shortest: 5),
            SuffixStemmer(LightStemmers.frenchEnd),
        ]
    }

    private static func stemmer(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let name = try reader.string("name")
        if let recipe = try reader.choice("language", stemmers) { return recipe }
        return try chosen(name ?? "english", stemmers, "name", reader)
    }

    private static func snowball(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let language = try reader.string("language") ?? "English"
        let known = SnowballFilter.languages
        let name = language.lowercased()
        if name == "german2" { return german2 }
        guard known.contains(name) else {
            throw reader.refusal(
                "parameter [language] cannot be [\(language)]; known: german2, "
                    + known.joined(separator: ", "))
        }
        return .term { SnowballFilter(name) }
    }

    private static func chosen(
        _ name: String, _ known: [String: FilterRecipe], _ parameter: String,
        _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        guard let recipe = known[name] else {
            throw reader.refusal(
                "parameter [\(parameter)] cannot be [\(name)]; known: "
                    + known.keys.sorted().joined(separator: ", "))
        }
        return recipe
    }
}

/// Term filters one after the other.
private final class TermFilterSequence: TermFilter {
    private let filters: [any TermFilter]

    init(_ filters: [any TermFilter]) { self.filters = filters }

    func apply(_ term: TermBuffer) { for filter in filters { filter.apply(term) } }
}
