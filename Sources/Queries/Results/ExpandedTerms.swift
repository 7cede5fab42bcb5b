// Queries that stand for the best few terms of a pattern: which those are, whatever the shards.

import Analysis

/// Terms a query stands for: of a field, those like a pattern, at most so many.
///
/// Which terms these are depends on the live documents of the whole collection alone, not on how
/// they are spread over leaves, shards and segments:
///
/// 1. The *candidates* are the terms that match the pattern and occur in a live document, ordered
///    by their edits, then by their bytes: the first `ExpandedTerms.maximumTerms` of them, and no
///    more than have `ExpandedTerms.maximumBytes` bytes together. What is among the first of all
///    terms is also among the first of every part of the collection that has it. So each leaf
///    reports its own first ones with their live document frequencies, the root adds them up,
///    cuts the sum in the same way, and has exact numbers for exactly these terms.
/// 2. Of the candidates the `limit` best are taken: fewer edits first, then higher document
///    frequencies, then smaller bytes.
/// 3. All terms taken weigh as if each occurred in as many documents as the most frequent one of
///    them, so that a rare misspelling does not outweigh the word it misspells, and each less by
///    its edits (`FuzzyWord.similarity`). Lucene's "top terms, blended frequencies" is the model.
///
/// The root sends the terms taken with the query, as it does document frequencies, and compares
/// them with those that the leaves' candidates lead to: one trip when they are the same, and one
/// more when they are not.
public struct TermExpansion: Sendable, Hashable {
    public var field: String
    public var pattern: TermPattern
    /// How many terms are taken at most.
    public var limit: Int

    public static let defaultLimit = 50
    public static let maximumLimit = ExpandedTerms.maximumTerms

    public init(field: String, pattern: TermPattern, limit: Int) {
        self.field = field
        self.pattern = pattern
        self.limit = limit
    }

    /// What is left of a full match's weight.
    public func similarity(of term: ExpandedTerm) -> Float {
        guard case .fuzzy(let word) = pattern else { return 1 }
        return word.similarity(of: term.term, edits: term.edits)
    }
}

/// A term that matches an expansion's pattern.
public struct ExpandedTerm: Sendable, Hashable {
    public var term: Term
    /// 0 where the pattern is not a fuzzy word.
    public var edits: Int
    /// In how many live documents it occurs.
    public var documentFrequency: Int64

    public init(term: Term, edits: Int, documentFrequency: Int64) {
        self.term = term
        self.edits = edits
        self.documentFrequency = documentFrequency
    }

    fileprivate func precedes(_ other: ExpandedTerm) -> Bool {
        edits == other.edits ? term < other.term : edits < other.edits
    }
}

/// The first candidates of an expansion in some shards, or in all.
public struct ExpandedTerms: Sendable, Hashable {
    public static let maximumTerms = 1_000
    public static let maximumBytes = 32_768

    /// Distinct, by edits, then by bytes.
    public private(set) var terms: [ExpandedTerm] = []

    public init() {}

    /// Frequencies of a term that comes repeatedly are added up.
    public init(_ terms: some Sequence<ExpandedTerm>) {
        for term in terms.sorted(by: { $0.precedes($1) }) { append(term) }
        cut()
    }

    /// The next in order; a frequency more of the one before.
    private mutating func append(_ term: ExpandedTerm) {
        if let last = terms.indices.last, terms[last].term == term.term,
            terms[last].edits == term.edits
        {
            terms[last].documentFrequency &+= term.documentFrequency
        } else {
            terms.append(term)
        }
    }

    /// To the limits, which are the same for every part of a collection and for the whole.
    private mutating func cut() {
        var bytes = 0
        let fitting = terms.prefix(Self.maximumTerms).prefix { term in
            bytes += term.term.bytes.count
            return bytes <= Self.maximumBytes
        }
        terms.removeSubrange(fitting.endIndex...)
    }

    /// Adds the candidates of other, disjoint shards.
    public mutating func add(_ other: ExpandedTerms) {
        if other.terms.isEmpty { return }
        var merged = ExpandedTerms()
        merged.terms.reserveCapacity(terms.count + other.terms.count)
        var place = 0
        for term in other.terms {
            while place < terms.count, terms[place].precedes(term) {
                merged.append(terms[place])
                place += 1
            }
            merged.append(term)
        }
        for term in terms[place...] { merged.append(term) }
        merged.cut()
        self = merged
    }

    /// Those that are taken.
    public func best(_ limit: Int) -> ExpandedTerms {
        if terms.count <= limit { return self }
        let ranked = terms.sorted { a, b in
            if a.edits != b.edits { return a.edits < b.edits }
            if a.documentFrequency != b.documentFrequency {
                return a.documentFrequency > b.documentFrequency
            }
            return a.term < b.term
        }
        return ExpandedTerms(ranked.prefix(limit))
    }

    /// What every term taken counts as its document frequency.
    public var blendedFrequency: Int64 { terms.map(\.documentFrequency).max() ?? 0 }

    /// Whether a further term is too late to be a candidate whatever its frequency.
    public func isBeyondLast(_ term: Term, edits: Int) -> Bool {
        guard terms.count >= Self.maximumTerms, let last = terms.last else { return false }
        return last.precedes(ExpandedTerm(term: term, edits: edits, documentFrequency: 0))
    }
}
