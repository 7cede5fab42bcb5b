// Meeting a list of candidates: what conjunctions and the refinement of unions are made of.

import Segments

extension TermCursor {
    /// Drops the candidates that lack this term; adds the term's score to the others if it scores.
    /// - Parameters:
    ///   - word: what remembers where the term's postings of the others are.
    ///   - counting: whether it is to remember their frequencies, too.
    func intersect(
        _ candidates: Candidates, scoring: Bool, for word: PhraseWord? = nil,
        counting: Bool = false
    ) throws {
        let scoring = scoring && similarity.isScoring
        let documents = candidates.documents
        var kept = 0
        try forEachMatch(candidates, frequencies: scoring || counting, places: word != nil) {
            position, document, place in
            documents[kept] = document
            let slot = candidates.slots[position]
            word?.remember(
                slot: slot, block: postings.block, index: place,
                frequency: counting ? candidates.frequencies[kept] : 0)
            candidates.slots[kept] = slot
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

    /// Drops the candidates that have this term. They may be documents before the cursor's place.
    func exclude(from candidates: Candidates) throws {
        allow(backTo: candidates.documents[0])
        let documents = candidates.documents
        var kept = 0
        var next = 0
        @inline(__always)
        func keep(upTo end: Int) {
            while next < end {
                documents[kept] = documents[next]
                candidates.slots[kept] = candidates.slots[next]
                candidates.scores[kept] = candidates.scores[next]
                kept &+= 1
                next &+= 1
            }
        }
        try forEachMatch(candidates, frequencies: false, places: false) { position, _, _ in
            keep(upTo: position)
            next = position + 1
        }
        if next == 0 { return }
        keep(upTo: candidates.count)
        candidates.count = kept
    }

    /// Adds the term's score to the candidates that have it.
    func add(to candidates: Candidates) throws {
        guard similarity.isScoring else { return }
        var count = 0
        try forEachMatch(candidates, frequencies: true, places: false) { position, document, _ in
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

    /// Calls `body` with every candidate that has the term: its position, its document and, where
    /// `places` are wanted, its place in the block. The n-th call's frequency is in
    /// `candidates.frequencies[n]`.
    @inline(__always)
    private func forEachMatch(
        _ candidates: Candidates, frequencies: Bool, places: Bool,
        _ body: (Int, UInt32, Int) -> Void
    ) throws {
        let count = candidates.count
        let targets = candidates.documents
        var found = 0
        var position = 0
        while position < count {
            guard try settle(on: targets[position]) else { return }
            let last = postings.lastDocument
            if let bits = postings.bits {
                if frequencies { try loadFrequencies() }
                var rank = BitRank(bits)
                while position < count, targets[position] <= last {
                    let target = targets[position]
                    if let place = rank.place(of: target, counting: frequencies || places) {
                        if frequencies {
                            candidates.frequencies[found] = postings.frequencies[place]
                            found &+= 1
                        }
                        body(position, target, place)
                    }
                    position &+= 1
                }
                continue
            }
            try postings.loadDocuments()
            let documents = postings.documents
            var end = position + 1
            while end < count, targets[end] <= last { end &+= 1 }
            let first = documents[index]
            if end &- position >= PlaceTable.worthwhileCount, last &- first < PlaceTable.span {
                // Many to meet: a table of the places is faster than many searches.
                if frequencies { try loadFrequencies() }
                let table = candidates.table
                table.fill(documents, index..<postings.count, first: first)
                while position < end {
                    let target = targets[position]
                    if target >= first, let place = table.place(at: target &- first) {
                        if frequencies {
                            candidates.frequencies[found] = postings.frequencies[place]
                            found &+= 1
                        }
                        body(position, target, place)
                    }
                    position &+= 1
                }
                continue
            }
            var place = index
            while position < end {
                let target = targets[position]
                place = Self.firstIndex(documents, from: place, target)
                if documents[place] == target {
                    if frequencies {
                        try loadFrequencies()
                        candidates.frequencies[found] = postings.frequencies[place]
                        found &+= 1
                    }
                    body(position, target, place)
                }
                position &+= 1
            }
            advance(to: place)
        }
    }
}

/// Finds documents in a block of bits, and their places among its postings. Asked for ascending
/// documents.
private struct BitRank {
    private let bits: BlockBits
    /// Set bits before word `counted`.
    private var before = 0
    private var counted = 0

    init(_ bits: BlockBits) { self.bits = bits }

    /// Nil when the document is not in the block; 0 when places are not counted.
    @inline(__always)
    mutating func place(of document: UInt32, counting: Bool) -> Int? {
        guard document >= bits.first else { return nil }
        let offset = Int(document &- bits.first)
        let index = offset &>> 6
        let word = bits.word(index)
        let bit = UInt64(1) &<< UInt64(offset & 63)
        guard word & bit != 0 else { return nil }
        guard counting else { return 0 }
        while counted < index {
            before &+= bits.word(counted).nonzeroBitCount
            counted &+= 1
        }
        // Of bytes that lie, the place would only be wrong.
        return min(
            before &+ (word & (bit &- 1)).nonzeroBitCount, PostingsCursor.blockSize &- 1)
    }
}
