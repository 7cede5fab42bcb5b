// Query nodes as users write them, before the fields' mappings give them a meaning.

import Analysis

/// How the terms of a text are combined.
public enum TextOperator: String, Sendable, Hashable {
    case or, and
}

/// What a text without any term (all punctuation, say) matches.
public enum ZeroTermsQuery: String, Sendable, Hashable {
    case none, all
}

/// How many edits a word's matches may have: a number, or by the word's length.
public enum Fuzziness: Sendable, Hashable {
    case edits(Int)
    /// None below `low` code points, one below `high`, two from there on.
    case auto(low: Int, high: Int)

    public static let auto = Fuzziness.auto(low: 3, high: 6)

    func edits(length: Int) -> Int {
        switch self {
        case .edits(let edits): edits
        case .auto(let low, let high): length < low ? 0 : length < high ? 1 : 2
        }
    }
}

/// How words are looked for with edits.
public struct FuzzyOptions: Sendable, Hashable {
    public var fuzziness: Fuzziness
    /// So many code points at the beginning must be the same.
    public var prefixLength: Int
    /// So many terms stand for a word at most; see `TermExpansion`.
    public var maximumExpansions: Int
    /// Two neighbours exchanged are one edit.
    public var transpositions: Bool
    /// Only words that at most so many documents have are looked for with edits, as words that may
    /// be misspelt; nil: all are. See `TermExpansion.correctsUpTo`.
    public var correctsUpTo: Int64?

    public init(
        fuzziness: Fuzziness = .auto, prefixLength: Int = 0,
        maximumExpansions: Int = TermExpansion.defaultLimit, transpositions: Bool = true,
        correctsUpTo: Int64? = nil
    ) {
        self.fuzziness = fuzziness
        self.prefixLength = prefixLength
        self.maximumExpansions = maximumExpansions
        self.transpositions = transpositions
        self.correctsUpTo = correctsUpTo
    }
}

/// A word in one field, as it stands, with edits.
public struct FuzzyQuery: Sendable, Hashable {
    public var field: String
    public var value: JSONValue
    public var options: FuzzyOptions
    public var boost: Float

    public init(
        field: String, value: JSONValue, options: FuzzyOptions = FuzzyOptions(), boost: Float = 1
    ) {
        self.field = field
        self.value = value
        self.options = options
        self.boost = boost
    }
}

/// Analysed text in one field.
public struct MatchQuery: Sendable, Hashable {
    public var field: String
    /// A string, number or boolean.
    public var value: JSONValue
    public var `operator`: TextOperator
    public var minimumShouldMatch: MinimumShouldMatch?
    /// Nil: words match as they are.
    public var fuzzy: FuzzyOptions?
    /// The last word is only the beginning of one.
    public var isLastPrefix: Bool
    public var zeroTermsQuery: ZeroTermsQuery
    /// A value the field cannot hold matches nothing instead of failing.
    public var lenient: Bool
    public var boost: Float

    public init(
        field: String, value: JSONValue, operator: TextOperator = .or,
        minimumShouldMatch: MinimumShouldMatch? = nil, fuzzy: FuzzyOptions? = nil,
        isLastPrefix: Bool = false, zeroTermsQuery: ZeroTermsQuery = .none,
        lenient: Bool = false, boost: Float = 1
    ) {
        self.field = field
        self.value = value
        self.operator = `operator`
        self.minimumShouldMatch = minimumShouldMatch
        self.fuzzy = fuzzy
        self.isLastPrefix = isLastPrefix
        self.zeroTermsQuery = zeroTermsQuery
        self.lenient = lenient
        self.boost = boost
    }
}

/// A field, or a pattern with `*`, and what its score is multiplied with: `title^3`.
public struct WeightedField: Sendable, Hashable {
    public var pattern: String
    public var boost: Float

    public init(_ pattern: String, boost: Float = 1) {
        self.pattern = pattern
        self.boost = boost
    }
}

