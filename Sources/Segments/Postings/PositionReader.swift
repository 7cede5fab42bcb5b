// Reads positions of the current block of postings: only the chunks that hold what is asked for.

/// Belongs to one cursor and follows it from block to block.
final class PositionReader {
    /// How many positions the block has, and how many of them are before posting `startIndex`.
    private var total = 0
    private var start = 0
    private var startIndex = 0
    private let differences: UnsafeMutablePointer<UInt32>
    private var output: UnsafeMutablePointer<UInt32>
    private var capacity = 64
    /// Before the chunk `nextChunk`; nil until the first question about a block.
    private var scanner: ByteScanner?
    private var nextChunk = 0
    /// The chunk decoded in `differences`; -1: none.
    private var decodedChunk = -1

    init() {
        differences = .allocate(capacity: ChunkCodec.maximumCount)
        output = .allocate(capacity: capacity)
    }

    deinit {
        differences.deallocate()
        output.deallocate()
    }

    /// The cursor moves to another block.
    func reset() {
        scanner = nil
        decodedChunk = -1
    }

    /// `index` is below the cursor's `count` and its frequencies are loaded.
    func positions(
        at index: Int, of cursor: PostingsCursor
    ) throws -> UnsafeBufferPointer<UInt32> {
        if cursor.totalTermFrequency == 1 {
            output[0] = cursor.entry.singlePosition
            return UnsafeBufferPointer(start: output, count: 1)
        }
        if scanner == nil { try begin(cursor) }
        var next = start(of: index, cursor)
        let last = next + Int(cursor.frequencies[index])
        var written = 0
        var position: UInt64 = 0
        while next < last {
            let chunk = next / ChunkCodec.maximumCount
            if chunk != decodedChunk { try decode(chunk, cursor) }
            let chunkStart = chunk * ChunkCodec.maximumCount
            let stop = min(last, chunkStart + ChunkCodec.maximumCount)
            reserve(written + stop - next, keeping: written)
            for place in (next - chunkStart)..<(stop - chunkStart) {
                position &+= UInt64(differences[place])
                output[written] = UInt32(truncatingIfNeeded: position)
                written &+= 1
            }
            guard position <= UInt64(SegmentLimits.maximumPosition) else {
                throw cursor.field.positionsDamaged("a position is too large")
            }
            next = stop
        }
        return UnsafeBufferPointer(start: output, count: written)
    }

    private func begin(_ cursor: PostingsCursor) throws {
        total = Self.sum(cursor.frequencies, 0..<cursor.count)
        start = 0
        startIndex = 0
        try rewind(cursor)
    }

    private func start(of index: Int, _ cursor: PostingsCursor) -> Int {
        if index < startIndex { (start, startIndex) = (0, 0) }
        start += Self.sum(cursor.frequencies, startIndex..<index)
        startIndex = index
        return start
    }

    @inline(__always)
    private static func sum(_ numbers: UnsafePointer<UInt32>, _ range: Range<Int>) -> Int {
        var sum = 0
        for index in range { sum &+= Int(numbers[index]) }
        return sum
    }

    private func rewind(_ cursor: PostingsCursor) throws {
        let range = try cursor.layout.positions(ofBlock: cursor.block)
        scanner = cursor.field.positionScanner(range)
        nextChunk = 0
    }

    private func reserve(_ needed: Int, keeping count: Int) {
        if needed <= capacity { return }
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: needed * 2)
        larger.update(from: output, count: count)
        output.deallocate()
        output = larger
        capacity = needed * 2
    }

    private func decode(_ chunk: Int, _ cursor: PostingsCursor) throws {
        decodedChunk = -1
        if nextChunk > chunk { try rewind(cursor) }
        guard var scanner else { return }
        let total = total
        while nextChunk <= chunk {
            let left = total - nextChunk * ChunkCodec.maximumCount
            let size = min(ChunkCodec.maximumCount, left)
            let isFine =
                nextChunk == chunk
                ? ChunkCodec.decode(&scanner, count: size, adding: 0, into: differences)
                : ChunkCodec.skip(&scanner, count: size)
            guard isFine else {
                throw cursor.field.positionsDamaged("positions cannot be decoded")
            }
            nextChunk += 1
        }
        decodedChunk = chunk
        self.scanner = scanner
    }
}
