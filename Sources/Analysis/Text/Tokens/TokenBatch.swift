// What an analyzer made of one text: terms, positions and offsets in flat arrays, so that a
// whole text crosses the module boundary in one call and the arrays are reused for the next.

/// The tokens of one text. All arrays but `termBytes` and `positionLengths` have `count` entries.
public struct TokenBatch: Sendable {
    /// Number of tokens.
    public internal(set) var count = 0
    /// The bytes of all terms, one after the other.
    public internal(set) var termBytes: [UInt8] = []
    /// Where each term ends in `termBytes`; it starts where the one before ends.
    public internal(set) var termEnds: [UInt32] = []
    /// Position of each token, counted from 0, ascending. Removed stop words leave gaps.
    public internal(set) var positions: [UInt32] = []
    /// First byte of each token in the UTF-8 input.
    public internal(set) var startOffsets: [UInt32] = []
    /// One past the last byte of each token in the UTF-8 input.
    public internal(set) var endOffsets: [UInt32] = []
    /// How many positions each token spans; empty when every token spans one.
    public internal(set) var positionLengths: [UInt32] = []
    /// Whether tokens are the edges of a graph: one at position p that spans n leads to position
    /// p + n, and positions between are those of other ways. Otherwise spans are for people.
    public internal(set) var isGraph = false
    /// Positions the text takes up, removed words at its end included. The next value of the
    /// same field starts at this position plus the field's gap.
    public internal(set) var positionCount: UInt32 = 0

    public init() {}

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        count = 0
        positionCount = 0
        isGraph = false
        positionLengths.removeAll(keepingCapacity: true)
        termBytes.removeAll(keepingCapacity: true)
        termEnds.removeAll(keepingCapacity: true)
        positions.removeAll(keepingCapacity: true)
        startOffsets.removeAll(keepingCapacity: true)
        endOffsets.removeAll(keepingCapacity: true)
    }

    /// The bytes of the term of token `index`, which must be below `count`.
    public func term(_ index: Int) -> ArraySlice<UInt8> {
        let start = index == 0 ? 0 : Int(termEnds[index - 1])
        return termBytes[start..<Int(termEnds[index])]
    }

    /// How many positions token `index` spans.
    public func positionLength(_ index: Int) -> UInt32 {
        positionLengths.isEmpty ? 1 : positionLengths[index]
    }
}
