// Where the scores of a union's clauses are summed up, document by document.

import Segments

/// Sums for the `span` documents from `base` on, and which of them were touched. In a narrow window,
/// for lists that touch many, a byte per document says so: it is set without reading it first. In
/// a wide one, for lists that touch few, a bit does: it is the looking at them that takes time.
final class Accumulators {
    private(set) var base: UInt32 = 0
    private let scores: UnsafeMutablePointer<Double>
    private let flags: UnsafeMutablePointer<UInt8>
    private let bits: UnsafeMutablePointer<UInt64>
    private let isWide: Bool
    let span: Int

    /// Documents of a wide window.
    static let wideSpan = 16_384
    /// A list that holds fewer than one in so many documents touches few.
    static let sparseness = 24

    init(isWide: Bool) {
        self.isWide = isWide
        span = isWide ? Self.wideSpan : Window.size
        scores = .allocate(capacity: span)
        scores.initialize(repeating: 0, count: span)
        flags = .allocate(capacity: isWide ? 0 : span)
        flags.initialize(repeating: 0, count: isWide ? 0 : span)
        bits = .allocate(capacity: isWide ? span / 64 : 0)
        bits.initialize(repeating: 0, count: isWide ? span / 64 : 0)
    }

    deinit {
        scores.deallocate()
        flags.deallocate()
        bits.deallocate()
    }

    var last: UInt32 { base + UInt32(span - 1) }

    /// All sums must have been drained.
    func start(at base: UInt32) { self.base = base }

    /// Adds the term's scores in the window; without `scoring` the documents are touched only.
    func add(_ term: TermCursor, scoring: Bool) throws {
        let base = base
        let last = last
        var document = try term.seek(base)
        while document <= last {
            let blockScores = scoring ? try term.loadScores() : nil
            let documents = term.postings.documents
            let end = term.endIndex(through: last)
            if isWide {
                mark(documents, blockScores, term.index..<end)
            } else if let blockScores {
                for index in term.index..<end {
                    let offset = Int(documents[index] &- base)
                    scores[offset] += blockScores[index]
                    flags[offset] = 1
                }
            } else {
                for index in term.index..<end { flags[Int(documents[index] &- base)] = 1 }
            }
            if end < term.postings.count {
                term.advance(to: end)
                return
            }
            document = try term.seek(term.postings.lastDocument + 1)
        }
    }

    private func mark(
        _ documents: UnsafePointer<UInt32>, _ blockScores: UnsafePointer<Double>?,
        _ range: Range<Int>
    ) {
        for index in range {
            let offset = Int(documents[index] &- base)
            bits[offset &>> 6] |= 1 &<< UInt64(offset & 63)
            if let blockScores { scores[offset] += blockScores[index] }
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
        if isWide {
            for index in 0..<(span / 64) {
                var word = bits[index]
                if word == 0 { continue }
                bits[index] = 0
                while word != 0 {
                    take(index &* 64 &+ word.trailingZeroBitCount)
                    word &= word &- 1
                }
            }
        } else {
            for start in stride(from: 0, to: span, by: 8) {
                let raw = UnsafeMutableRawPointer(flags + start)
                var word = raw.load(as: UInt64.self)
                if word == 0 { continue }
                raw.storeBytes(of: 0, as: UInt64.self)
                while word != 0 {
                    take(start &+ word.trailingZeroBitCount &>> 3)
                    word &= word &- 1
                }
            }
        }
        candidates.count = kept
        return touched
    }
}
