// Did you mean: which texts are to be corrected, word by word or as a whole.

/// A suggestion under the name the caller gave it.
public struct NamedSuggestion: Sendable, Hashable {
    /// Of one search.
    public static let maximumSuggestions = 64

    public var name: String
    /// What somebody typed.
    public var text: String
    public var suggester: Suggester

    public init(name: String, text: String, suggester: Suggester) {
        self.name = name
        self.text = text
        self.suggester = suggester
    }
}

public enum Suggester: Sendable, Hashable {
    case term(TermSuggester)
    case phrase(PhraseSuggester)
    case completion(CompletionSuggester)
}

/// Completes what somebody has begun to type, the heaviest completions first.
public struct CompletionSuggester: Sendable, Hashable {
    public struct Fuzzy: Sendable, Hashable {
        public var fuzziness: Fuzziness = .auto(low: 3, high: 6)
        public var transpositions = true
        /// Shorter beginnings must be right.
        public var minimumLength = 3
        /// So many code points at the beginning must be right.
        public var prefixLength = 1

        public init() {}
    }

    public static let defaultSize = 5
    public static let maximumSize = 1_000

    public var field: String
    /// Nil: the field's own for searches.
    public var analyzer: String?
    public var size = CompletionSuggester.defaultSize
    /// Every text at most once, instead of every document.
    public var skipsDuplicates = false
    /// Nil: the beginning must be right.
    public var fuzzy: Fuzzy?

    public init(field: String) { self.field = field }
}

/// Where corrections of a single word come from: the terms of a field that are few edits away.
/// Frequencies are numbers of live documents of all that is searched.
public struct WordGenerator: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Only words that the field does not have are corrected.
        case missing
        /// Only words that more documents have are suggested.
        case popular
        case always
    }

    public static let defaultSize = 5
    public static let maximumSize = 100

    public var field: String
    /// Corrections of a word at most.
    public var size = WordGenerator.defaultSize
    public var mode = Mode.missing
    /// 1 or 2.
    public var maximumEdits = 2
    /// Code points at the beginning that must be right.
    public var prefixLength = 1
    /// Shorter words are not corrected.
    public var minimumWordLength = 4
    /// Terms of fewer documents are not suggested. Below 1 a share of the documents that have the
    /// field.
    public var minimumFrequency = 0.0
    /// Words of more documents are not corrected. Below 1 a share, as above.
    public var maximumFrequency = 0.01
    /// What a correction must score at least: 1 less its edits for each code point of the shorter
    /// one of the two words.
    public var accuracy: Float = 0.5

    public init(field: String) { self.field = field }
}

/// Corrects every word of a text by itself.
public struct TermSuggester: Sendable, Hashable {
    public enum Sort: String, Sendable, Hashable, CaseIterable {
        /// The most alike first, then the more frequent.
        case score
        /// The other way round.
        case frequency
    }

    public var generator: WordGenerator
    /// Nil: the field's own for searches.
    public var analyzer: String?
    public var sort: Sort

    public init(generator: WordGenerator, analyzer: String? = nil, sort: Sort = .score) {
        self.generator = generator
        self.analyzer = analyzer
        self.sort = sort
    }
}

/// Corrects a text as a whole: words that stand beside each other in documents are preferred.
public struct PhraseSuggester: Sendable, Hashable {
    /// What is believed of words that no document has beside each other.
    public enum Smoothing: Sendable, Hashable {
        /// Fewer words in a row count, at a discount.
        case stupidBackoff(discount: Double)
        /// Everything is counted a little more often than it is there.
        case laplace(alpha: Double)
    }

    public static let defaultSize = 5
    public static let maximumSize = 20
    public static let maximumGramSize = 3
    public static let defaultTokenLimit = 10
    public static let maximumTokenLimit = 32
    /// Rows of neighbouring words that may have to be looked up, and direct generators.
    public static let maximumGrams = 16_384
    public static let maximumGenerators = 8

    public var field: String
    /// Nil: the field's own for searches.
    public var analyzer: String?
    public var size = PhraseSuggester.defaultSize
    /// A correction must be more likely than so many times the text as it is; 0: any may come.
    public var confidence = 1.0
    /// Words that may be wrong; below 1 a share of all words.
    public var maximumErrors = 1.0
    /// How likely a word is right that is what was typed.
    public var realWordErrorLikelihood = 0.95
    /// How many words in a row the field's terms hold at most: 1, 2 or 3.
    public var gramSize = 1
    /// Between the words of such a term.
    public var separator = " "
    /// Texts of more words are not corrected.
    public var tokenLimit = PhraseSuggester.defaultTokenLimit
    public var smoothing = Smoothing.stupidBackoff(discount: 0.4)
    /// Never empty; the first one's field tells how frequent the words as typed are.
    public var generators: [WordGenerator]
    /// Put around corrected words in `highlighted`; nil: that is left out.
    public var tags: HighlightTags?

    public init(field: String, generators: [WordGenerator]? = nil) {
        self.field = field
        self.generators = generators ?? [WordGenerator(field: field)]
    }
}

public struct HighlightTags: Sendable, Hashable {
    public var pre: String
    public var post: String

    public init(pre: String, post: String) {
        self.pre = pre
        self.post = post
    }
}
