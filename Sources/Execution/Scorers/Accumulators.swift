// Where the scores of a union's clauses are summed up, document by document.

import Segments

/// Sums for the 2,048 documents from `base` on, and which of them were touched. A byte per document
/// is set without reading it first, unlike a bit.
final class Accumulators {
    private(set) var base: UInt32 = 0
    private let scores: UnsafeMutablePointer<Double>
    private let flags: UnsafeMutablePointer<UInt8>

    init() {
        scores = .allocate(capacity: Window.size)
        scores.initialize(repeating: 0, count: Window.size)
        flags = .allocate(capacity: Window.size)
        flags.initialize(repeating: 0, count: Window.size)
    }

    deinit {
        scores.deallocate()
        flags.deallocate()
    }

    var last: UInt32 { base + UInt32(Window.size - 1) }

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
            if let blockScores {
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
        for start in stride(from: 0, to: Window.size, by: 8) {
            let raw = UnsafeMutableRawPointer(flags + start)
            var word = raw.load(as: UInt64.self)
            if word == 0 { continue }
            raw.storeBytes(of: 0, as: UInt64.self)
            while word != 0 {
                let offset = start &+ word.trailingZeroBitCount &>> 3
                word &= word &- 1
                let document = base &+ UInt32(truncatingIfNeeded: offset)
                let score = scores[offset]
                scores[offset] = 0
                if let mask, !mask.contains(document) { continue }
                touched &+= 1
                documents[kept] = document
                keptScores[kept] = score
                kept &+= score + rest >= floor ? 1 : 0
            }
        }
        candidates.count = kept
        return touched
    }
}
