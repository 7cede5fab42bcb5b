// How tokenizers and filters change a batch.

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
    mutating func append(_ scratch: inout TokenScratch) {
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
        termBytes.removeLast(termBytes.count - bytes)
        termEnds.removeLast(count - tokens)
        positions.removeLast(count - tokens)
        startOffsets.removeLast(count - tokens)
        endOffsets.removeLast(count - tokens)
        count = tokens
    }
}
