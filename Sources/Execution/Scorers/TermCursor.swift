// One term in one segment, as scorers walk it: block by block, with bounds ahead of decoding.

import Segments

/// A postings cursor together with its score. Moves forward only, but for `select`.
final class TermCursor {
    static let end = PostingsCursor.end
    /// Blocks looked at for the bound of a range of documents; beyond, the whole list's bound
    /// serves.
    static let peekedBlockLimit = 8

    let postings: PostingsCursor
    let documentFrequency: Int
    /// The part of the list that one posting is.
    let rarity: Double
    let similarity: TermSimilarity
    /// No posting of the list scores more.
    let maximum: Double
    /// The last document of a list of one block.
    private let onlyBlockEnd: UInt32?
    /// Place in the current block of the first posting not yet passed.
    private(set) var index = 0
    private var hasFrequencies = false
    private var hasScores = false
    private let buffers: CursorBuffers

    private var boundFrom: UInt32 = 1
    private var boundTo: UInt32 = 0
    /// What `bound(from:through:)` answered last.
    private(set) var lastBound = 0.0

    /// - Parameter buffers: this cursor's alone while it is used.
    init(
        _ field: FieldIndex, _ entry: TermEntry, similarity: TermSimilarity,
        buffers: CursorBuffers, positions: Bool = false
    ) throws {
        self.similarity = similarity
        self.buffers = buffers
        documentFrequency = entry.documentFrequency
        rarity = 1 / Double(max(1, documentFrequency))
        postings = try field.postings(entry, positions: positions, buffer: buffers.postings)
        if documentFrequency > PostingsCursor.blockSize {
            onlyBlockEnd = nil
            maximum = similarity.bound(postings.impacts)
        } else {
            // One block: its exact maximum costs less than reading impacts.
            _ = try postings.seekBlock(0)
            onlyBlockEnd = postings.lastDocument
            maximum = try Self.maximum(postings, similarity)
        }
    }

    /// The best score of the current block's postings.
    private static func maximum(
        _ postings: PostingsCursor, _ similarity: TermSimilarity
    ) throws -> Double {
        guard similarity.isScoring else { return 0 }
        try postings.loadFrequencies()
        var best = 0.0
        for index in 0..<postings.count {
            let frequency = Float(postings.frequencies[index])
            best = max(
                best,
                similarity.score(frequency: frequency, document: postings.documents[index]))
        }
        return best
    }

    /// The current posting's document after `seek`.
    var document: UInt32 { postings.documents[index] }

    /// Moves to the first posting at or after `target` and returns its document, or `end`.
    func seek(_ target: UInt32) throws -> UInt32 {
        guard try seekBlock(target) else { return Self.end }
        let documents = postings.documents
        index = Self.firstIndex(documents, from: index, target)
        return documents[index]
    }

    /// Remembers how far the current block was walked.
    func advance(to index: Int) { self.index = index }

    /// A document at or after `target` before which the term does not occur, or `end`; decodes
    /// nothing that has not been.
    func skip(to target: UInt32) throws -> UInt32 {
        guard try settle(on: target) else { return Self.end }
        if postings.isDecoded { return try seek(target) }
        guard let bits = postings.bits else { return max(target, postings.blockStart) }
        let start = max(target, bits.first)
        var place = Int(start &- bits.first)
        var word = bits.word(place >> 6) & (UInt64.max << UInt64(place & 63))
        while word == 0, bits.first &+ UInt32(place | 63) < postings.lastDocument {
            place = (place | 63) + 1
            word = bits.word(place >> 6)
        }
        return word == 0
            ? postings.lastDocument
            : bits.first &+ UInt32((place & ~63) &+ word.trailingZeroBitCount)
    }

    /// Makes the block that holds `target` (or the first posting after it) current, and decodes it.
    func seekBlock(_ target: UInt32) throws -> Bool {
        guard try settle(on: target) else { return false }
        try postings.loadDocuments()
        return true
    }

