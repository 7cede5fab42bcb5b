// Chooses how a whole segment is searched: the shapes that can be pruned postings by postings have
// algorithms of their own, all others go window by window.

import Queries
import Segments

extension SegmentPlanner {
    /// Nil when nothing in the segment matches.
    /// - Parameters:
    ///   - mask: documents to accept; nil: all.
    ///   - isScoring: false when only the matches are wanted.
    func bulkScorer(
        _ weight: Weight, mask: DocumentBits?, isScoring: Bool
    ) throws -> (any BulkScorer)? {
        switch weight {
        case .term(let term):
            return try cursor(term).map {
                TermBulkScorer($0, mask: mask, candidates: memory.candidates)
            }
        case .phrase:
            return try conjunction([weight], optional: [], mask: mask)
        case .boolean(let bool):
            if let clause = Self.onlyScoringClause(bool) {
                guard let mask = try self.mask(bool, mask) else { return nil }
                return try bulkScorer(clause, mask: mask.bits, isScoring: isScoring)
            }
            if Self.isConjunction(bool) {
                // Terms and phrases that only filter are met like those that score.
                var conditions = bool
                conditions.filter = bool.filter.filter { !Self.isTermOrPhrase($0) }
                let filters = bool.filter.filter(Self.isTermOrPhrase)
                guard let mask = try self.mask(conditions, mask) else { return nil }
                return try conjunction(
                    bool.must + filters, optional: isScoring ? bool.should : [],
                    mask: mask.bits)
            }
            if Self.isDisjunction(bool) {
                guard let mask = try self.mask(bool, mask) else { return nil }
                return try disjunction(bool.should, mask: mask.bits, isScoring: isScoring)
            }
        default: break
        }
        return try scorer(weight).map {
            WindowBulkScorer($0, mask: mask, documentCount: documentCount)
        }
    }

    /// The clause that alone decides the score, when there is just one.
    private static func onlyScoringClause(_ bool: BooleanWeight) -> Weight? {
        let clauses = bool.must + bool.should
        guard clauses.count == 1, bool.minimumShouldMatch == bool.should.count else { return nil }
        return clauses[0]
    }

    private static func isTerm(_ weight: Weight) -> Bool {
        if case .term = weight { return true }
        return false
    }

    private static func isTermOrPhrase(_ weight: Weight) -> Bool {
        if case .phrase = weight { return true }
        return isTerm(weight)
    }

    private static func isConjunction(_ bool: BooleanWeight) -> Bool {
        bool.minimumShouldMatch == 0 && bool.must.allSatisfy(isTermOrPhrase)
            && bool.should.allSatisfy(isTerm)
            && (!bool.must.isEmpty || bool.filter.contains(where: isTermOrPhrase))
    }

    private static func isDisjunction(_ bool: BooleanWeight) -> Bool {
        bool.must.isEmpty && bool.minimumShouldMatch == 1 && bool.should.allSatisfy(isTerm)
    }

    /// `mask` without the documents that fail the filters; nil when none is left.
    private func mask(
        _ bool: BooleanWeight, _ mask: DocumentBits?
    ) throws -> (bits: DocumentBits?, Void)? {
        if bool.filter.isEmpty, bool.mustNot.isEmpty { return (mask, ()) }
        let conditions = BooleanWeight(filter: bool.filter, mustNot: bool.mustNot)
        guard let scorer = try scorer(.boolean(conditions)) else { return nil }
        let bits = try scorer.documents(documentCount: documentCount) { stop.isSet }
        if let mask { bits.formIntersection(mask) }
        return (bits, ())
    }

    private func conjunction(
        _ must: [Weight], optional: [Weight], mask: DocumentBits?
    ) throws -> (any BulkScorer)? {
        var required: [ConjunctionBulkScorer.Required] = []
        var phrases: [PhraseMatcher] = []
        for weight in must {
            if case .phrase(let weight) = weight {
                guard let (terms, matcher) = try phrase(weight, leads: must.count == 1) else {
                    return nil
                }
                required += terms.map {
                    .init(term: $0.term, phrase: phrases.count, word: $0.word)
                }
                phrases.append(matcher)
            } else if case .term(let weight) = weight {
                guard let term = try cursor(weight) else { return nil }
                required.append(.init(term: term, phrase: nil, word: nil))
            }
        }
        return try ConjunctionBulkScorer(
            required, optional: try terms(optional), phrases: phrases, mask: mask,
            candidates: memory.candidates)
    }

    private func disjunction(
        _ should: [Weight], mask: DocumentBits?, isScoring: Bool
    ) throws -> (any BulkScorer)? {
        let cursors = try terms(should)
        if cursors.count <= 1 {
            return cursors.first.map {
                TermBulkScorer($0, mask: mask, candidates: memory.candidates)
            }
        }
        guard isScoring else {
            return UnionBulkScorer(cursors, mask: mask, documentCount: documentCount, memory)
        }
        return DisjunctionBulkScorer(
            cursors, mask: mask, documentCount: documentCount, memory)
    }

    private func terms(_ weights: [Weight]) throws -> [TermCursor] {
        try weights.compactMap { weight in
            guard case .term(let term) = weight else { return nil }
            return try cursor(term)
        }
    }
}
