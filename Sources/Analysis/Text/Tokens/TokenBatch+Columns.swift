// The columns of a batch in place, for filters that go through the tokens one after the other.

extension TokenBatch {
    /// Where the arrays of a batch lie while a closure runs.
    struct Columns {
        let terms: UnsafePointer<UInt8>
        let termEnds: UnsafeMutablePointer<UInt32>
        let positions: UnsafeMutablePointer<UInt32>
        let startOffsets: UnsafeMutablePointer<UInt32>
        let endOffsets: UnsafeMutablePointer<UInt32>
        /// Nil when every token spans one position.
        let positionLengths: UnsafeMutablePointer<UInt32>?

        /// Puts token `from` in the place of token `to`, all but its term.
        @inline(__always)
        func move(_ from: Int, to: Int) {
            positions[to] = positions[from]
            startOffsets[to] = startOffsets[from]
            endOffsets[to] = endOffsets[from]
            if let positionLengths { positionLengths[to] = positionLengths[from] }
        }
    }

    /// Runs `body` on the columns; not for a batch without tokens.
    mutating func withColumns(_ body: (Columns) -> Void) {
        termBytes.withUnsafeBufferPointer { terms in
            termEnds.withUnsafeMutableBufferPointer { ends in
                positions.withUnsafeMutableBufferPointer { positions in
                    startOffsets.withUnsafeMutableBufferPointer { starts in
                        endOffsets.withUnsafeMutableBufferPointer { endOffsets in
                            positionLengths.withUnsafeMutableBufferPointer { lengths in
                                guard let terms = terms.baseAddress, let ends = ends.baseAddress,
                                    let positions = positions.baseAddress,
                                    let starts = starts.baseAddress,
                                    let endOffsets = endOffsets.baseAddress
                                else { return }
                                body(
                                    Columns(
                                        terms: terms, termEnds: ends, positions: positions,
                                        startOffsets: starts, endOffsets: endOffsets,
                                        positionLengths: lengths.isEmpty
                                            ? nil : lengths.baseAddress))
                            }
                        }
                    }
                }
            }
        }
    }
}
