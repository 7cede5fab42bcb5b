// One term: its blocks in order, without those whose impacts say that no posting can win.

import Segments

final class TermBulkScorer: BulkScorer {
    private let term: TermCursor
    private let mask: DocumentBits?
    private let candidates: Candidates

    init(_ term: TermCursor, mask: DocumentBits?, candidates: Candidates) {
        self.term = term
        self.mask = mask
        self.candidates = candidates
    }

    var maximum: Double { term.maximum }

    func score(into collector: HitCollector, _ stop: StopSignal) throws {
        var target: UInt32 = 0
        while true {
            try stop.check()
            if collector.isComplete { return }
            let floor = collector.prunes ? collector.threshold : -.infinity
            if floor > term.maximum { return }
            if floor > -.infinity {
                guard let (last, bound) = term.peek(target) else { return }
                if bound < floor {
                    target = last + 1
                    continue
                }
            }
            guard try term.seekBlock(target) else { return }
            let postings = term.postings
            target = postings.lastDocument + 1
            if term.similarity.isScoring {
                candidates.load(
                    postings.documents, try term.loadScores(), 0..<postings.count,
                    accepting: mask, reaching: floor, with: 0)
            } else {
                candidates.load(postings.documents, 0..<postings.count, accepting: mask)
                candidates.clearScores()
            }
            try collector.collect(candidates)
        }
    }
}
