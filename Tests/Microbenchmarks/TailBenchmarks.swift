// Decoding the short ends of lists: single numbers, and packed ones.

@testable import Segments

enum TailBenchmarks {
    private static let listCount = 64

    static func all() throws -> [Benchmark] {
        try [3, 7, 8, 20, 64, 127].map { try decoding($0) }
    }

    private static func decoding(_ count: Int) throws -> Benchmark {
        var random = BenchmarkRandom(seed: UInt64(count))
        let lists = (0..<listCount).map { _ in
            ListFixture.list(count, largestGap: 700, &random)
        }
        let fixture = try ListFixture(lists, documentCount: 100_000)
        let layouts = try fixture.entries.map {
            try PostingsLayout(field: fixture.field, entry: $0)
        }
        let memory = NumberScratch(capacity: PostingsCursor.bufferSize)
        let documents = memory.numbers
        let frequencies = documents + DocumentBlockCodec.capacity
        let total = listCount * count
        return Benchmark(
            name: "tail of \(count)", unit: "posting", unitsPerRun: total,
            yardstick: .copy(bytes: total * 8)
        ) {
            // The layouts point into it.
            try withExtendedLifetime((fixture, memory)) {
                var sum = 0
                for layout in layouts {
                    var scanner = layout.listScanner()
                    try layout.decodeTail(
                        &scanner, count: count, after: .max, documents, frequencies)
                    sum &+= Int(documents[count - 1])
                }
                return sum
            }
        }
    }
}