    /// As `seekBlock`, but decodes nothing.
    @inline(__always)
    func settle(on target: UInt32) throws -> Bool {
        if postings.count > 0, postings.lastDocument >= target { return true }
        hasFrequencies = false
        hasScores = false
        index = 0
        return try postings.settle(on: target)
    }

    /// Goes back if need be, so that the next `settle` may be on a document as early as this.
    func allow(backTo target: UInt32) {
        if postings.count > 0, postings.blockStart <= target {
            if index > 0, postings.documents[index] > target { index = 0 }
        } else if postings.block >= 0 {
            postings.rewind()
            index = 0
        }
    }

    /// Makes any block current, before or after the present one.
    func select(block: Int) throws {
        hasFrequencies = false
        hasScores = false
        index = 0
        try postings.select(block: block)
    }

    /// Index of the first document at or after `target`, which the block is known to hold.
    @inline(__always)
    static func firstIndex(
        _ documents: UnsafePointer<UInt32>, from start: Int, _ target: UInt32
    ) -> Int {
        // Behind the last document there are eight that no target exceeds.
        var index = start
        while documents[index &+ 7] < target { index &+= 8 }
        index &+= documents[index &+ 3] < target ? 4 : 0
        index &+= documents[index &+ 1] < target ? 2 : 0
        return index &+ (documents[index] < target ? 1 : 0)
    }

    /// One past the index of the current block's last document at or before `last`.
    func endIndex(through last: UInt32) -> Int {
        if postings.lastDocument <= last { return postings.count }
        return Self.firstIndex(
            postings.documents, from: index, last + 1)
    }

    /// The end of the block that would hold `target`, and a bound of the scores in it; nil when the
    /// list ends before.
    func peek(_ target: UInt32) -> (lastDocument: UInt32, bound: Double)? {
        if let onlyBlockEnd { return target <= onlyBlockEnd ? (onlyBlockEnd, maximum) : nil }
        guard let (last, impacts) = postings.peekBlock(target) else { return nil }
        return (last, similarity.bound(impacts))
    }

    /// What the postings of the block that would hold `target` can score at most under another
    /// similarity, a phrase's. Nil when the list ends before.
    func bound(at target: UInt32, with other: TermSimilarity) throws -> Double? {
        if let onlyBlockEnd {
            return target <= onlyBlockEnd ? try Self.maximum(postings, other) : nil
        }
        return postings.peekBlock(target).map { other.bound($0.impacts) }
    }

    /// What any posting can score at most under another similarity. Before the first `seek` only.
    func maximum(with other: TermSimilarity) throws -> Double {
        onlyBlockEnd == nil
            ? other.bound(postings.impacts) : try Self.maximum(postings, other)
    }

    /// A bound of the scores of documents in `first...last`.
    func bound(from first: UInt32, through last: UInt32) -> Double {
        if first >= boundFrom, last <= boundTo { return lastBound }
        var target = first
        var best = 0.0
        var reached = last
        for _ in 0..<Self.peekedBlockLimit {
            guard let (end, bound) = peek(target) else {
                reached = .max
                break
            }
            best = max(best, bound)
            if end >= last {
                reached = target == first ? end : last
                break
            }
            target = end + 1
            if best == maximum { break }
            reached = 0
        }
        if reached == 0 { best = maximum }
        boundFrom = first
        boundTo = max(reached, last)
        lastBound = best
        return best
    }

    func loadFrequencies() throws {
        guard !hasFrequencies else { return }
        try postings.loadFrequencies()
        hasFrequencies = true
    }

    /// Scores of the whole current block.
    func loadScores() throws -> UnsafePointer<Double> {
        if !hasScores {
            try loadFrequencies()
            similarity.score(
                documents: postings.documents, frequencies: postings.frequencies,
                count: postings.count, inverses: buffers.inverses, into: buffers.scores)
            hasScores = true
        }
        return UnsafePointer(buffers.scores)
    }
}
