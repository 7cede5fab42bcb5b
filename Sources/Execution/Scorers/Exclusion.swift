// Terms that must not occur: asked for nothing but the documents that would otherwise be hits.

import Segments

/// Any of some terms. A conjunction, a union or a term drops its candidates that have one, when
/// everything cheaper has been tried on them, so that the lists of excluded terms are only read
/// where candidates are left.
final class Exclusion {
    private let terms: [TermCursor]

    /// - Parameter terms: not scoring.
    init(_ terms: [TermCursor]) { self.terms = terms }

    /// Drops the candidates that have any of the terms. Batches may come in any order.
    func drop(from candidates: Candidates) throws {
        for term in terms where candidates.count > 0 {
            try term.exclude(from: candidates)
        }
    }

    /// Windows must ascend, as in all that follows.
    func drop(from accumulators: Accumulators) throws {
        for term in terms { try accumulators.remove(term) }
    }

    func drop(from window: BitWindow) throws {
        for term in terms { try term.unmark(in: window) }
    }

    /// How many of a list's documents have the one term that is excluded, where that is the shorter
    /// list; nil where it is not, or where there are several.
    func overlap(
        with other: TermCursor, _ candidates: Candidates, _ stop: StopSignal
    ) throws -> Int? {
        guard terms.count == 1, terms[0].documentFrequency < other.documentFrequency else {
            return nil
        }
        var sum = 0
        var target: UInt32 = 0
        while try terms[0].seekBlock(target) {
            try stop.check()
            let postings = terms[0].postings
            candidates.load(postings.documents, 0..<postings.count, accepting: nil)
            try other.intersect(candidates, scoring: false)
            sum += candidates.count
            target = postings.lastDocument + 1
        }
        return sum
    }
}
