// One term: every block, or, once only the best matter, the blocks with the best bounds first.

import Segments

/// The order of a list's blocks does not matter to a heap. So the threshold is brought up by the
/// blocks that promise most, and all others are then told by their impacts to be of no use.
final class TermBulkScorer: BulkScorer {
    private let term: TermCursor
    private let mask: DocumentBits?
    private let exclusion: Exclusion?
    private let candidates: Candidates

    init(
        _ term: TermCursor, mask: DocumentBits?, exclusion: Exclusion?, candidates: Candidates
    ) {
        self.term = term
        self.mask = mask
        self.exclusion = exclusion
        self.candidates = candidates
    }

    var maximum: Double { term.maximum }

    func score(into collector: HitCollector, _ stop: StopSignal) throws {
        let postings = term.postings
        if collector.countsOnly, mask == nil,
            let overlap = try exclusion?.overlap(with: term, candidates, stop)
        {
            return collector.count(term.documentFrequency - overlap)
        }
        var block = 0
        while block < postings.blockCount {
            if collector.prunes, term.similarity.isScoring, postings.blockCount > 1 {
                return try scoreBest(from: block, into: collector, stop)
            }
            try stop.check()
            if collector.isComplete { return }
            try score(block, collector)
            block += 1
        }
    }

    /// The blocks in the order of their bounds, as far as they can hold hits.
    private func scoreBest(
        from first: Int, into collector: HitCollector, _ stop: StopSignal
    ) throws {
        try BestFirst.visit(term, from: first, reaching: { collector.threshold }) { block in
            try stop.check()
            try self.score(block, collector)
        }
    }

    private func score(_ block: Int, _ collector: HitCollector) throws {
        try term.select(block: block)
        let postings = term.postings
        let floor = collector.threshold
        let isOnlyCounted =
            !collector.prunes && collector.countsSeparately && bound(ofBlock: block) < floor
        if term.similarity.isScoring, !isOnlyCounted {
            candidates.load(
                postings.documents, try term.loadScores(), 0..<postings.count,
                accepting: mask, reaching: collector.prunes ? floor : -.infinity, with: 0)
        } else {
            candidates.load(postings.documents, 0..<postings.count, accepting: mask)
            candidates.clearScores()
        }
        try exclusion?.drop(from: candidates)
        if isOnlyCounted {
            collector.count(candidates.count)
        } else {
            try collector.collect(candidates)
        }
    }

    private func bound(ofBlock block: Int) -> Double {
        let postings = term.postings
        return postings.blockCount == 1
            ? term.maximum : term.similarity.bound(postings.impacts(ofBlock: block))
    }
}
