// Meeting a list of candidates: what conjunctions and the refinement of unions are made of.

import Segments

extension TermCursor {
    /// Drops the candidates that lack this term; adds the term's score to the others if it scores.
    func intersect(_ candidates: Candidates, scoring: Bool) throws {
        let scoring = scoring && similarity.isScoring
        let documents = candidates.documents
        var kept = 0
        try forEachMatch(candidates, frequencies: scoring) { position, document in
            documents[kept] = document
            candidates.slots[kept] = candidates.slots[position]
            candidates.scores[kept] = candidates.scores[position]
            kept &+= 1
        }
        candidates.count = kept
        guard scoring, kept > 0 else { return }
        similarity.score(
            documents: documents, frequencies: candidates.frequencies, count: kept,
            inverses: candidates.inverses, into: candidates.additions)
        for index in 0..<kept { candidates.scores[index] += candidates.additions[index] }
    }

    /// Adds the term's score to the candidates that have it.
    func add(to candidates: Candidates) throws {
        guard similarity.isScoring else { return }
        var count = 0
        try forEachMatch(candidates, frequencies: true) { position, document in
            candidates.matched[count] = UInt32(truncatingIfNeeded: position)
            candidates.matchedDocuments[count] = document
            count &+= 1
        }
        guard count > 0 else { return }
        similarity.score(
            documents: candidates.matchedDocuments, frequencies: candidates.frequencies,
            count: count, inverses: candidates.inverses, into: candidates.additions)
        for index in 0..<count {
            candidates.scores[Int(candidates.matched[index])] += candidates.additions[index]
        }
    }

    /// Calls `body` with the place of every candidate that has the term. The n-th call's frequency
    /// is in `candidates.frequencies[n]`.
    @inline(__always)
    private func forEachMatch(
        _ candidates: Candidates, frequencies: Bool, _ body: (Int, UInt32) -> Void
    ) throws {
        let targets = candidates.documents
        let found = candidates.frequencies
        let documents = postings.documents
        var foundCount = 0
        var position = 0
        var place = index
        var blockCount = postings.count
        var last = blockCount > 0 ? postings.lastDocument : 0
        var isExhausted = blockCount == 0
        while position < candidates.count {
            let target = targets[position]
            if isExhausted || target > last {
                guard try seekBlock(target) else { break }
                isExhausted = false
                place = 0
                blockCount = postings.count
                last = postings.lastDocument
            }
            place = Self.firstIndex(documents, from: place, count: blockCount, target)
            if documents[place] == target {
                if frequencies {
                    try loadFrequencies()
                    found[foundCount] = postings.frequencies[place]
                    foundCount &+= 1
                }
                body(position, target)
            }
            position &+= 1
        }
        advance(to: place)
    }
}
