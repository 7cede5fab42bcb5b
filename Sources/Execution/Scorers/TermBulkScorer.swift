// One term: every block, or, once only the best matter, the blocks with the best bounds first.

import Segments

/// The order of a list's blocks does not matter to a heap. So the threshold is brought up by the
/// blocks that promise most, and all others are then told by their impacts to be of no use.
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
        let postings = term.postings
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

    /// The groups of blocks in the order of their bounds, and so the blocks of each.
    private func scoreBest(
        from first: Int, into collector: HitCollector, _ stop: StopSignal
    ) throws {
        let postings = term.postings
        let size = PostingsCursor.groupSize
        guard postings.groupCount > 0 else {
            return try scoreBest(of: first..<postings.blockCount, collector, stop)
        }
        let groups = first / size..<postings.groupCount
        try BestFirst.visit(groups, { term.similarity.bound(postings.impacts(ofGroup: $0)) }) {
            group, bound in
            guard bound >= collector.threshold else { return false }
            let blocks = max(first, group * size)..<min((group + 1) * size, postings.blockCount)
            try scoreBest(of: blocks, collector, stop)
            return true
        }
    }

    private func scoreBest(
        of blocks: Range<Int>, _ collector: HitCollector, _ stop: StopSignal
    ) throws {
        let postings = term.postings
        try BestFirst.visit(blocks, { term.similarity.bound(postings.impacts(ofBlock: $0)) }) {
            block, bound in
            guard bound >= collector.threshold else { return false }
            try stop.check()
            try score(block, collector)
            return true
        }
    }

    private func score(_ block: Int, _ collector: HitCollector) throws {
        try term.select(block: block)
        let postings = term.postings
        if term.similarity.isScoring {
            candidates.load(
                postings.documents, try term.loadScores(), 0..<postings.count,
                accepting: mask, reaching: collector.prunes ? collector.threshold : -.infinity,
                with: 0)
        } else {
            candidates.load(postings.documents, 0..<postings.count, accepting: mask)
            candidates.clearScores()
        }
        try collector.collect(candidates)
    }
}

/// Visits numbered things in the order of their bounds.
enum BestFirst {
    /// - Parameter body: takes a place and its bound; false ends the visit.
    @inline(__always)
    static func visit(
        _ places: Range<Int>, _ bound: (Int) -> Double, _ body: (Int, Double) throws -> Bool
    ) rethrows {
        try withUnsafeTemporaryAllocation(of: Double.self, capacity: max(places.count, 1)) {
            bounds in
            for index in 0..<places.count { bounds[index] = bound(places.lowerBound + index) }
            for _ in 0..<places.count {
                var best = 0
                for index in 1..<max(places.count, 1) where bounds[index] > bounds[best] {
                    best = index
                }
                let value = bounds[best]
                bounds[best] = -.infinity
                if try !body(places.lowerBound + best, value) { return }
            }
        }
    }
}
