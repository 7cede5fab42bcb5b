// The query tree: what a user may ask, and the normal form of it that leaves execute.

import Analysis

/// A query. The first group of cases is the normal form, produced by `QueryAnalyzer`: terms are
/// analysed, boosts are multiplied into the nodes that score. The second group is what users write;
/// leaves never see it.
public indirect enum Query: Sendable, Hashable {
    /// Every live document, with the constant score `boost`.
    case matchAll(boost: Float)
    case matchNone
    /// One term of an inverted field, scored with BM25 times `boost`.
    case term(field: String, term: Term, boost: Float)
    /// Any of these terms (distinct, in byte order), with the constant score `boost`.
    case terms(field: String, terms: [Term], boost: Float)
    /// Terms at relative positions, scored with BM25 as one pseudo term.
    case phrase(field: String, terms: [PhraseTerm], slop: Int, boost: Float)
    /// The sum of the scores of its matching `must` and `should` clauses.
    case bool(BooleanQuery)
    /// The best clause's score plus `tieBreaker` times the others'.
    case disjunctionMax([Query], tieBreaker: Float)
    /// The best of one term per field, plus `tieBreaker` times the others, as if all fields were
    /// one: each is weighed by the highest document frequency among them, out of as many documents
    /// as the field in most of them has.
    case blended([BlendedTerm], tieBreaker: Float)
    /// One term per field, scored with BM25F times `boost`: occurrences add up over the fields,
    /// each times its field's weight (the terms' boosts) and by its field's length, before they
    /// saturate; weighed as `blended` is.
    case combined([BlendedTerm], boost: Float)
    /// What the first query matches, with `factor` (from 0 to 1) times its score where the second
    /// matches, too.
    case demoted(Query, by: Query, factor: Float)
    /// Whatever matches the inner query, with the score `boost`.
    case constantScore(Query, boost: Float)
    /// Values between two bounds (nil: open), with the constant score `boost`.
    case range(field: String, lower: Bound?, upper: Bound?, boost: Float)
    /// Documents with any value in the field.
    case exists(field: String, boost: Float)
    /// Documents by `_id`.
    case ids([String], boost: Float)
    /// Any term that starts with these bytes, with the constant score `boost`.
    case prefix(field: String, prefix: [UInt8], boost: Float)
    /// Any term that matches the pattern, with the constant score `boost`.
    case pattern(field: String, TermPattern, boost: Float)
    /// The sum over the terms the expansion stands for, each scored with BM25 times `boost` and
    /// times its similarity, under their blended document frequency.
    case expanded(TermExpansion, boost: Float)
    /// The best of one phrase per term the expansion stands for, which is the phrase's last one.
    case phrasePrefix(PhrasePrefixQuery, boost: Float)

    /// What the inner query matches, scored by functions.
    case functionScore(FunctionScoreQuery)
    /// As many of several clauses as the document itself asks for.
    case covering(CoveringQuery)

    /// Full text, still to be analysed.
    case match(MatchQuery)
    case multiMatch(MultiMatchQuery)
    case matchPhrase(MatchPhraseQuery)
    case queryString(QueryStringQuery)
    case fuzzy(FuzzyQuery)
    /// A value still to be read by the field's mapping.
    case rawTerm(field: String, value: JSONValue, boost: Float)
    case rawTerms(field: String, values: [JSONValue], boost: Float)
    case rawRange(RawRangeQuery)
    case termsSet(TermsSetQuery)
}

/// Clauses that must match (scoring), must match (not scoring), may match, must not match.
public struct BooleanQuery: Sendable, Hashable {
    public var must: [Query]
    public var should: [Query]
    public var filter: [Query]
    public var mustNot: [Query]
    /// How many of `should` must match; resolved, no percentages. When there is neither `must` nor
    /// `filter` and there is a `should`, it is at least 1.
    public var minimumShouldMatch: Int

    public init(
        must: [Query] = [], should: [Query] = [], filter: [Query] = [], mustNot: [Query] = [],
        minimumShouldMatch: Int = 0
    ) {
        self.must = must
        self.should = should
        self.filter = filter
        self.mustNot = mustNot
        self.minimumShouldMatch = minimumShouldMatch
    }
}

/// A term of a phrase and its position relative to the phrase's first term.
public struct PhraseTerm: Sendable, Hashable {
    public var term: Term
    public var position: Int

    public init(term: Term, position: Int) {
        self.term = term
        self.position = position
    }
}

/// A term of one of several fields that are searched as one.
public struct BlendedTerm: Sendable, Hashable {
    public var field: String
    public var term: Term
    public var boost: Float

    public init(field: String, term: Term, boost: Float) {
        self.field = field
        self.term = term
        self.boost = boost
    }
}

/// A phrase whose last term is any of several.
public struct PhrasePrefixQuery: Sendable, Hashable {
    public var field: String
    /// All but the last; not empty.
    public var terms: [PhraseTerm]
    /// In the phrase's field.
    public var last: TermExpansion
    /// Relative to the phrase's first term.
    public var lastPosition: Int
    public var slop: Int

    public init(
        field: String, terms: [PhraseTerm], last: TermExpansion, lastPosition: Int, slop: Int
    ) {
        self.field = field
        self.terms = terms
        self.last = last
        self.lastPosition = lastPosition
        self.slop = slop
    }
}

/// One end of a range.
public struct Bound: Sendable, Hashable {
    public var value: RangeValue
    public var inclusive: Bool

    public init(_ value: RangeValue, inclusive: Bool) {
        self.value = value
        self.inclusive = inclusive
    }
}

/// A value in a field's own order: whole numbers (integer, long, boolean 0/1, date in milliseconds
/// since 1970 UTC), floating point numbers, or keyword bytes.
public enum RangeValue: Sendable, Hashable {
    case integer(Int64)
    case real(Double)
    case bytes([UInt8])
}
