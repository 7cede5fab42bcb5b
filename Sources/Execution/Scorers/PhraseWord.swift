// One word of a phrase: its positions, and where the present candidates stand in its list.

import Segments

/// A distinct word. Candidates are postings of one block of the conjunction's leading term, by
/// slot; while they are met with this word, its own postings of them are remembered, so that
/// nothing has to be looked for again when positions are read.
final class PhraseWord {
    /// Equal words have equal numbers.
    let number: Int
    let postings: PostingsCursor
    /// Whether it is the leading term itself, whose block is at hand.
    private let isLead: Bool
    private let placesBySlot: UnsafeMutablePointer<UInt64>
    /// The present block of the leading term, when that is this word but has another cursor.
    private var leadBlock: Int?

    init(_ number: Int, _ postings: PostingsCursor, isLead: Bool) {
        self.number = number
        self.postings = postings
        self.isLead = isLead
        placesBySlot = .allocate(capacity: PostingsCursor.blockSize)
        placesBySlot.initialize(repeating: 0, count: PostingsCursor.blockSize)
    }

    deinit { placesBySlot.deallocate() }

    /// Stands for that many occurrences and all larger numbers.
    private static let endlessFrequency: UInt32 = 0xFFFF
    private static let blockMask: UInt64 = 0xFF_FFFF_FFFF

    /// The document of the lead's posting `slot` is posting `index` of block `block` here, and, if
    /// that is to be asked, has so many occurrences.
    @inline(__always)
    func remember(slot: UInt32, block: Int, index: Int, frequency: UInt32) {
        placesBySlot[Int(slot)] =
            UInt64(min(frequency, Self.endlessFrequency)) &<< 48
            | UInt64(truncatingIfNeeded: block &<< 8 | index)
    }

    /// No fewer occurrences than the document of the lead's posting `slot` has.
    func frequency(atSlot slot: Int) -> UInt32 {
        let frequency = UInt32(truncatingIfNeeded: placesBySlot[slot] &>> 48)
        return frequency == Self.endlessFrequency ? .max : frequency
    }

    /// The leading term is this word, and its postings of this block are the slots now.
    func lead(block: Int) { leadBlock = block }

    /// Valid until the next call.
    func positions(atSlot slot: Int) throws -> UnsafeBufferPointer<UInt32> {
        if isLead { return try postings.positions(at: slot) }
        let place = placesBySlot[slot]
        let block = leadBlock ?? Int(truncatingIfNeeded: place >> 8 & Self.blockMask)
        if postings.block != block { try postings.settle(onBlock: block) }
        return try postings.positions(at: leadBlock == nil ? Int(place & 0xFF) : slot)
    }
}

/// A distinct word of a phrase as a conjunction walks it.
struct PhraseTermCursor {
    let term: TermCursor
    let word: PhraseWord
}
