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

    /// The part of a block of postings that falls into the window.
    func insert(_ block: BlockBits) {
        // Word w of the window holds documents base + 64 w and following: bits from there on of
        // the block, which begins `shift` bits into one of the window's words.
        let distance = Int(base) - Int(block.first)
        for index in 0..<Self.wordCount {
            let start = distance + index * 64
            if start <= -64 { continue }
            let word = start >> 6
            if word >= block.wordCount { return }
            let shift = UInt64(start & 63)
            let low = block.word(word) &>> shift
            let high = shift == 0 ? 0 : block.word(word + 1) &<< (64 &- shift)
            bits[index] |= low | high
        }
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

    /// Calls `body` with the offset of every match.
    @inline(__always)
    func forEachMatch(_ body: (Int) -> Void) {
        SetBits.forEach(bits, Self.wordCount, body)
    }
}
