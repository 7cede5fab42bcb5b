// How tokenizers and filters change a batch.

extension TokenBatch {
    /// Appends one token at the next position; none when the term is empty.
    mutating func append(_ term: UnsafeBufferPointer<UInt8>, start: Int, end: Int) {
        guard !term.isEmpty else { return }
        assert(positionLengths.isEmpty, "tokenizers make tokens of one position")
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

    /// Appends a token at a position of its own choosing, which must not be below the last one's.
    /// Terms are cut at `TextLimits.maximumTermBytes`.
    mutating func append(
        _ term: UnsafeBufferPointer<UInt8>, start: UInt32, end: UInt32, position: UInt32,
        spanning positionLength: UInt32 = 1
    ) {
        guard !term.isEmpty else { return }
        let length = TextLimits.cut(term, TextLimits.maximumTermBytes)
        note(positionLength)
        termBytes.append(contentsOf: UnsafeBufferPointer(rebasing: term[..<length]))
        termEnds.append(UInt32(termBytes.count))
        positions.append(position)
        startOffsets.append(start)
        endOffsets.append(end)
        count += 1
        positionCount = max(positionCount, position + 1)
    }

    /// Lengths are kept from the first token on that spans more than one position.
    private mutating func note(_ positionLength: UInt32) {
        if positionLengths.isEmpty {
            if positionLength == 1 { return }
            positionLengths.append(contentsOf: repeatElement(1, count: count))
        }
        positionLengths.append(positionLength)
    }

    /// Appends token `index` of another batch at a position.
    mutating func append(_ index: Int, of other: TokenBatch, position: UInt32) {
        append(index, of: other, position: position, spanning: other.positionLength(index))
    }

    /// Appends token `index` of another batch at a position.
    mutating func append(
        _ index: Int, of other: TokenBatch, position: UInt32, spanning positionLength: UInt32
    ) {
        note(positionLength)
        let start = index == 0 ? 0 : Int(other.termEnds[index - 1])
        termBytes.append(contentsOf: other.termBytes[start..<Int(other.termEnds[index])])
        termEnds.append(UInt32(termBytes.count))
        positions.append(position)
        startOffsets.append(other.startOffsets[index])
        endOffsets.append(other.endOffsets[index])
        count += 1
        positionCount = max(positionCount, position + 1)
    }

    /// The bytes of token `index` for the time of `body`.
    func withTerm<Result>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let start = index == 0 ? 0 : Int(termEnds[index - 1])
        let end = Int(termEnds[index])
        return termBytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[start..<end]))
        }
    }

    /// Replaces the offsets by what they mean in the text before character filters.
    mutating func correctOffsets(_ filtered: FilteredText) {
        for token in 0..<count {
            let start = filtered.inputStart(Int(startOffsets[token]))
            let end = filtered.inputEnd(Int(endOffsets[token]))
            startOffsets[token] = UInt32(start)
            endOffsets[token] = UInt32(max(start, end))
        }
    }

    /// Puts zeros behind the terms, for readers that take more bytes than they look at. Only before
    /// `truncate`.
    mutating func padTerms(by count: Int) {
        termBytes.append(contentsOf: repeatElement(0, count: count))
    }

    /// Drops all but the first `tokens` tokens, whose terms are now these bytes.
    mutating func truncate(to tokens: Int, terms: UnsafeBufferPointer<UInt8>) {
        termBytes.removeAll(keepingCapacity: true)
        termBytes.append(contentsOf: terms)
        termEnds.removeLast(count - tokens)
        positions.removeLast(count - tokens)
        startOffsets.removeLast(count - tokens)
        endOffsets.removeLast(count - tokens)
        if !positionLengths.isEmpty { positionLengths.removeLast(count - tokens) }
        count = tokens
    }
}

extension TokenBatch {
    /// Empties the batch for what a filter makes of another one, token by token.
    mutating func restart(for other: TokenBatch) {
        removeAll()
        isGraph = other.isGraph
    }

    /// Says that spans of tokens lead from position to position.
    mutating func becomeGraph() { isGraph = true }

    /// Makes the text take up at least so many positions.
    mutating func reservePositions(_ count: UInt32) { positionCount = max(positionCount, count) }
}
