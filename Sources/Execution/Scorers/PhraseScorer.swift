// The matches of a phrase, window by window: documents with all terms first, positions second.

import Segments

final class PhraseScorer: Scorer {
    /// One per distinct term, not scoring, the rarest first.
    private let terms: [PhraseTermCursor]
    private let matcher: PhraseMatcher
    private let candidates = Candidates(capacity: PostingsCursor.blockSize)

    /// - Parameter terms: not empty.
    init(_ terms: [PhraseTermCursor], matcher: PhraseMatcher) throws {
        self.terms = terms
        self.matcher = matcher
        let lead = terms[0].term
        super.init(maximum: try matcher.bound(lead), cost: lead.documentFrequency)
    }

    override func next(_ target: UInt32) throws -> UInt32 {
        var result = target
        for term in terms {
            result = try term.term.seek(result)
            if result == TermCursor.end { break }
        }
        return result
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        let lead = terms[0].term
        var target = window.base
        while target <= window.last, try lead.seek(target) <= window.last {
            let end = lead.endIndex(through: window.last)
            terms[0].word.lead(block: lead.postings.block)
            target = lead.postings.lastDocument + 1
            candidates.load(lead.postings.documents, lead.index..<end, accepting: nil)
            lead.advance(to: min(end, lead.postings.count - 1))
            if let within { keep(within, window.base) }
            for term in terms.dropFirst() where candidates.count > 0 {
                try term.term.intersect(candidates, scoring: false, for: term.word)
            }
            for index in 0..<candidates.count {
                let document = candidates.documents[index]
                let slot = candidates.slots[index]
                if let score = try matcher.score(document, slot: slot) {
                    window.set(document, score)
                }
            }
            if end < lead.postings.count { return }
        }
    }

    /// How often the phrase occurs in a document not before those met so far; nil: not at all.
    func frequency(in document: UInt32) throws -> Float? {
        let lead = terms[0].term
        guard try lead.seek(document) == document else { return nil }
        terms[0].word.lead(block: lead.postings.block)
        candidates.load(
            lead.postings.documents, lead.index..<lead.index + 1, accepting: nil)
        for term in terms.dropFirst() where candidates.count > 0 {
            try term.term.intersect(candidates, scoring: false, for: term.word)
        }
        guard candidates.count == 1 else { return nil }
        return try matcher.frequency(slot: Int(candidates.slots[0]))
    }

    private func keep(_ words: UnsafePointer<UInt64>, _ base: UInt32) {
        var kept = 0
        for index in 0..<candidates.count {
            let document = candidates.documents[index]
            let offset = Int(document &- base)
            candidates.documents[kept] = document
            candidates.slots[kept] = candidates.slots[index]
            kept &+= Int((words[offset >> 6] &>> UInt64(offset & 63)) & 1)
        }
        candidates.count = kept
    }
}
