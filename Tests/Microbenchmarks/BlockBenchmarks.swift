// Decoding full blocks of document numbers: packed differences of every width, and bit sets.

import Storage

@testable import Segments

enum BlockBenchmarks {
    /// Blocks of one run: more than a branch predictor learns by heart.
    private static let blockCount = 64

    static func all() -> [Benchmark] {
        let widths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20]
        let words = [3, 4, 6, 8, 12, 16, 32, 64]
        return widths.map { decoding("documents/width \($0)", packed(width: $0)) }
            + words.map { decoding("documents/bit set of \($0) words", bitSets(words: $0)) }
    }

    /// Encoded blocks, and the numbers before and at the end of each.
    private struct Blocks {
        var bytes: [[UInt8]] = []
        var bounds: [(base: UInt32, last: UInt32)] = []
    }

    private static func decoding(_ name: String, _ blocks: Blocks) -> Benchmark {
        let memory = NumberScratch(capacity: DocumentBlockCodec.capacity)
        let count = blockCount * DocumentBlockCodec.count
        return Benchmark(
            name: name, unit: "posting", unitsPerRun: count, yardstick: .copy(bytes: count * 4)
        ) {
            var right = 0
            for (bytes, bound) in zip(blocks.bytes, blocks.bounds) {
                bytes.withUnsafeBufferPointer { bytes in
                    guard let start = bytes.baseAddress else { return }
                    var scanner = ByteScanner(start, end: start + bytes.count)
                    guard let block = DocumentBlockCodec.take(&scanner) else { return }
                    let isFine = DocumentBlockCodec.decode(
                        block, after: bound.base, last: bound.last, into: memory.numbers)
                    right &+= isFine ? 1 : 0
                }
            }
            precondition(right == blockCount)
            return Int(memory.numbers[64])
        }
    }

    private static func packed(width: Int) -> Blocks {
        var random = BenchmarkRandom(seed: UInt64(width))
        var blocks = Blocks()
        // Four gaps add up to a stride.
        let largest = max(1, (1 << width) / 4)
        for _ in 0..<blockCount {
            let base = UInt32(random.below(1000))
            var document = base
            let documents = (0..<DocumentBlockCodec.count).map { _ -> UInt32 in
                document += 1 + UInt32(random.below(largest))
                return document
            }
            var differences = documents
            documents.withUnsafeBufferPointer { documents in
                differences.withUnsafeMutableBufferPointer { differences in
                    guard let from = documents.baseAddress, let to = differences.baseAddress else {
                        return
                    }
                    VerticalPacking.strideDifferences(from, after: base, into: to)
                }
            }
            var bytes: [UInt8] = [UInt8(width)]
            differences.withUnsafeBufferPointer {
                guard let start = $0.baseAddress else { return }
                VerticalPacking.pack(start, width: width, into: &bytes)
            }
            blocks.bytes.append(bytes)
            blocks.bounds.append((base, document))
        }
        return blocks
    }

    private static func bitSets(words: Int) -> Blocks {
        var random = BenchmarkRandom(seed: UInt64(100 + words))
        var blocks = Blocks()
        for _ in 0..<blockCount {
            let base = UInt32(random.below(1000))
            // The last bit is set, so that the set has this many words.
            var chosen: Set<Int> = [words * 64 - 1]
            while chosen.count < DocumentBlockCodec.count {
                chosen.insert(random.below(words * 64))
            }
            var set = [UInt64](repeating: 0, count: words)
            for bit in chosen { set[bit / 64] |= 1 << UInt64(bit % 64) }
            var writer = ByteWriter()
            writer.uint8(UInt8(DocumentBlockCodec.bitSetToken + words - 1))
            for word in set { writer.uint64(word) }
            blocks.bytes.append(writer.bytes)
            blocks.bounds.append((base, base + UInt32(words * 64)))
        }
        return blocks
    }
}
