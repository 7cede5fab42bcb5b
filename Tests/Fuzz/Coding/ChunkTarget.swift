// Chunks of up to 128 small numbers with patches: decoded, skipped, and read the plain way.

import Storage

@testable import Segments

enum ChunkTarget {
    static let target = FuzzTarget(
        name: "chunk", reads: "ChunkCodec: frequencies, gaps, differences of positions",
        seeds: seeds, run: run)

    /// count - 1, what is added to every number, the chunk, 8 bytes of slack.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let count = 1 + Int(input.byte() & 127)
        let constant = input.number(UInt32.self)
        let data = input.rest.assumingMemoryBound(to: UInt8.self)
        guard let start = data.baseAddress, data.count >= HorizontalPacking.slack else { return }
        let end = start + data.count - HorizontalPacking.slack
        let values = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        defer { values.deallocate() }
        var scanner = ByteScanner(start, end: end)
        let isFine = ChunkCodec.decode(&scanner, count: count, adding: constant, into: values)
        var skipping = ByteScanner(start, end: end)
        let isSkipped = ChunkCodec.skip(&skipping, count: count)
        guard isFine else { return }
        try require(isSkipped && skipping.next == scanner.next, "skipping ends elsewhere")
        try require(scanner.next <= end, "the end is passed")
        try compare(values, count, constant, ByteScanner(start, end: end))
    }

    private static func compare(
        _ values: UnsafePointer<UInt32>, _ count: Int, _ constant: UInt32, _ chunk: ByteScanner
    ) throws {
        var scanner = chunk
        let token = Int(scanner.byte())
        let width = token & 31
        let exceptions = (0..<token >> 5).map { _ in (scanner.byte(), scanner.varint()) }
        for index in 0..<count {
            var wanted: UInt32
            if count == ChunkCodec.maximumCount {
                wanted = PlainCoding.vertical(scanner.next, index, width: width)
            } else {
                let low = PlainCoding.horizontal(scanner.next, index, width: width)
                wanted = UInt32(truncatingIfNeeded: low)
            }
            for (place, high) in exceptions where place == index {
                wanted &+= UInt32(truncatingIfNeeded: high << UInt64(width))
            }
            try require(values[index] == wanted &+ constant, "value \(index) of \(count)")
        }
    }

    static func seeds() -> [[UInt8]] {
        var random = FuzzRandom(seed: 2)
        return [1, 2, 7, 31, 64, 127, 128, 128, 128].map { count in
            let bits = 1 + random.below(12)
            var values = (0..<count).map { _ in random.skewed(bits: bits) }
            for _ in 0..<random.below(6) { values[random.below(count)] = random.skewed(bits: 30) }
            var writer = ByteWriter()
            writer.uint8(UInt8(count - 1))
            writer.uint32(UInt32(count % 2))
            values.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress else { return }
                ChunkCodec.append(values, count: count, into: &writer)
            }
            writer.raw([UInt8](repeating: 0, count: HorizontalPacking.slack))
            return writer.bytes
        }
    }
}
