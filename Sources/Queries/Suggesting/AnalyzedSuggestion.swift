// A suggestion's text after analysis, and its answer.

import Analysis

/// A word of a text that is to be corrected.
public struct SuggestedWord: Sendable, Hashable {
    public let term: Term
    /// In UTF-16 units of the text.
    public let offset: Int
    public let length: Int

    init(term: Term, offset: Int, length: Int) {
        self.term = term
        self.offset = offset
        self.length = length
    }
}

/// A suggestion under one index's mapping. Equal ones can be answered from the sum of what their
/// indices know.
public struct AnalyzedSuggestion: Sendable, Hashable {
    public let name: String
    public let text: String
    public let suggester: Suggester
    /// Of each position the first word that spans no other.
    public let words: [SuggestedWord]
    /// What is to be completed; nil for corrections, and where nothing was typed.
    public let beginning: CompletionBeginning?

    init(
        _ named: NamedSuggestion, words: [SuggestedWord], beginning: CompletionBeginning? = nil
    ) {
        self.beginning = beginning
        name = named.name
        text = named.text
        suggester = named.suggester
        self.words = words
    }

    /// The answer to a suggestion that nothing was searched for.
    public static func empty(_ named: NamedSuggestion) -> SuggestAnswer {
        SuggestAnswer(name: named.name, kind: named.suggester.kind, entries: [])
    }

    /// Units of the whole text.
    var length: Int { text.utf16.count }

    /// What the answer is made from, besides the frequencies of words in a row.
    var needs: SuggestionNeeds {
        var needs = SuggestionNeeds()
        switch suggester {
        case .completion: if let beginning { needs.beginnings.append(beginning) }
        case .term(let term): needs.add(term.generator, words)
        case .phrase(let phrase):
            guard words.count <= phrase.tokenLimit else { break }
            needs.fields.insert(phrase.field)
            for generator in phrase.generators { needs.add(generator, words) }
            for word in words {
                needs.terms.insert(TermKey(field: phrase.generators[0].field, term: word.term))
            }
        }
        return needs
    }

    /// The frequencies of words in a row that decide between corrections; none for most.
    /// - Parameter known: what was found out for `needs`.
    public func furtherNeeds(_ known: CollectionStatistics) -> SuggestionNeeds {
        var needs = SuggestionNeeds()
        if case .phrase(let phrase) = suggester, words.count <= phrase.tokenLimit {
            needs.terms = PhraseCorrector(phrase, words, known).grams
        }
        return needs
    }

    /// The answer of a completion.
    public func completed(_ options: [SuggestOption]) -> SuggestAnswer {
        SuggestAnswer(
            name: name, kind: .completion,
            entries: [SuggestEntry(text: text, offset: 0, length: length, options: options)])
    }

    /// - Parameter known: of all that was searched, for `needs` and `furtherNeeds`.
    public func answer(_ known: CollectionStatistics) -> SuggestAnswer {
        switch suggester {
        case .completion: return completed([])
        case .term(let term):
            return SuggestAnswer(
                name: name, kind: .term,
                entries: words.map { word in
                    SuggestEntry(
                        text: word.term.text, offset: word.offset, length: word.length,
                        options: term.options(for: word.term, known))
                })
        case .phrase(let phrase):
            var entry = SuggestEntry(text: text, offset: 0, length: length)
            if !words.isEmpty, words.count <= phrase.tokenLimit {
                entry.options = PhraseCorrector(phrase, words, known).options()
            }
            return SuggestAnswer(name: name, kind: .phrase, entries: [entry])
        }
    }
}

extension Suggester {
    var kind: SuggestAnswer.Kind {
        switch self {
        case .term: .term
        case .phrase: .phrase
        case .completion: .completion
        }
    }
}

extension SuggestionNeeds {
    public init(_ suggestions: [AnalyzedSuggestion]) {
        self.init()
        for suggestion in suggestions { formUnion(suggestion.needs) }
    }

    fileprivate mutating func add(_ generator: WordGenerator, _ words: [SuggestedWord]) {
        fields.insert(generator.field)
        for word in words {
            if let expansion = generator.expansion(of: word.term) { expansions.insert(expansion) }
        }
    }
}
