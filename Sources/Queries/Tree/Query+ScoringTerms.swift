// What a query in normal form needs to be scored and highlighted: its statistics and its terms.

import Analysis

extension Query {
    /// The fields whose counts and the terms whose document frequencies BM25 needs for this query.
    public var scoringTerms: (fields: Set<String>, terms: Set<TermKey>) {
        var fields: Set<String> = []
        var terms: Set<TermKey> = []
        forEachScoringTerm { field, term in
            fields.insert(field)
            if let term { terms.insert(TermKey(field: field, term: term)) }
            return true
        }
        return (fields, terms)
    }

    /// The fields and terms of `scoringTerms` as they stand in the query, repeated ones repeatedly;
    /// nil for terms that an expansion stands for.
    public var scoringOccurrences: [(field: String, term: Term?)] {
        var terms: [(field: String, term: Term?)] = []
        forEachScoringTerm { field, term in
            terms.append((field, term))
            return true
        }
        return terms
    }

    /// The expansions of the whole query, also where it does not score, each once.
    public var expansions: Set<TermExpansion> {
        var result: Set<TermExpansion> = []
        collectExpansions(into: &result)
        return result
    }

    private func collectExpansions(into result: inout Set<TermExpansion>) {
        switch self {
        case .expanded(let expansion, _): result.insert(expansion)
        case .phrasePrefix(let phrase, _): result.insert(phrase.last)
        case .bool(let bool):
            for clauses in [bool.must, bool.should, bool.filter, bool.mustNot] {
                for clause in clauses { clause.collectExpansions(into: &result) }
            }
        case .disjunctionMax(let clauses, _):
            for clause in clauses { clause.collectExpansions(into: &result) }
        case .demoted(let positive, let negative, _):
            positive.collectExpansions(into: &result)
            negative.collectExpansions(into: &result)
        case .constantScore(let inner, _): inner.collectExpansions(into: &result)
        default: break
        }
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
        case .demoted: true
        default: hasScoringTerms
        }
    }

    /// Calls `body` with each term that is scored, and nil for those of an expansion, until it
    /// returns false.
    @discardableResult
    private func forEachScoringTerm(_ body: (String, Term?) -> Bool) -> Bool {
        switch self {
        case .term(let field, let term, _):
            return body(field, term)
        case .phrase(let field, let terms, _, _):
            return terms.allSatisfy { body(field, $0.term) }
        case .expanded(let expansion, _):
            return body(expansion.field, nil)
        case .phrasePrefix(let phrase, _):
            return phrase.terms.allSatisfy { body(phrase.field, $0.term) }
        case .bool(let bool):
            return bool.must.allSatisfy { $0.forEachScoringTerm(body) }
                && bool.should.allSatisfy { $0.forEachScoringTerm(body) }
        case .disjunctionMax(let clauses, _):
            return clauses.allSatisfy { $0.forEachScoringTerm(body) }
        case .blended(let terms, _):
            return terms.allSatisfy { body($0.field, $0.term) }
        case .demoted(let positive, _, _):
            return positive.forEachScoringTerm(body)
        default:
            return true
        }
    }

    /// The different patterns that terms are compared with.
    var patterns: Set<TermPattern> {
        switch self {
        case .pattern(_, let pattern, _): return [pattern]
        case .expanded(let expansion, _): return [expansion.pattern]
        case .phrasePrefix(let phrase, _): return [phrase.last.pattern]
        case .bool(let bool):
            return (bool.must + bool.should + bool.filter + bool.mustNot).reduce(into: []) {
                $0.formUnion($1.patterns)
            }
        case .disjunctionMax(let clauses, _):
            return clauses.reduce(into: []) { $0.formUnion($1.patterns) }
        case .demoted(let positive, let negative, _):
            return positive.patterns.union(negative.patterns)
        case .constantScore(let inner, _): return inner.patterns
        default: return []
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
        case .pattern(let field, let pattern, _) where isWanted(field):
            result.patterns.append(pattern)
        case .expanded(let expansion, _) where isWanted(expansion.field):
            result.patterns.append(expansion.pattern)
        case .phrasePrefix(let phrase, _) where isWanted(phrase.field):
            result.phrases.append(
                HighlightTerms.Phrase(
                    terms: phrase.terms, slop: phrase.slop,
                    last: HighlightTerms.LastWord(
                        pattern: phrase.last.pattern, position: phrase.lastPosition)))
        case .bool(let bool):
            for clause in bool.must + bool.should + bool.filter {
                clause.collectHighlights(wanted, into: &result)
            }
        case .disjunctionMax(let clauses, _):
            for clause in clauses { clause.collectHighlights(wanted, into: &result) }
        case .blended(let terms, _):
            for term in terms where isWanted(term.field) { result.terms.insert(term.term) }
        case .demoted(let positive, _, _):
            positive.collectHighlights(wanted, into: &result)
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
        /// What follows the terms, if more does.
        public var last: LastWord?
    }

    public struct LastWord: Sendable, Hashable {
        public var pattern: TermPattern
        public var position: Int
    }

    public var terms: Set<Term> = []
    /// Also of expansions: whatever matches is marked, whether or not it is among the best.
    public var patterns: [TermPattern] = []
    public var prefixes: [[UInt8]] = []
    public var phrases: [Phrase] = []

    public init() {}

    public var isEmpty: Bool {
        terms.isEmpty && prefixes.isEmpty && phrases.isEmpty && patterns.isEmpty
    }
}
