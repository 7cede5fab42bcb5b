// What a query in normal form needs to be scored and highlighted: its statistics and its terms.

import Analysis

extension Query {
    /// The fields whose counts and the terms whose document frequencies BM25 needs for this query.
    public var scoringTerms: (fields: Set<String>, terms: Set<TermKey>) {
        var fields: Set<String> = []
        var terms: Set<TermKey> = []
        forEachScoringTerm { field, term in
            fields.insert(field)
            terms.insert(TermKey(field: field, term: term))
            return true
        }
        return (fields, terms)
    }

    /// The terms of `scoringTerms` as they stand in the query, repeated ones repeatedly.
    public var scoringOccurrences: [TermKey] {
        var terms: [TermKey] = []
        forEachScoringTerm { field, term in
            terms.append(TermKey(field: field, term: term))
            return true
        }
        return terms
    }

    /// Whether any part of the query is scored by BM25 (rather than by a constant).
    public var hasScoringTerms: Bool {
        var found = false
        forEachScoringTerm { _, _ in
            found = true
            return false
        }
        return found
    }

    /// Whether documents can get different scores from this query.
    public var needsScores: Bool {
        switch self {
        case .bool(let bool): bool.must.contains(where: \.needsScores) || !bool.should.isEmpty
        case .disjunctionMax(let clauses, _): !clauses.isEmpty
        default: hasScoringTerms
        }
    }

    /// Calls `body` with each term that is scored, until it returns false.
    @discardableResult
    private func forEachScoringTerm(_ body: (String, Term) -> Bool) -> Bool {
        switch self {
        case .term(let field, let term, _):
            return body(field, term)
        case .phrase(let field, let terms, _, _):
            return terms.allSatisfy { body(field, $0.term) }
        case .bool(let bool):
            return bool.must.allSatisfy { $0.forEachScoringTerm(body) }
                && bool.should.allSatisfy { $0.forEachScoringTerm(body) }
        case .disjunctionMax(let clauses, _):
            return clauses.allSatisfy { $0.forEachScoringTerm(body) }
        default:
            return true
        }
    }

    /// What to mark in a field's text: everything the query looks for in `field` (nil: in any),
    /// also in filters, but not what it excludes.
    public func highlightTerms(_ field: String?) -> HighlightTerms {
        var result = HighlightTerms()
        collectHighlights(field, into: &result)
        return result
    }

    private func collectHighlights(_ wanted: String?, into result: inout HighlightTerms) {
        func isWanted(_ field: String) -> Bool { wanted == nil || wanted == field }
        switch self {
        case .term(let field, let term, _) where isWanted(field):
            result.terms.insert(term)
        case .terms(let field, let terms, _) where isWanted(field):
            result.terms.formUnion(terms)
        case .prefix(let field, let prefix, _) where isWanted(field):
            result.prefixes.append(prefix)
        case .phrase(let field, let terms, let slop, _) where isWanted(field):
            result.phrases.append(HighlightTerms.Phrase(terms: terms, slop: slop))
        case .bool(let bool):
            for clause in bool.must + bool.should + bool.filter {
                clause.collectHighlights(wanted, into: &result)
            }
        case .disjunctionMax(let clauses, _):
            for clause in clauses { clause.collectHighlights(wanted, into: &result) }
        case .constantScore(let inner, _):
            inner.collectHighlights(wanted, into: &result)
        default:
            break
        }
    }
}

/// What is to be marked in a text.
public struct HighlightTerms: Sendable, Hashable {
    public struct Phrase: Sendable, Hashable {
        public var terms: [PhraseTerm]
        public var slop: Int
    }

    public var terms: Set<Term> = []
    public var prefixes: [[UInt8]] = []
    public var phrases: [Phrase] = []

    public init() {}

    public var isEmpty: Bool { terms.isEmpty && prefixes.isEmpty && phrases.isEmpty }
}
