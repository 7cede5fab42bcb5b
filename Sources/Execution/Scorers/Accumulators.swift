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
        try forEachBlock(of: term) { documents, range in
            if scoring {
                let blockScores = try term.loadScores()
                for index in range {
                    let offset = Int(documents[index] &- base)
                    bits[offset &>> 6] |= 1 &<< UInt64(offset & 63)
                    scores[offset] += blockScores[index]
                }
            } else {
                for index in range {
                    let offset = Int(documents[index] &- base)
                    bits[offset &>> 6] |= 1 &<< UInt64(offset & 63)
                }
            }
        }
    }

    /// Adds the term's scores in the window, without noting which documents are touched.
    func sum(_ term: TermCursor) throws {
        let base = base
        try forEachBlock(of: term) { documents, range in
            let blockScores = try term.loadScores()
            for index in range { scores[Int(documents[index] &- base)] += blockScores[index] }
        }
    }

    /// Leaves the term's documents out of the window.
    func remove(_ term: TermCursor) throws {
        let base = base
        try forEachBlock(of: term) { documents, range in
            for index in range {
                let offset = Int(documents[index] &- base)
                bits[offset &>> 6] &= ~(1 &<< UInt64(offset & 63))
                scores[offset] = 0
            }
        }
    }

    /// Calls `body` with the documents of every block that reaches into the window, and which of
    /// them do.
    @inline(__always)
    private func forEachBlock(
        of term: TermCursor, _ body: (UnsafePointer<UInt32>, Range<Int>) throws -> Void
    ) throws {
        let last = last
        var document = try term.seek(base)
        while document <= last {
            let end = term.endIndex(through: last)
            try body(term.postings.documents, term.index..<end)
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

    /// Empties the window after `sum`. The accepted documents that can reach `floor` with `rest`
    /// more, which alone is less, become the candidates. Looks at sixteen sums at a time: mostly
    /// none of them is large enough.
    func drainSums(
        into candidates: Candidates, accepting mask: DocumentBits?, reaching floor: Double,
        with rest: Double
    ) {
        precondition(rest < floor, "documents that were not touched would reach it")
        // As exact as the sum of a score and the rest.
        let least = floor - rest
        var kept = 0
        var start = 0
        while start < span {
            let sums = UnsafeRawPointer(scores + start)
            let best = Self.larger(
                Self.larger(Self.four(sums, 0), Self.four(sums, 32)),
                Self.larger(Self.four(sums, 64), Self.four(sums, 96)))
            let two = Self.larger(best.lowHalf, best.highHalf)
            if max(two[0], two[1]) >= least {
                for offset in start..<(start &+ 16) {
                    candidates.documents[kept] = base &+ UInt32(truncatingIfNeeded: offset)
                    candidates.scores[kept] = scores[offset]
                    kept &+= scores[offset] >= least ? 1 : 0
                }
            }
            (scores + start).update(repeating: 0, count: 16)
            start &+= 16
        }
        candidates.count = kept
        if let mask { candidates.keep(in: mask) }
    }

    @inline(__always)
    private static func four(_ sums: UnsafeRawPointer, _ offset: Int) -> SIMD4<Double> {
        sums.loadUnaligned(fromByteOffset: offset, as: SIMD4<Double>.self)
    }

    /// Vectors of eight would be compared one by one.
    @inline(__always)
    private static func larger<Sums: SIMD>(_ left: Sums, _ right: Sums) -> Sums
    where Sums.Scalar == Double {
        left.replacing(with: right, where: right .> left)
    }
}
