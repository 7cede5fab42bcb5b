// The unit in which scorers that cannot be pruned postings by postings do their work.

/// Matches and scores of 2,048 neighbouring documents. A score is meaningful only where the
/// document's bit is set.
final class Window {
    /// Documents in a window. Accumulators of one window fit the first-level cache.
    static let size = 2_048
    static let wordCount = size / 64
    /// Documents in a wide window, whose sums fit the second-level cache.
    static let wideSize = 8_192

    /// First document; a multiple of `size`.
    var base: UInt32 = 0
    let bits: UnsafeMutablePointer<UInt64>
    let scores: UnsafeMutablePointer<Double>

    init() {
        bits = .allocate(capacity: Self.wordCount)
        bits.initialize(repeating: 0, count: Self.wordCount)
        scores = .allocate(capacity: Self.size)
    }

    deinit {
        bits.deallocate()
        scores.deallocate()
    }

    /// The last document number that falls into the window.
    var last: UInt32 { base + UInt32(Self.size - 1) }

    func start(at base: UInt32) {
        self.base = base
        bits.update(repeating: 0, count: Self.wordCount)
    }

    var isEmpty: Bool {
        for index in 0..<Self.wordCount where bits[index] != 0 { return false }
        return true
    }

    @inline(__always)
    func set(_ document: UInt32, _ score: Double) {
        let offset = Int(document &- base)
        bits[offset >> 6] |= 1 &<< UInt64(offset & 63)
        scores[offset] = score
    }

    /// Keeps what the other set of words, of the same window, holds too.
    func formIntersection(_ words: UnsafePointer<UInt64>) {
        for index in 0..<Self.wordCount { bits[index] &= words[index] }
    }

    func subtract(_ words: UnsafePointer<UInt64>) {
        for index in 0..<Self.wordCount { bits[index] &= ~words[index] }
    }

    /// Calls `body` with the offset of every match.
    @inline(__always)
    func forEachMatch(_ body: (Int) -> Void) {
        SetBits.forEach(bits, Self.wordCount, body)
    }

    /// Adds another window's matches and scores.
    func formUnion(_ other: Window) {
        for index in 0..<Self.wordCount {
            var word = other.bits[index]
            let mine = bits[index]
            bits[index] = mine | word
            while word != 0 {
                let bit = word.trailingZeroBitCount
                let offset = index * 64 + bit
                let score = other.scores[offset]
                scores[offset] = (mine &>> UInt64(bit)) & 1 != 0 ? scores[offset] + score : score
                word &= word &- 1
            }
        }
    }

    /// Adds another window's scores to the documents that match here already; if `requiring` it,
    /// the others are dropped.
    func addScores(_ other: Window, requiring: Bool) {
        for index in 0..<Self.wordCount {
            var word = bits[index] & other.bits[index]
            if requiring { bits[index] = word }
            while word != 0 {
                let offset = index * 64 + word.trailingZeroBitCount
                scores[offset] += other.scores[offset]
                word &= word &- 1
            }
        }
    }
}
