// Turns weights into scorers of one segment.

import Analysis
import Queries
import Segments

/// Plans one search in one segment: looks terms up and chooses algorithms by the query's shape.
final class SegmentPlanner {
    let segment: SearchedSegment
    let stop: StopSignal
    /// Place of the segment in the search's list of segments.
    private let place: Int
    private let entries: TermEntries
    let memory: ScorerMemory

    init(
        _ place: Int, _ entries: TermEntries, _ memory: ScorerMemory, _ stop: StopSignal
    ) {
        self.place = place
        self.entries = entries
        self.memory = memory
        self.stop = stop
        segment = entries.segments[place]
    }

    var documentCount: Int { segment.documentCount }

    func field(_ path: String) -> FieldIndex? { entries.field(path, in: place) }

    /// Live documents, as a new set; nil: all.
    func liveBits() -> DocumentBits? {
        guard let live = segment.view.live, live.deletedCount > 0 else { return nil }
        return DocumentBits(documentCount: documentCount, copying: live.words)
    }

    // MARK: Counting without searching

    /// How many live documents match, where that is known; nil where it has to be counted.
    func exactCount(_ weight: Weight) throws -> Int64? {
        switch weight {
        case .none: return 0
        case .all: return Int64(segment.liveCount)
        case .constant(let inner, _): return try exactCount(inner)
        case .demoted(let positive, _, _): return try exactCount(positive)
        case .function(let function) where function.keepsMatches:
            return try exactCount(function.inner)
        case .term(let term):
            return try entries.documentFrequency(term.number, in: place)
        case .boolean(let bool):
            guard bool.filter.isEmpty, bool.mustNot.isEmpty else { return nil }
            let clauses = bool.must + bool.should
            return clauses.count == 1 && bool.minimumShouldMatch == bool.should.count
                ? try exactCount(clauses[0]) : nil
        default: return nil
        }
    }

    /// At least so many live documents match.
    func minimumCount(_ weight: Weight) throws -> Int64 {
        if let exact = try exactCount(weight) { return exact }
        switch weight {
        case .constant(let inner, _): return try minimumCount(inner)
        case .demoted(let positive, _, _): return try minimumCount(positive)
        case .function(let function) where function.keepsMatches:
            return try minimumCount(function.inner)
        case .best(let clauses, _): return try clauses.map(minimumCount).max() ?? 0
        case .combined(let combined):
            return try combined.terms.map { try minimumCount(.term($0)) }.max() ?? 0
        case .boolean(let bool):
            guard bool.must.isEmpty, bool.filter.isEmpty, bool.mustNot.isEmpty,
                bool.minimumShouldMatch == 1
            else { return 0 }
            return try bool.should.map(minimumCount).max() ?? 0
        default: return 0
        }
    }

    // MARK: Scorers

    func cursor(_ term: TermWeight) throws -> TermCursor? {
        guard let (field, entry) = try entries.find(term.number, in: place) else { return nil }
        let similarity = TermSimilarity(
            weight: term.weight, isScoring: term.isScoring, field: term.similarity, index: field)
        return try TermCursor(
            field, entry, similarity: similarity, buffers: memory.cursorBuffers())
    }

    /// A phrase's distinct terms, not scoring and the rarest first, and its matcher; nil when a
    /// term is missing.
    /// - Parameter leads: whether candidates will come from the blocks of the rarest term, so that
    ///   its positions can be read there without finding the document again.
    func phrase(
        _ weight: PhraseWeight, leads: Bool
    ) throws -> (terms: [PhraseTermCursor], matcher: PhraseMatcher)? {
        guard let field = field(weight.field), field.hasPositions else { return nil }
        var found: [(part: PhraseWeight.Part, entry: TermEntry)] = []
        for part in weight.parts {
            guard let (_, entry) = try entries.find(part.number, in: place) else { return nil }
            found.append((part, entry))
        }
        found.sort {
            ($0.entry.documentFrequency, $0.part.offset)
                < ($1.entry.documentFrequency, $1.part.offset)
        }
        let silent = TermSimilarity(
            weight: 0, isScoring: false, field: weight.similarity, index: field)
        var terms: [PhraseTermCursor] = []
        var parts: [PhraseMatcher.Part] = []
        for (part, entry) in found {
            if let known = terms.first(where: { $0.word.number == part.number }) {
                parts.append(PhraseMatcher.Part(word: known.word, offset: part.offset))
                continue
            }
            let isLead = leads && terms.isEmpty
            let term = try TermCursor(
                field, entry, similarity: silent, buffers: memory.cursorBuffers(),
                positions: isLead)
            let word = PhraseWord(
                part.number,
                isLead
                    ? term.postings
                    : try field.postings(
                        entry, positions: true, buffer: memory.cursorBuffers().postings),
                isLead: isLead)
            terms.append(PhraseTermCursor(term: term, word: word))
            parts.append(PhraseMatcher.Part(word: word, offset: part.offset))
        }
        let similarity = TermSimilarity(
            weight: weight.weight, isScoring: weight.isScoring, field: weight.similarity,
            index: field)
        return (terms, PhraseMatcher(parts, slop: weight.slop, similarity: similarity))
    }

