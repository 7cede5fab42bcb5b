// Numbers of the postings' format that writing and reading share; see `PostingsWriter`.

enum PostingsFormat {
    /// Blocks whose impacts are also kept together.
    static let groupSize = 32
    /// So many postings of a tail are packed; fewer take less space one by one.
    static let packedTailCount = 8

    /// Groups of a list of so many blocks; 0 when one group would hold all.
    static func groupCount(_ blockCount: Int) -> Int {
        blockCount > groupSize ? (blockCount + groupSize - 1) / groupSize : 0
    }

    /// Whether a list's skip entries keep offsets in 16 bits: it has no groups, whose blocks take
    /// at most 34 KB, and few positions.
    static func isNarrow(blockCount: Int, positionBytes: Int) -> Bool {
        blockCount <= groupSize && positionBytes <= Int(UInt16.max)
    }

    /// Bytes of a skip entry.
    static func skipBytes(_ shape: FieldShape, isNarrow: Bool) -> Int {
        let offset = isNarrow ? 2 : 4
        return 4 + offset + (shape.contains(.positions) ? offset : 0)
            + (shape.contains(.frequencies) ? 8 : 0)
    }
}
