// The terms that a query stands for, as far as some shards know them.

import Analysis

extension TermExpansion {
    /// What is left of a full match's weight.
    public func similarity(of term: ExpandedTerm) -> Float {
        guard case .fuzzy(let word) = pattern else { return 1 }
        return word.similarity(of: term.term, edits: term.edits)
    }

    /// The part of a full match's weight that a term taken has, and the document frequency it
    /// counts with.
    /// - Parameter taken: All terms taken.
    public func weight(
        of term: ExpandedTerm, among taken: ExpandedTerms
    ) -> (share: Float, documentFrequency: Int64) {
        guard correctsUpTo != nil else { return (similarity(of: term), taken.blendedFrequency) }
        if term.edits == 0 { return (1, term.documentFrequency) }
        let others = taken.terms.lazy.filter { $0.edits > 0 }.map(\.documentFrequency)
        return (1, others.max() ?? 0)
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
    public static let maximumTerms = TermExpansion.maximumLimit
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

    /// Those that are taken for an expansion.
    public func best(of expansion: TermExpansion) -> ExpandedTerms {
        guard let known = expansion.correctsUpTo else { return best(expansion.limit) }
        return leastEdited(known).best(expansion.limit)
    }

    /// The word alone, if more than `known` documents have it; otherwise the word and the terms
    /// with the fewest edits.
    func leastEdited(_ known: Int64) -> ExpandedTerms {
        guard let first = terms.first(where: { $0.edits > 0 }) else { return self }
        let words = terms.prefix { $0.edits == 0 }
        let isKnown = words.contains { $0.documentFrequency > known }
        var result = ExpandedTerms()
        result.terms = terms.filter { $0.edits == 0 || !isKnown && $0.edits == first.edits }
        return result
    }

    /// Whether more than `known` documents have the word, or there are terms with edits, so that
    /// terms with more edits will not be taken.
    public func decides(_ known: Int64) -> Bool {
        terms.contains { $0.edits > 0 || $0.documentFrequency > known }
    }

    /// How many edits a leaf has to look for to tell whether these are the terms taken for an
    /// expansion that corrects up to `known`: with none of them known yet, one.
    public static func editsToLookFor(believing terms: ExpandedTerms?, _ known: Int64) -> Int {
        guard let terms else { return 1 }
        if let edits = terms.terms.first(where: { $0.edits > 0 })?.edits { return edits }
        return terms.decides(known) ? 0 : FuzzyWord.maximumDistance
    }

    /// The first of an order: edits, then frequencies, then bytes.
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
