// A wide window of matches without scores.

import Segments

/// One bit for each document of a wide window.
final class BitWindow {
    static let span = Window.wideSize
    static let wordCount = span / 64

    /// First document; a multiple of `span`.
    private(set) var base: UInt32 = 0
    let bits: UnsafeMutablePointer<UInt64>

    init() {
        bits = .allocate(capacity: Self.wordCount)
        bits.initialize(repeating: 0, count: Self.wordCount)
    }

    deinit { bits.deallocate() }

    /// The last document number that falls into the window.
    var last: UInt32 { base + UInt32(Self.span - 1) }

    /// Empties it and moves it to where `document` falls into it.
    func start(around document: UInt32) {
        base = document & ~UInt32(Self.span - 1)
        bits.update(repeating: 0, count: Self.wordCount)
    }

    @inline(__always)
    func insert(_ document: UInt32) {
        let offset = Int(document &- base)
        bits[offset >> 6] |= 1 &<< UInt64(offset & 63)
    }

    @inline(__always)
    func remove(_ document: UInt32) {
        let offset = Int(document &- base)
        bits[offset >> 6] &= ~(1 &<< UInt64(offset & 63))
    }

    func remove(_ block: BlockBits) {
        forEachWord(of: block) { index, word in bits[index] &= ~word }
    }

    /// The part of a block of postings that falls into the window.
    func insert(_ block: BlockBits) {
        forEachWord(of: block) { index, word in bits[index] |= word }
    }

    /// How many documents of a block are in the window.
    func count(in block: BlockBits) -> Int {
        var sum = 0
        forEachWord(of: block) { index, word in sum &+= (bits[index] & word).nonzeroBitCount }
        return sum
    }

    /// Calls `body` with every word of the window that a block reaches into, and the block's bits
    /// there.
    @inline(__always)
    private func forEachWord(of block: BlockBits, _ body: (Int, UInt64) -> Void) {
        // Word w of the window holds documents base + 64 w and following: bits from there on of
        // the block, which begins `shift` bits into one of the window's words.
        let distance = Int(base) - Int(block.first)
        let shift = UInt64(distance & 63)
        for index in min(max(0, -distance >> 6), Self.wordCount)..<Self.wordCount {
            let word = (distance + index * 64) >> 6
            if word >= block.wordCount { return }
            let low = block.word(word) &>> shift
            let high = shift == 0 ? 0 : block.word(word + 1) &<< (64 &- shift)
            body(index, low | high)
        }
    }

    /// The first document of the window at or after `document`; nil: there is none.
    func next(_ document: UInt32) -> UInt32? {
        guard document <= last else { return nil }
        var index = Int(document &- base) >> 6
        var word = bits[index] & (UInt64.max << UInt64(document & 63))
        while word == 0 {
            index += 1
            if index == Self.wordCount { return nil }
            word = bits[index]
        }
        return base &+ UInt32(index * 64 + word.trailingZeroBitCount)
    }

    var count: Int {
        var sum = 0
        for index in 0..<Self.wordCount { sum &+= bits[index].nonzeroBitCount }
        return sum
    }

    /// Keeps what the mask holds too.
    func formIntersection(_ mask: DocumentBits) {
        let first = Int(base / 64)
        for index in 0..<Self.wordCount {
            bits[index] &= first + index < mask.wordCount ? mask.words[first + index] : 0
        }
    }

    /// The matches from one document to another as candidates without scores.
    func load(_ candidates: Candidates, from first: UInt32, through last: UInt32) {
        var count = 0
        var index = Int(first &- base) >> 6
        let end = Int(last &- base) >> 6
        var word = bits[index] & (UInt64.max << UInt64(first & 63))
        while true {
            if index == end { word &= UInt64.max >> UInt64(63 - Int(last & 63)) }
            while word != 0 {
                let offset = index &* 64 &+ word.trailingZeroBitCount
                candidates.documents[count] = base &+ UInt32(truncatingIfNeeded: offset)
                count &+= 1
                word &= word &- 1
            }
            if index == end { break }
            index += 1
            word = bits[index]
        }
        candidates.count = count
    }

    /// Calls `body` with the offset of every match.
    @inline(__always)
    func forEachMatch(_ body: (Int) -> Void) {
        SetBits.forEach(bits, Self.wordCount, body)
    }
}
