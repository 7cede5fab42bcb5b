// Reads positions of the current block of postings: only the chunks that hold what is asked for.

/// State of the positions of one cursor's current block.
struct PositionReader {
    /// Positions before each posting of the block; empty until the first question.
    var starts: [Int] = []
    /// Before the chunk `nextChunk`.
    var scanner: ByteScanner?
    var nextChunk = 0
    /// The chunk decoded in `differences`; -1: none.
    var decodedChunk = -1
    let differences = NumberScratch(capacity: ChunkCodec.maximumCount)
    var output: PositionBuffer = PositionBuffer(capacity: 64)

    mutating func reset() {
        starts.removeAll(keepingCapacity: true)
        scanner = nil
        nextChunk = 0
        decodedChunk = -1
    }
}

/// Memory that grows when a posting has more positions than any before.
final class PositionBuffer {
    private(set) var numbers: UnsafeMutablePointer<UInt32>
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        numbers = .allocate(capacity: capacity)
    }

    deinit { numbers.deallocate() }

    /// Keeps the first `count` numbers.
    func reserve(_ needed: Int, keeping count: Int) {
        if needed <= capacity { return }
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: needed * 2)
        larger.update(from: numbers, count: count)
        numbers.deallocate()
        numbers = larger
        capacity = needed * 2
    }
}

extension PostingsCursor {
    /// `index` is below `count` and the frequencies are loaded.
    func readPositions(at index: Int) throws -> UnsafeBufferPointer<UInt32> {
        guard var reader = positionReader else { return UnsafeBufferPointer(start: nil, count: 0) }
        positionReader = nil
        defer { positionReader = reader }
        if totalTermFrequency == 1 {
            reader.output.numbers[0] = entry.singlePosition
            return UnsafeBufferPointer(start: reader.output.numbers, count: 1)
        }
        if reader.starts.isEmpty { sumFrequencies(&reader.starts) }
        let first = reader.starts[index]
        let last = reader.starts[index + 1]
        var written = 0
        var position: UInt64 = 0
        var next = first
        while next < last {
            let chunk = next / ChunkCodec.maximumCount
            try decodeChunk(chunk, &reader)
            let chunkStart = chunk * ChunkCodec.maximumCount
            let stop = min(last, chunkStart + ChunkCodec.maximumCount)
            reader.output.reserve(written + stop - next, keeping: written)
            let output = reader.output.numbers
            for place in (next - chunkStart)..<(stop - chunkStart) {
                position += UInt64(reader.differences.numbers[place])
                output[written] = UInt32(truncatingIfNeeded: position)
                written += 1
            }
            guard position <= UInt64(SegmentLimits.maximumPosition) else {
                throw field.positionsDamaged("a position is too large")
            }
            next = stop
        }
        return UnsafeBufferPointer(start: reader.output.numbers, count: written)
    }

    private func sumFrequencies(_ starts: inout [Int]) {
        var sum = 0
        starts.append(0)
        for index in 0..<count {
            sum += Int(frequencies[index])
            starts.append(sum)
        }
    }

    private func decodeChunk(_ chunk: Int, _ reader: inout PositionReader) throws {
        if reader.decodedChunk == chunk { return }
        var scanner: ByteScanner
        if let here = reader.scanner, reader.nextChunk <= chunk {
            scanner = here
        } else {
            scanner = field.positionScanner(try layout.positions(ofBlock: max(block, 0)))
            reader.nextChunk = 0
        }
        let total = reader.starts[count]
        while reader.nextChunk <= chunk {
            let size = min(
                ChunkCodec.maximumCount, total - reader.nextChunk * ChunkCodec.maximumCount)
            let isFine =
                reader.nextChunk == chunk
                ? ChunkCodec.decode(
                    &scanner, count: size, adding: 0, into: reader.differences.numbers)
                : ChunkCodec.skip(&scanner, count: size)
            guard isFine else { throw field.positionsDamaged("positions cannot be decoded") }
            reader.nextChunk += 1
        }
        reader.decodedChunk = chunk
        reader.scanner = scanner
    }
}
