// Where the inner loop of a tokenizer puts its tokens: plain memory, so that the growing arrays
// of a batch are touched once per some kilobytes of text.

/// Fixed memory for a few thousand tokens. The tokenizer that allocates it deallocates it; the
/// counters travel by value, so that they live in registers.
struct TokenScratch {
    static let tokenCapacity = 2048
    static let byteCapacity = 32 * 1024

    let terms: UnsafeMutablePointer<UInt8>
    /// Ends of terms, positions and offsets are those they will have in the batch.
    let ends: UnsafeMutablePointer<UInt32>
    let positions: UnsafeMutablePointer<UInt32>
    let startOffsets: UnsafeMutablePointer<UInt32>
    let endOffsets: UnsafeMutablePointer<UInt32>
    private(set) var tokenCount = 0
    private(set) var byteCount = 0
    private var firstEnd: UInt32 = 0
    private var firstPosition: UInt32 = 0

    init() {
        terms = .allocate(capacity: Self.byteCapacity)
        ends = .allocate(capacity: Self.tokenCapacity)
        positions = .allocate(capacity: Self.tokenCapacity)
        startOffsets = .allocate(capacity: Self.tokenCapacity)
        endOffsets = .allocate(capacity: Self.tokenCapacity)
    }

    func deallocate() {
        terms.deallocate()
        ends.deallocate()
        positions.deallocate()
        startOffsets.deallocate()
        endOffsets.deallocate()
    }

    /// Empties the scratch; what follows continues `batch`.
    mutating func restart(after batch: borrowing TokenBatch) {
        tokenCount = 0
        byteCount = 0
        firstEnd = UInt32(batch.termBytes.count)
        firstPosition = batch.positionCount
    }

    /// Whether one more token of the greatest length fits.
    @inline(__always)
    var hasRoom: Bool {
        tokenCount < Self.tokenCapacity
            && byteCount + TextLimits.tokenLengths.upperBound <= Self.byteCapacity
    }

    /// Where the bytes of the next term go.
    @inline(__always)
    var next: UnsafeMutablePointer<UInt8> { terms + byteCount }

    /// Keeps the bytes `start..<end` of the text, already stored at `next`, as a token.
    @inline(__always)
    mutating func keep(_ start: Int, _ end: Int) { keep(start, end, termLength: end &- start) }

    /// Keeps a token whose term, so many bytes, is already stored at `next`.
    @inline(__always)
    mutating func keep(_ start: Int, _ end: Int, termLength: Int) {
        byteCount &+= termLength
        ends[tokenCount] = firstEnd &+ UInt32(truncatingIfNeeded: byteCount)
        positions[tokenCount] = firstPosition &+ UInt32(truncatingIfNeeded: tokenCount)
        startOffsets[tokenCount] = UInt32(truncatingIfNeeded: start)
        endOffsets[tokenCount] = UInt32(truncatingIfNeeded: end)
        tokenCount &+= 1
    }

    /// Takes back all but the first tokens, which take so many bytes.
    mutating func shrink(toTokens tokens: Int, bytes: Int) {
        tokenCount = tokens
        byteCount = bytes
    }
}