    /// Nil when nothing in the segment matches.
    func scorer(_ weight: Weight) throws -> Scorer? {
        switch weight {
        case .none: return nil
        case .all(let score):
            let bits = DocumentBits(documentCount: documentCount)
            bits.insertAll()
            return ConstantScorer(bits, score: score)
        case .term(let term): return try cursor(term).map(TermScorer.init)
        case .phrase(let weight):
            guard let (terms, matcher) = try phrase(weight, leads: true) else { return nil }
            return try PhraseScorer(terms, matcher: matcher)
        case .boolean(let bool): return try scorer(bool)
        case .combined(let combined): return try scorer(combined)
        case .best(let clauses, let tieBreaker):
            let scorers = try clauses.compactMap(scorer)
            if scorers.count <= 1 { return scorers.first }
            return DisjunctionMaxScorer(scorers, tieBreaker: tieBreaker)
        case .demoted(let positive, let negative, let factor):
            guard let positive = try scorer(positive) else { return nil }
            guard let negative = try scorer(negative) else { return positive }
            return DemotingScorer(positive, by: negative, factor: factor)
        case .constant(let inner, let score):
            return try scorer(inner).map { ConstantScoreScorer($0, score: score) }
        case .documents(let filter, let score): return try scorer(filter, score)
        case .function(let function): return try scorer(function)
        case .covering(let clauses, let field): return try covering(clauses, field)
        }
    }

    private func scorer(_ bool: BooleanWeight) throws -> Scorer? {
        let must = try bool.must.compactMap(scorer)
        let filter = try bool.filter.compactMap(scorer)
        guard must.count == bool.must.count, filter.count == bool.filter.count else { return nil }
        let should = try bool.should.compactMap(scorer)
        guard bool.minimumShouldMatch <= should.count else { return nil }
        return BooleanScorer(
            must: must, filter: filter, should: should,
            mustNot: try bool.mustNot.compactMap(scorer),
            minimumShouldMatch: bool.minimumShouldMatch, documentCount: documentCount)
    }

    private func scorer(_ combined: CombinedWeight) throws -> Scorer? {
        var cursors: [TermCursor] = []
        var weights: [Float] = []
        for (term, weight) in zip(combined.terms, combined.fieldWeights) {
            guard let cursor = try cursor(term) else { continue }
            cursors.append(cursor)
            weights.append(weight)
        }
        if cursors.isEmpty { return nil }
        return CombinedScorer(cursors, fieldWeights: weights, weight: combined.weight)
    }

    private func scorer(_ filter: DocumentFilter, _ score: Double) throws -> Scorer? {
        let bits: DocumentBits
        switch filter {
        case .terms(let path, let terms):
            bits = try DocumentSets.terms(
                terms, in: field(path), documentCount: documentCount, stop)
        case .prefix(let path, let prefix):
            bits = try DocumentSets.prefix(
                prefix, in: field(path), documentCount: documentCount, stop)
        case .pattern(let path, let automaton):
            bits = try DocumentSets.matches(
                automaton, in: field(path), documentCount: documentCount, stop)
        case .range(let path, let lower, let upper):
            if let column = segment.view.segment.column(path) {
                guard let range = try RangeBounds.resolve(lower, upper, in: column) else {
                    return nil
                }
                return RangeScorer(
                    column, lower: range.lowerBound, upper: range.upperBound,
                    documentCount: documentCount, score: score)
            }
            bits = try DocumentSets.range(
                lower, upper, in: field(path), documentCount: documentCount, stop)
        case .exists(let path):
            guard let presence = try segment.view.segment.presence(path) else { return nil }
            bits = DocumentBits(documentCount: documentCount, copying: presence.words)
        case .ids(let ids):
            bits = DocumentSets.ids(ids, in: segment.view.segment)
        }
        return ConstantScorer(bits, score: score)
    }
}
