// Decoding frequencies and positions.

import Storage

@testable import Segments

enum ChunkBenchmarks {
    private static let chunkCount = 64

    static func all() throws -> [Benchmark] {
        [
            frequencies("all 1") { _ in 0 },
            frequencies("two bits") { $0.below(4) == 0 ? UInt32($0.below(4)) : 0 },
            frequencies("four bits") { UInt32($0.below(16)) },
            frequencies("one bit and patches") {
                $0.below(60) == 0 ? UInt32(40 + $0.below(900)) : UInt32($0.below(2))
            },
            try positions("of every posting", step: 1), try positions("of one in 16", step: 16),
        ]
    }

    private static func frequencies(
        _ name: String, _ value: (inout BenchmarkRandom) -> UInt32
    ) -> Benchmark {
        var random = BenchmarkRandom(seed: 31)
        let count = ChunkCodec.maximumCount
        let chunks = (0..<chunkCount).map { _ in
            var writer = ByteWriter()
            let values = (0..<count).map { _ in value(&random) }
            values.withUnsafeBufferPointer {
                guard let start = $0.baseAddress else { return }
                ChunkCodec.append(start, count: count, into: &writer)
            }
            return writer.bytes
        }
        let memory = NumberScratch(capacity: count)
        return Benchmark(
            name: "frequencies/\(name)", unit: "posting", unitsPerRun: chunkCount * count,
            yardstick: .copy(bytes: chunkCount * count * 4)
        ) {
            var sum = 0
            for chunk in chunks {
                chunk.withUnsafeBufferPointer {
                    guard let start = $0.baseAddress else { return }
                    var scanner = ByteScanner(start, end: start + chunk.count)
                    let isFine = ChunkCodec.decode(
                        &scanner, count: count, adding: 1, into: memory.numbers)
                    precondition(isFine)
                    sum &+= Int(memory.numbers[count - 1])
                }
            }
            return sum
        }
    }

    /// A list of 64 blocks, its documents and frequencies decoded on the way.
    private static func positions(_ name: String, step: Int) throws -> Benchmark {
        var random = BenchmarkRandom(seed: 32)
        let list = ListFixture.list(chunkCount * 128, largestGap: 12, &random)
        let fixture = try ListFixture([list], documentCount: 100_000)
        let cursor = try fixture.field.postings(fixture.entries[0], positions: true)
        var units = 0
        for place in list.indices where place % 128 % step == 0 {
            units += Int(list[place].frequency)
        }
        return Benchmark(
            name: "positions/\(name)", unit: "position", unitsPerRun: units,
            yardstick: .copy(bytes: units * 4)
        ) {
            var sum = 0
            for block in 0..<cursor.blockCount {
                try cursor.select(block: block)
                for index in stride(from: 0, to: cursor.count, by: step) {
                    sum &+= Int(try cursor.positions(at: index)[0])
                }
            }
            return sum
        }
    }
}
