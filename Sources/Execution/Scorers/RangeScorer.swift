// Documents with a value between two bounds, from the field's column.

import Segments

/// Reads only the blocks whose smallest and largest values say they can hold a match.
final class RangeScorer: Scorer {
    private let column: Column
    private let reader: ColumnBlocks
    private let lower: Int64
    private let upper: Int64
    private let documentCount: Int
    private let score: Double

    /// - Parameters:
    ///   - lower: in the column's own integers, inclusive; as is `upper`.
    init(
        _ column: Column, lower: Int64, upper: Int64, documentCount: Int, score: Double
    ) {
        self.column = column
        reader = ColumnBlocks(column)
        self.lower = lower
        self.upper = upper
        self.documentCount = documentCount
        self.score = score
        super.init(maximum: score, cost: documentCount / 2)
    }

    private func canMatch(_ block: Int) -> Bool {
        column.valueCount(block: block) > 0
            && column.blockMaximum(block) >= lower && column.blockMinimum(block) <= upper
    }

    override func next(_ target: UInt32) throws -> UInt32 {
        var block = Int(target) / Column.blockSize
        let first = block
        while block < column.blockCount, !canMatch(block) { block += 1 }
        guard block < column.blockCount else { return TermCursor.end }
        return block == first ? target : UInt32(block * Column.blockSize)
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        window.scores.update(repeating: score, count: Window.size)
        let first = Int(window.base) / Column.blockSize
        let wordsPerBlock = Column.blockSize / 64
        for index in 0..<Window.size / Column.blockSize {
            let block = first + index
            guard block < column.blockCount else { return }
            let word = index * wordsPerBlock
            if let within, within[word] | within[word + 1] == 0 { continue }
            guard canMatch(block) else { continue }
            try fill(window.bits + word, block)
        }
    }

    private func fill(_ bits: UnsafeMutablePointer<UInt64>, _ block: Int) throws {
        let count = min(Column.blockSize, documentCount - block * Column.blockSize)
        let isFull = !column.isMultiValued && column.valueCount(block: block) == count
        if isFull, column.blockMinimum(block) >= lower, column.blockMaximum(block) <= upper {
            for offset in 0..<count { bits[offset >> 6] |= 1 &<< UInt64(offset & 63) }
            return
        }
        try reader.load(block)
        let values = reader.values
        if isFull {
            for offset in 0..<count {
                let value = values[offset]
                let isIn: UInt64 = value >= lower && value <= upper ? 1 : 0
                bits[offset >> 6] |= isIn &<< UInt64(offset & 63)
            }
            return
        }
        var start = 0
        for offset in 0..<count {
            let end = Int(reader.ends[offset])
            for index in start..<max(start, end) where values[index] >= lower {
                if values[index] <= upper { bits[offset >> 6] |= 1 &<< UInt64(offset & 63) }
            }
            start = end
        }
    }
}
