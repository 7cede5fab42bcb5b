// One input of a merge: which of its documents live on, and under which numbers.

/// A segment, and the numbers its documents have in the merged one.
struct MergeSource {
    /// Stands for a document that is left out.
    static let dead = UInt32.max

    let reader: SegmentReader
    /// By old number.
    private(set) var numbers: [UInt32]
    let liveCount: Int

    var isWhole: Bool { liveCount == reader.documentCount }

    init(_ reader: SegmentReader, _ live: LiveDocuments?, first: Int) throws {
        if let live, live.documentCount != reader.documentCount {
            throw SegmentError(
                segment: reader.name, section: "live documents",
                reason: "they describe \(live.documentCount) documents, the segment has "
                    + "\(reader.documentCount)",
                remedy: "pass the live documents of this segment")
        }
        self.reader = reader
        var next = UInt32(first)
        numbers = (0..<UInt32(reader.documentCount)).map { document in
            guard live?.isLive(document) ?? true else { return Self.dead }
            defer { next += 1 }
            return next
        }
        liveCount = Int(next) - first
    }

    mutating func renumber(_ order: DocumentOrder) {
        for document in numbers.indices where numbers[document] != Self.dead {
            numbers[document] = order.number(of: numbers[document])
        }
    }

    /// Calls `body` with the new number and every value of each living document.
    func forEachValue(
        of column: Column, _ body: (_ document: UInt32, _ value: Int64) throws -> Void
    ) throws {
        var values: [Int64] = []
        var ends = [UInt32](repeating: 0, count: Column.blockSize)
        for block in 0..<column.blockCount {
            let count = column.valueCount(block: block)
            if values.count < count + 1 { values = [Int64](repeating: 0, count: count + 1) }
            try values.withUnsafeMutableBufferPointer { values in
                try ends.withUnsafeMutableBufferPointer { ends in
                    guard let values = values.baseAddress, let ends = ends.baseAddress else {
                        return
                    }
                    try column.load(block: block, into: values, ends: ends)
                    var place = 0
                    let first = block * Column.blockSize
                    for index in 0..<column.documentCount(ofBlock: block) {
                        let number = numbers[first + index]
                        while place < Int(ends[index]) {
                            if number != Self.dead { try body(number, values[place]) }
                            place += 1
                        }
                    }
                }
            }
        }
    }
}
