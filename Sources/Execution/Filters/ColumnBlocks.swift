// Keeps the block of a column that was read last.

import Segments

/// One column's values, 128 documents at a time.
final class ColumnBlocks {
    let column: Column
    private(set) var values: UnsafeMutablePointer<Int64>
    /// The values of the block's document i are `values[ends[i-1]..<ends[i]]`.
    let ends: UnsafeMutablePointer<UInt32>
    private var capacity = Column.blockSize
    private var block = -1

    init(_ column: Column) {
        self.column = column
        values = .allocate(capacity: capacity)
        ends = .allocate(capacity: Column.blockSize)
    }

    deinit {
        values.deallocate()
        ends.deallocate()
    }

    func load(_ block: Int) throws {
        guard block != self.block else { return }
        let needed = column.valueCount(block: block)
        if needed > capacity {
            values.deallocate()
            values = .allocate(capacity: needed)
            capacity = needed
        }
        self.block = -1
        try column.load(block: block, into: values, ends: ends)
        self.block = block
    }

    /// Where the document's values lie in `values`.
    func range(of document: UInt32) throws -> Range<Int> {
        let block = Int(document) / Column.blockSize
        guard block < column.blockCount else { return 0..<0 }
        try load(block)
        let offset = Int(document) % Column.blockSize
        let start = offset == 0 ? 0 : Int(ends[offset - 1])
        return start..<max(start, Int(ends[offset]))
    }
}
