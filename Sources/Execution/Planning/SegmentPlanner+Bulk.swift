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
        case .term, .phrase:
            return try conjunction([weight], optional: [], Conditions(mask: mask))
        case .boolean(let bool):
            if let scorer = try bulkScorer(bool, mask, isScoring) { return scorer.bulk }
        default: break
        }
        return try scorer(weight).map {
            WindowBulkScorer($0, mask: mask, documentCount: documentCount)
        }
    }

    /// Nil when the clauses have no shape that has an algorithm of its own; nil inside when nothing
    /// in the segment matches.
    private func bulkScorer(
        _ bool: BooleanWeight, _ mask: DocumentBits?, _ isScoring: Bool
    ) throws -> (bulk: (any BulkScorer)?, Void)? {
        if Self.isConjunction(bool) {
            // Terms and phrases that only filter are met like those that score.
            var others = bool
            others.filter = bool.filter.filter { !Self.isTermOrPhrase($0) }
            let filters = bool.filter.filter(Self.isTermOrPhrase)
            guard let conditions = try conditions(others, mask) else { return (nil, ()) }
            let scorer = try conjunction(
                bool.must + filters, optional: isScoring ? bool.should : [], conditions)
            return (scorer, ())
        }
        if Self.isDisjunction(bool) {
            guard let conditions = try conditions(bool, mask) else { return (nil, ()) }
            return (try disjunction(bool.should, conditions, isScoring: isScoring), ())
        }
        guard let clause = Self.onlyScoringClause(bool) else { return nil }
        guard let bits = try self.mask(bool.filter, bool.mustNot, mask) else { return (nil, ()) }
        return (try bulkScorer(clause, mask: bits.bits, isScoring: isScoring), ())
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

    /// What else documents must fulfil to match.
    private struct Conditions {
        /// Documents to accept; nil: all.
        var mask: DocumentBits?
        var exclusion: Exclusion?
    }

    /// Excluded terms are looked for in what is found; everything else is searched beforehand. Nil
    /// when no document is left.
    private func conditions(_ bool: BooleanWeight, _ mask: DocumentBits?) throws -> Conditions? {
        let others = bool.mustNot.filter { !Self.isTerm($0) }
        guard let mask = try self.mask(bool.filter, others, mask) else { return nil }
        let excluded = try terms(bool.mustNot)
        return Conditions(
            mask: mask.bits, exclusion: excluded.isEmpty ? nil : Exclusion(excluded))
    }

    /// `mask` without the documents that fail the filters; nil when none is left.
    private func mask(
        _ filter: [Weight], _ mustNot: [Weight], _ mask: DocumentBits?
    ) throws -> (bits: DocumentBits?, Void)? {
        if filter.isEmpty, mustNot.isEmpty { return (mask, ()) }
        let conditions = BooleanWeight(filter: filter, mustNot: mustNot)
        guard let scorer = try scorer(.boolean(conditions)) else { return nil }
        let bits = try scorer.documents(documentCount: documentCount) { stop.isSet }
        if let mask { bits.formIntersection(mask) }
        return (bits, ())
    }

    /// - Parameter must: terms and phrases, at least one.
    private func conjunction(
        _ must: [Weight], optional: [Weight], _ conditions: Conditions
    ) throws -> (any BulkScorer)? {
        if must.count == 1, optional.isEmpty, case .term(let weight) = must[0] {
            return try cursor(weight).map { self.term($0, conditions) }
        }
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
            required, optional: try terms(optional), phrases: phrases, mask: conditions.mask,
            exclusion: conditions.exclusion, candidates: memory.candidates)
    }

    private func term(_ cursor: TermCursor, _ conditions: Conditions) -> TermBulkScorer {
        TermBulkScorer(
            cursor, mask: conditions.mask, exclusion: conditions.exclusion,
            candidates: memory.candidates)
    }

    private func disjunction(
        _ should: [Weight], _ conditions: Conditions, isScoring: Bool
    ) throws -> (any BulkScorer)? {
        let cursors = try terms(should)
        if cursors.count <= 1 { return cursors.first.map { term($0, conditions) } }
        guard isScoring else {
            return UnionBulkScorer(
                cursors, mask: conditions.mask, exclusion: conditions.exclusion,
                documentCount: documentCount, memory)
        }
        return DisjunctionBulkScorer(
            cursors, mask: conditions.mask, exclusion: conditions.exclusion,
            documentCount: documentCount, memory)
    }

    private func terms(_ weights: [Weight]) throws -> [TermCursor] {
        try weights.compactMap { weight in
            guard case .term(let term) = weight else { return nil }
            return try cursor(term)
        }
    }
}
