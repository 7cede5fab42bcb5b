// Everything that happens to a match: counted, put into facets, ranked.

import Queries

/// Takes the matches of one segment after the other, in batches of ascending documents, and tells
/// scorers what they may leave out.
final class HitCollector {
    /// Where the hits go: ranked by score with one threshold, or by fields.
    let heap: BestDocuments?
    let sorter: FieldSorter?
    let facets: [any FacetCounter]
    private let minimumScore: Float?
    /// Whether the scorers' scores are looked at.
    let needsScores: Bool
    private let tracksMaximum: Bool
    private let hasPostFilter: Bool
    private var postFilter: DocumentBits?
    /// What windows are gathered in.
    private let scratch: Candidates

    private var total: HitCount
    private var segment = 0
    private(set) var maximumScore: Float?

    init(
        heap: BestDocuments?, sorter: FieldSorter?, facets: [any FacetCounter], query: ShardQuery,
        total: HitCount, scratch: Candidates
    ) {
        self.scratch = scratch
        self.heap = heap
        self.sorter = sorter
        self.facets = facets
        minimumScore = query.minimumScore
        needsScores = query.needsScores
        tracksMaximum = sorter != nil && needsScores
        hasPostFilter = query.postFilter != nil
        self.total = total
        countsSeparately =
            heap != nil && facets.isEmpty && query.minimumScore == nil && query.postFilter == nil
        minimumFloor = query.minimumScore.map { ScoreGrid.floor(of: $0) } ?? -.infinity
        prunes = heap != nil && facets.isEmpty && !total.isCounting
    }

    private let minimumFloor: Double

    /// Whether matches need not all be known any more: only those that reach `threshold`.
    private(set) var prunes: Bool

    /// Whether only the number of matches is wanted.
    var countsOnly: Bool { countsSeparately && heap?.capacity == 0 }

    /// Whether a batch may be handed over as a count and those that reach the threshold.
    let countsSeparately: Bool

    /// Sums below it are of no use as hits.
    var threshold: Double {
        guard let heap else { return minimumFloor }
        return max(heap.threshold, minimumFloor)
    }

    /// Whether nothing that could still be found is of any use.
    var isComplete: Bool { prunes && threshold == .infinity }

    var totalHits: TotalHits? { total.totalHits }

    /// - Parameter postFilter: the documents that may become hits; nil: all.
    func begin(segment: Int, postFilter: DocumentBits?) throws {
        self.segment = segment
        self.postFilter = postFilter
        for facet in facets { try facet.begin(segment: segment) }
        try sorter?.begin(segment: segment)
    }

    func endSegment() throws {
        for facet in facets { try facet.endSegment() }
        try sorter?.endSegment()
    }

    /// A batch with all its matches (or, while pruning, all that matter). Its candidates may be
    /// dropped.
    func collect(_ candidates: Candidates) throws {
        if let minimumScore { keep(candidates, from: minimumScore) }
        if candidates.count == 0 { return }
        for facet in facets { try facet.count(candidates.documents, candidates.count) }
        if let postFilter { candidates.keep(in: postFilter) }
        count(candidates.count)
        if tracksMaximum { trackMaximum(candidates) }
        heap?.offer(candidates, segment: segment)
        try sorter?.offer(candidates)
    }

    /// A batch of `count` matches, of which only those that reach the threshold are given. Only
    /// when `countsSeparately`.
    func collect(best candidates: Candidates, of count: Int) {
        self.count(count)
        heap?.offer(candidates, segment: segment)
    }

    func collect(_ window: Window) throws {
        let floor = countsSeparately ? threshold : -.infinity
        let documents = scratch.documents
        let scores = scratch.scores
        var matched = 0
        var kept = 0
        window.forEachMatch { offset in
            let score = window.scores[offset]
            documents[kept] = window.base &+ UInt32(truncatingIfNeeded: offset)
            scores[kept] = score
            matched &+= 1
            kept &+= score >= floor ? 1 : 0
        }
        scratch.count = kept
        if countsSeparately {
            collect(best: scratch, of: matched)
        } else {
            try collect(scratch)
        }
    }

    /// A window of matches whose scores are not wanted.
    func collect(matches window: BitWindow) throws {
        var kept = 0
        window.forEachMatch { offset in
            scratch.documents[kept] = window.base &+ UInt32(truncatingIfNeeded: offset)
            scratch.scores[kept] = 0
            kept &+= 1
        }
        scratch.count = kept
        try collect(scratch)
    }

    /// Matches of which nothing but their number is wanted.
    func count(_ matches: Int) {
        guard total.isCounting else { return }
        total.add(matches)
        prunes = heap != nil && facets.isEmpty && !total.isCounting
    }

    private func keep(_ candidates: Candidates, from minimum: Float) {
        var kept = 0
        for index in 0..<candidates.count where Float(candidates.scores[index]) >= minimum {
            candidates.documents[kept] = candidates.documents[index]
            candidates.scores[kept] = candidates.scores[index]
            kept += 1
        }
        candidates.count = kept
    }

    private func trackMaximum(_ candidates: Candidates) {
        for index in 0..<candidates.count {
            let score = Float(candidates.scores[index])
            if score > maximumScore ?? -.infinity { maximumScore = score }
        }
    }
}
