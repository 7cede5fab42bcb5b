// Scoring blocks of postings with BM25, and the norms it reads.

import Analysis
import Queries

@testable import Execution
@testable import Segments

enum ScoringBenchmarks {
    static func all() throws -> [Benchmark] { try [blocks(), norms(), lengths()] }

    private static func blocks() throws -> Benchmark {
        var random = BenchmarkRandom(seed: 41)
        let list = ListFixture.list(64 * 128, largestGap: 20, &random)
        let fixture = try ListFixture([list], documentCount: 100_000)
        let similarity = TermSimilarity(
            weight: 2.5, isScoring: true,
            field: FieldSimilarity(
                FieldCounts(documentCount: 100_000, totalTermFrequency: 6_000_000), .standard),
            index: fixture.field)
        let documents = list.map(\.document)
        let frequencies = list.map(\.frequency)
        let inverses = UnsafeMutablePointer<Float>.allocate(capacity: 128)
        let scores = UnsafeMutablePointer<Double>.allocate(capacity: 128)
        inverses.initialize(repeating: 0, count: 128)
        scores.initialize(repeating: 0, count: 128)
        return Benchmark(
            name: "scoring a block", unit: "posting", unitsPerRun: list.count,
            yardstick: .copy(bytes: list.count * 8)
        ) {
            withExtendedLifetime(fixture) {
                var sum = 0
                documents.withUnsafeBufferPointer { documents in
                    frequencies.withUnsafeBufferPointer { frequencies in
                        guard let documents = documents.baseAddress,
                            let frequencies = frequencies.baseAddress
                        else { return }
                        for block in stride(from: 0, to: list.count, by: 128) {
                            similarity.score(
                                documents: documents + block, frequencies: frequencies + block,
                                count: 128, inverses: inverses, into: scores)
                            sum &+= Int(scores[block / 128])
                        }
                    }
                }
                return sum
            }
        }
    }

    private static func norms() -> Benchmark {
        var random = BenchmarkRandom(seed: 42)
        let lengths = (0..<8192).map { _ in random.below(1 << (1 + random.below(16))) }
        return Benchmark(
            name: "norm of a length", unit: "length", unitsPerRun: lengths.count,
            yardstick: .sum(numbers: lengths.count)
        ) {
            lengths.reduce(0) { $0 &+ Int(NormByte.encode($1)) }
        }
    }

    private static func lengths() throws -> Benchmark {
        let fixture = try ListFixture([[(0, 1)]], documentCount: 100_000)
        var random = BenchmarkRandom(seed: 43)
        let documents = (0..<8192).map { _ in UInt32(random.below(100_000)) }
        return Benchmark(
            name: "length of a document", unit: "document", unitsPerRun: documents.count,
            yardstick: .sum(numbers: documents.count)
        ) {
            documents.reduce(0) { $0 &+ fixture.field.length($1) }
        }
    }
}
