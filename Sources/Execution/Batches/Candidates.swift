// Documents that may still become hits: the unit in which conjunctions, refinements of unions and
// collectors work.

import Segments

/// Ascending documents of one segment with the scores they have so far, in flat memory.
final class Candidates {
    let documents: UnsafeMutablePointer<UInt32>
    let scores: UnsafeMutablePointer<Double>
    /// Index of each document in the block it came from.
    let slots: UnsafeMutablePointer<UInt32>
    /// Scratch for the term that is met.
    let frequencies: UnsafeMutablePointer<UInt32>
    let inverses: UnsafeMutablePointer<Float>
    let additions: UnsafeMutablePointer<Double>
    let matched: UnsafeMutablePointer<UInt32>
    let matchedDocuments: UnsafeMutablePointer<UInt32>
    let table = PlaceTable()
    var count = 0

    /// - Parameter capacity: most documents at a time: a window's or a block's.
    init(capacity: Int = Window.size) {
        // Scoring works on whole vectors of 8.
        let padded = capacity + 8
        documents = .allocate(capacity: padded)
        slots = .allocate(capacity: padded)
        frequencies = .allocate(capacity: padded)
        matched = .allocate(capacity: padded)
        matchedDocuments = .allocate(capacity: padded)
        scores = .allocate(capacity: padded)
        additions = .allocate(capacity: padded)
        inverses = .allocate(capacity: padded)
    }

    deinit {
        documents.deallocate()
        slots.deallocate()
        frequencies.deallocate()
        matched.deallocate()
        matchedDocuments.deallocate()
        scores.deallocate()
        additions.deallocate()
        inverses.deallocate()
    }

    /// Takes over the accepted ones of a block's postings `range`, without scores.
    func load(
        _ documents: UnsafePointer<UInt32>, _ range: Range<Int>, accepting mask: DocumentBits?
    ) {
        var kept = 0
        if let mask {
            let words = mask.words
            for index in range {
                let document = documents[index]
                self.documents[kept] = document
                slots[kept] = UInt32(truncatingIfNeeded: index)
                kept &+= Int((words[Int(document >> 6)] &>> UInt64(document & 63)) & 1)
            }
        } else {
            for index in range {
                self.documents[kept] = documents[index]
                slots[kept] = UInt32(truncatingIfNeeded: index)
                kept &+= 1
            }
        }
        count = kept
    }

    /// Sets the scores of candidates that came from a block whose postings score `blockScores`.
    func takeScores(_ blockScores: UnsafePointer<Double>) {
        for index in 0..<count { scores[index] = blockScores[Int(slots[index])] }
    }

    /// Adds to the scores what the postings they came from score.
    func addScores(_ blockScores: UnsafePointer<Double>) {
        for index in 0..<count { scores[index] += blockScores[Int(slots[index])] }
    }

    func clearScores() { scores.update(repeating: 0, count: count) }

    /// Drops documents that cannot reach `floor` with `rest` more. The sum is exact.
    func keep(reaching floor: Double, with rest: Double) {
        var kept = 0
        for index in 0..<count {
            let score = scores[index]
            documents[kept] = documents[index]
            slots[kept] = slots[index]
            scores[kept] = score
            kept &+= score + rest >= floor ? 1 : 0
        }
        count = kept
    }

    /// Replaces the candidates by those of a block's postings `range` that are accepted and can
    /// reach `floor` with `rest` more.
    func load(
        _ documents: UnsafePointer<UInt32>, _ blockScores: UnsafePointer<Double>,
        _ range: Range<Int>, accepting mask: DocumentBits?, reaching floor: Double,
        with rest: Double
    ) {
        var kept = 0
        for index in range {
            let score = blockScores[index]
            self.documents[kept] = documents[index]
            scores[kept] = score
            kept &+= score + rest >= floor ? 1 : 0
        }
        count = kept
        if let mask, kept > 0 { keep(in: mask) }
    }

    /// Drops documents that are not in the set.
    func keep(in mask: DocumentBits) {
        let words = mask.words
        var kept = 0
        for index in 0..<count {
            let document = documents[index]
            documents[kept] = document
            slots[kept] = slots[index]
            scores[kept] = scores[index]
            kept &+= Int((words[Int(document >> 6)] &>> UInt64(document & 63)) & 1)
        }
        count = kept
    }
}