/// Analysed text in several fields.
public struct MultiMatchQuery: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case bestFields = "best_fields"
        case mostFields = "most_fields"
        case phrase
        case phrasePrefix = "phrase_prefix"
        case boolPrefix = "bool_prefix"
        case crossFields = "cross_fields"
        case combinedFields = "combined_fields"

        /// Whether fields are searched as if they were one.
        var joinsFields: Bool { self == .crossFields || self == .combinedFields }
    }

    public var value: JSONValue
    /// Empty means every text and keyword field.
    public var fields: [WeightedField]
    public var kind: Kind
    public var `operator`: TextOperator
    public var minimumShouldMatch: MinimumShouldMatch?
    public var tieBreaker: Float?
    public var slop: Int
    /// Nil: words match as they are.
    public var fuzzy: FuzzyOptions?
    /// How many terms the last word of a `phrasePrefix` stands for.
    public var maximumExpansions: Int
    public var zeroTermsQuery: ZeroTermsQuery
    public var lenient: Bool
    public var boost: Float

    public init(
        value: JSONValue, fields: [WeightedField] = [], kind: Kind = .bestFields,
        operator: TextOperator = .or, minimumShouldMatch: MinimumShouldMatch? = nil,
        tieBreaker: Float? = nil, slop: Int = 0, fuzzy: FuzzyOptions? = nil,
        maximumExpansions: Int = TermExpansion.defaultLimit,
        zeroTermsQuery: ZeroTermsQuery = .none, lenient: Bool = false, boost: Float = 1
    ) {
        self.value = value
        self.fields = fields
        self.kind = kind
        self.fuzzy = fuzzy
        self.maximumExpansions = maximumExpansions
        self.operator = `operator`
        self.minimumShouldMatch = minimumShouldMatch
        self.tieBreaker = tieBreaker
        self.slop = slop
        self.zeroTermsQuery = zeroTermsQuery
        self.lenient = lenient
        self.boost = boost
    }
}

/// Analysed text whose terms must be near each other, in order.
public struct MatchPhraseQuery: Sendable, Hashable {
    public var field: String
    public var value: JSONValue
    /// How many positions the terms may be moved in total.
    public var slop: Int
    /// How many terms the last word stands for, which is only the beginning of one; nil: itself.
    public var prefixExpansions: Int?
    public var zeroTermsQuery: ZeroTermsQuery
    public var lenient: Bool
    public var boost: Float

    public init(
        field: String, value: JSONValue, slop: Int = 0, prefixExpansions: Int? = nil,
        zeroTermsQuery: ZeroTermsQuery = .none, lenient: Bool = false, boost: Float = 1
    ) {
        self.field = field
        self.value = value
        self.slop = slop
        self.prefixExpansions = prefixExpansions
        self.zeroTermsQuery = zeroTermsQuery
        self.lenient = lenient
        self.boost = boost
    }
}

/// A text in Lucene's query syntax, parsed by `QueryStringParser`.
public struct QueryStringQuery: Sendable, Hashable {
    public var text: String
    /// Where terms without a field are looked for; empty means every text and keyword field.
    public var fields: [WeightedField]
    public var defaultOperator: TextOperator
    public var minimumShouldMatch: MinimumShouldMatch?
    public var phraseSlop: Int
    public var tieBreaker: Float?
    /// For words with a tilde; their fuzziness is for those without a number behind it.
    public var fuzzy: FuzzyOptions
    public var lenient: Bool
    public var boost: Float

    public init(
        text: String, fields: [WeightedField] = [], defaultOperator: TextOperator = .or,
        minimumShouldMatch: MinimumShouldMatch? = nil, phraseSlop: Int = 0,
        tieBreaker: Float? = nil, fuzzy: FuzzyOptions = FuzzyOptions(), lenient: Bool = false,
        boost: Float = 1
    ) {
        self.text = text
        self.fuzzy = fuzzy
        self.fields = fields
        self.defaultOperator = defaultOperator
        self.minimumShouldMatch = minimumShouldMatch
        self.phraseSlop = phraseSlop
        self.tieBreaker = tieBreaker
        self.lenient = lenient
        self.boost = boost
    }
}

/// A range whose bounds are still as written: numbers, strings, dates with arithmetic.
public struct RawRangeQuery: Sendable, Hashable {
    public struct RawBound: Sendable, Hashable {
        public var value: JSONValue
        public var inclusive: Bool

        public init(_ value: JSONValue, inclusive: Bool) {
            self.value = value
            self.inclusive = inclusive
        }
    }

    public var field: String
    public var lower: RawBound?
    public var upper: RawBound?
    /// Date pattern that replaces the field's own.
    public var format: String?
    /// `Z` or an offset such as `+02:00`, for dates that say none.
    public var timeZone: String?
    public var lenient: Bool
    public var boost: Float

    public init(
        field: String, lower: RawBound? = nil, upper: RawBound? = nil, format: String? = nil,
        timeZone: String? = nil, lenient: Bool = false, boost: Float = 1
    ) {
        self.field = field
        self.lower = lower
        self.upper = upper
        self.format = format
        self.timeZone = timeZone
        self.lenient = lenient
        self.boost = boost
    }
}
