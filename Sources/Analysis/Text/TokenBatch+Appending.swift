// How tokenizers fill a batch: one token, or a scratch full of them.

extension TokenBatch {
    /// Appends one token at the next position; none when the term is empty.
    mutating func append(_ term: UnsafeBufferPointer<UInt8>, start: Int, end: Int) {
        guard !term.isEmpty else { return }
        termBytes.append(contentsOf: term)
        termEnds.append(UInt32(termBytes.count))
        positions.append(positionCount)
        startOffsets.append(UInt32(start))
        endOffsets.append(UInt32(end))
        positionCount += 1
        count += 1
    }

    /// Appends everything in `scratch` and empties it.
    mutating func append(_ scratch: TokenScratch) {
        let tokens = scratch.tokenCount
        if tokens > 0 {
            termBytes.append(
                contentsOf: UnsafeBufferPointer(start: scratch.terms, count: scratch.byteCount))
            termEnds.append(contentsOf: UnsafeBufferPointer(start: scratch.ends, count: tokens))
            positions.append(
                contentsOf: UnsafeBufferPointer(start: scratch.positions, count: tokens))
            startOffsets.append(
                contentsOf: UnsafeBufferPointer(start: scratch.startOffsets, count: tokens))
            endOffsets.append(
                contentsOf: UnsafeBufferPointer(start: scratch.endOffsets, count: tokens))
            count += tokens
            positionCount += UInt32(tokens)
        }
        scratch.restart(after: self)
    }

    /// Drops all but the first `tokens` tokens, whose terms take `bytes` bytes.
    mutating func truncate(to tokens: Int, termBytes bytes: Int) {
        termBytes.removeSubrange(bytes...)
        termEnds.removeSubrange(tokens...)
        positions.removeSubrange(tokens...)
        startOffsets.removeSubrange(tokens...)
        endOffsets.removeSubrange(tokens...)
        count = tokens
    }
}

/// Fixed memory for a few thousand tokens, so that the inner loop of a tokenizer stores through
/// plain pointers and the growing arrays are touched once per some kilobytes of text.
final class TokenScratch {
    static let tokenCapacity = 2048
    static let byteCapacity = 32 * 1024

    let terms = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCapacity)
    /// Ends of terms, positions and offsets are those they will have in the batch.
    let ends = UnsafeMutablePointer<UInt32>.allocate(capacity: tokenCapacity)
    let positions = UnsafeMutablePointer<UInt32>.allocate(capacity: tokenCapacity)
    let startOffsets = UnsafeMutablePointer<UInt32>.allocate(capacity: tokenCapacity)
    let endOffsets = UnsafeMutablePointer<UInt32>.allocate(capacity: tokenCapacity)
    private(set) var tokenCount = 0
    private(set) var byteCount = 0
    private var firstEnd: UInt32 = 0
    private var firstPosition: UInt32 = 0

    deinit {
        terms.deallocate()
        ends.deallocate()
        positions.deallocate()
        startOffsets.deallocate()
        endOffsets.deallocate()
    }

    /// Empties the scratch; what follows continues `batch`.
    func restart(after batch: TokenBatch) {
        tokenCount = 0
        byteCount = 0
        firstEnd = UInt32(batch.termBytes.count)
        firstPosition = batch.positionCount
    }

    /// Whether one more token of the greatest length fits.
    @inline(__always)
    var hasRoom: Bool {
        tokenCount < Self.tokenCapacity
            && byteCount + Analyzer.maximumTokenLength <= Self.byteCapacity
    }

    /// Where the bytes of the next term go.
    @inline(__always)
    var next: UnsafeMutablePointer<UInt8> { terms + byteCount }

    /// Keeps the bytes `start..<end` of the text, already stored at `next`, as a token.
    @inline(__always)
    func keep(_ start: Int, _ end: Int) {
        byteCount &+= end &- start
        ends[tokenCount] = firstEnd &+ UInt32(truncatingIfNeeded: byteCount)
        positions[tokenCount] = firstPosition &+ UInt32(truncatingIfNeeded: tokenCount)
        startOffsets[tokenCount] = UInt32(truncatingIfNeeded: start)
        endOffsets[tokenCount] = UInt32(truncatingIfNeeded: end)
        tokenCount &+= 1
    }
}
