// Where the scores of a union's clauses are summed up, document by document.

import Segments

/// Sums for the `span` documents from `base` on, and a bit for each that was touched. Windows are
/// narrow for lists that touch many documents, whose bounds should be those of few blocks, and
/// wide for lists that touch few, since every window costs something.
final class Accumulators {
    static let narrowSpan = Window.size
    static let wideSpan = Window.wideSize
    /// Lists that together hold fewer than one in so many documents touch few.
    static let sparseness = 2

    private(set) var base: UInt32 = 0
    private(set) var span = narrowSpan
    private let scores: UnsafeMutablePointer<Double>
    private let bits: UnsafeMutablePointer<UInt64>

    init() {
        scores = .allocate(capacity: Self.wideSpan)
        scores.initialize(repeating: 0, count: Self.wideSpan)
        bits = .allocate(capacity: Self.wideSpan / 64)
        bits.initialize(repeating: 0, count: Self.wideSpan / 64)
    }

    deinit {
        scores.deallocate()
        bits.deallocate()
    }

    var last: UInt32 { base + UInt32(span - 1) }

    /// All sums must have been drained.
    func start(at base: UInt32, span: Int) {
        self.base = base
        self.span = span
    }

    /// Adds the term's scores in the window; without `scoring` the documents are touched only.
    func add(_ term: TermCursor, scoring: Bool) throws {
        let base = base
        let last = last
        var document = try term.seek(base)
        while document <= last {
            let blockScores = scoring ? try term.loadScores() : nil
            let documents = term.postings.documents
            let end = term.endIndex(through: last)
            if let blockScores {
                for index in term.index..<end {
                    let offset = Int(documents[index] &- base)
                    bits[offset &>> 6] |= 1 &<< UInt64(offset & 63)
                    scores[offset] += blockScores[index]
                }
            } else {
                for index in term.index..<end {
                    let offset = Int(documents[index] &- base)
                    bits[offset &>> 6] |= 1 &<< UInt64(offset & 63)
                }
            }
            if end < term.postings.count {
                term.advance(to: end)
                return
            }
            document = try term.seek(term.postings.lastDocument + 1)
        }
    }

    /// Leaves the term's documents out of the window.
    func remove(_ term: TermCursor) throws {
        let last = last
        var document = try term.seek(base)
        while document <= last {
            let documents = term.postings.documents
            let end = term.endIndex(through: last)
            for index in term.index..<end {
                let offset = Int(documents[index] &- base)
                bits[offset &>> 6] &= ~(1 &<< UInt64(offset & 63))
                scores[offset] = 0
            }
            if end < term.postings.count { return term.advance(to: end) }
            document = try term.seek(term.postings.lastDocument + 1)
        }
    }

    /// Empties the window. The accepted documents that can reach `floor` with `rest` more become
    /// the candidates.
    /// - Returns: how many accepted documents were touched.
    func drain(
        into candidates: Candidates, accepting mask: DocumentBits?, reaching floor: Double,
        with rest: Double
    ) -> Int {
        var touched = 0
        var kept = 0
        let documents = candidates.documents
        let keptScores = candidates.scores
        /// Takes one touched document over.
        @inline(__always)
        func take(_ offset: Int) {
            let document = base &+ UInt32(truncatingIfNeeded: offset)
            let score = scores[offset]
            scores[offset] = 0
            if let mask, !mask.contains(document) { return }
            touched &+= 1
            documents[kept] = document
            keptScores[kept] = score
            kept &+= score + rest >= floor ? 1 : 0
        }
        for index in 0..<(span / 64) {
            var word = bits[index]
            if word == 0 { continue }
            bits[index] = 0
            while word != 0 {
                take(index &* 64 &+ word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
        candidates.count = kept
        return touched
    }
}
