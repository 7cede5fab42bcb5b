// What a query in normal form needs to be scored and highlighted: its statistics and its terms.

import Analysis

extension Query {
    /// The fields whose counts and the terms whose document frequencies BM25 needs for this query.
    public var scoringTerms: (fields: Set<String>, terms: Set<TermKey>) {
        var fields: Set<String> = []
        var terms: Set<TermKey> = []
        for (field, term) in scoringOccurrences(isScoring: true) {
            fields.insert(field)
            if let term { terms.insert(TermKey(field: field, term: term)) }
        }
        return (fields, terms)
    }

    /// The fields and terms that BM25 needs, as they stand in the query, repeated ones repeatedly;
    /// nil for terms that an expansion stands for.
    /// - Parameter isScoring: false where the query's own score is not looked at. Parts that select
    ///   by score are scored even then.
    public func scoringOccurrences(isScoring: Bool) -> [(field: String, term: Term?)] {
        var terms: [(field: String, term: Term?)] = []
        forEachScoringTerm(isScoring) { field, term in
            terms.append((field, term))
            return true
        }
        return terms
    }

    /// Whether any part of the query is scored by BM25 (rather than by a constant).
    public var hasScoringTerms: Bool {
        var found = false
        forEachScoringTerm(true) { _, _ in
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
        case .demoted, .functionScore, .covering: true
        default: hasScoringTerms
        }
    }

    /// Calls `body` with each term that is scored, and nil for those of an expansion, until it
    /// returns false.
    @discardableResult
    private func forEachScoringTerm(
        _ isScoring: Bool, _ body: (String, Term?) -> Bool
    ) -> Bool {
        switch self {
        case .term(let field, let term, _) where isScoring:
            return body(field, term)
        case .phrase(let field, let terms, _, _) where isScoring:
            return terms.allSatisfy { body(field, $0.term) }
        case .expanded(let expansion, _) where isScoring:
            return body(expansion.field, nil)
        case .phrasePrefix(let phrase, _) where isScoring:
            return phrase.terms.allSatisfy { body(phrase.field, $0.term) }
        case .blended(let terms, _) where isScoring, .combined(let terms, _) where isScoring:
            return terms.allSatisfy { body($0.field, $0.term) }
        case .bool(let bool):
            return bool.must.allSatisfy { $0.forEachScoringTerm(isScoring, body) }
                && bool.should.allSatisfy { $0.forEachScoringTerm(isScoring, body) }
                && bool.filter.allSatisfy { $0.forEachScoringTerm(false, body) }
                && bool.mustNot.allSatisfy { $0.forEachScoringTerm(false, body) }
        case .disjunctionMax(let clauses, _):
            return clauses.allSatisfy { $0.forEachScoringTerm(isScoring, body) }
        case .demoted(let positive, let negative, _):
            return positive.forEachScoringTerm(isScoring, body)
                && negative.forEachScoringTerm(false, body)
        case .constantScore(let inner, _):
            return inner.forEachScoringTerm(false, body)
        case .functionScore(let function):
            let isUsed = function.usesInnerScore(isScoring: isScoring)
            return function.query.forEachScoringTerm(isUsed, body)
                && function.functions.allSatisfy {
                    $0.filter?.forEachScoringTerm(false, body) ?? true
                }
        case .covering(let covering):
            return covering.clauses.allSatisfy { $0.forEachScoringTerm(isScoring, body) }
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
        case .pattern(let field, let pattern, _) where isWanted(field):
            result.patterns.append(pattern)
        case .expanded(let expansion, _) where isWanted(expansion.field):
            if expansion.correctsUpTo == nil {
                result.patterns.append(expansion.pattern)
            } else {
                result.corrected.append(expansion.pattern)
            }
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
        case .blended(let terms, _), .combined(let terms, _):
            for term in terms where isWanted(term.field) { result.terms.insert(term.term) }
        case .demoted(let positive, _, _):
            positive.collectHighlights(wanted, into: &result)
        case .constantScore(let inner, _):
            inner.collectHighlights(wanted, into: &result)
        case .functionScore(let function):
            function.query.collectHighlights(wanted, into: &result)
        case .covering(let covering):
            for clause in covering.clauses { clause.collectHighlights(wanted, into: &result) }
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
    /// Words that may be misspelt: of what matches in a text, that with the fewest edits is marked.
    public var corrected: [TermPattern] = []
    public var prefixes: [[UInt8]] = []
    public var phrases: [Phrase] = []

    public init() {}

    public var isEmpty: Bool {
        terms.isEmpty && prefixes.isEmpty && phrases.isEmpty && patterns.isEmpty
            && corrected.isEmpty
    }
}
