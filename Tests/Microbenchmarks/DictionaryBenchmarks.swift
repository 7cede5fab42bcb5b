// Looking terms up in a dictionary of 200,000, which no cache of the processor holds.

import Analysis
import Storage

@testable import Segments

enum DictionaryBenchmarks {
    private static let termCount = 200_000
    private static let lookUps = 1024
    /// Numbers whose sum is the yardstick of one look-up.
    private static let numbersPerLookUp = 128

    static func all() throws -> [Benchmark] {
        var random = BenchmarkRandom(seed: 51)
        var terms: Set<[UInt8]> = []
        while terms.count < termCount { terms.insert(word(&random)) }
        let sorted = terms.sorted(by: ByteOrder.precedes)
        let dictionary = try dictionary(sorted)
        let hits = (0..<lookUps).map { _ in sorted[random.below(sorted.count)] }
        var misses: [[UInt8]] = []
        while misses.count < lookUps {
            let word = word(&random)
            if !terms.contains(word) { misses.append(word) }
        }
        let prefixes = (0..<64).map { _ in Array(sorted[random.below(sorted.count)].prefix(3)) }
        return [
            finding("look-up of a term", hits, in: dictionary),
            finding("look-up of what is not there", misses, in: dictionary),
            try prefixed(prefixes, in: dictionary),
        ]
    }

    private static func word(_ random: inout BenchmarkRandom) -> [UInt8] {
        let syllables = ["an", "ber", "co", "de", "er", "fo", "gra", "hi", "in", "ka", "lo", "mi"]
        let count = 2 + random.below(4)
        let text = (0..<count).map { _ in syllables[random.below(syllables.count)] }.joined()
        return Array(text.utf8) + (random.below(3) == 0 ? [0x73] : [])
            + (random.below(2) == 0 ? Array("\(random.below(1000))".utf8) : [])
    }

    private static func dictionary(_ terms: [[UInt8]]) throws -> TermDictionary {
        let shape: FieldShape = .text
        var writer = DictionaryWriter(shape: shape)
        var offset = 0
        for (number, term) in terms.enumerated() {
            let isSingle = number % 3 > 0
            let entry = TermEntry(
                documentFrequency: isSingle ? 1 : 5, totalTermFrequency: isSingle ? 1 : 7,
                postings: .init(offset: offset, count: isSingle ? 0 : 9),
                positions: .init(offset: offset, count: isSingle ? 0 : 8))
            offset = entry.postings.end
            try term.withUnsafeBufferPointer { try writer.add($0, entry) }
        }
        let sections = writer.finish()
        let lists = [UInt8](repeating: 0, count: offset + HorizontalPacking.slack)
        func section(_ kind: SectionKind, _ bytes: [UInt8]) -> SectionBytes {
            SectionBytes(
                segment: "fixture", name: SectionName(kind), owner: MappedBytes(owned: bytes),
                offset: 0, count: bytes.count)
        }
        return try TermDictionary(
            FieldSummary(path: Term("body"), shape: shape, termCount: terms.count),
            documentCount: 100_000, terms: section(.terms, sections.terms),
            index: section(.termIndex, sections.index), postings: section(.postings, lists),
            positions: section(.positions, lists))
    }

    private static func finding(
        _ name: String, _ keys: [[UInt8]], in dictionary: TermDictionary
    ) -> Benchmark {
        Benchmark(
            name: name, unit: "look-up", unitsPerRun: keys.count,
            yardstick: .sum(numbers: keys.count * numbersPerLookUp)
        ) {
            try keys.reduce(0) { $0 &+ (try dictionary.find($1)?.documentFrequency ?? 0) }
        }
    }

    private static func prefixed(
        _ prefixes: [[UInt8]], in dictionary: TermDictionary
    ) throws -> Benchmark {
        func terms() throws -> Int {
            var count = 0
            for prefix in prefixes {
                let terms = TermIterator(dictionary, from: prefix, to: nil, prefix: prefix)
                while try terms.next() != nil { count += 1 }
            }
            return count
        }
        let count = try terms()
        return Benchmark(
            name: "terms of a prefix", unit: "term", unitsPerRun: count,
            yardstick: .sum(numbers: count), run: terms)
    }
}
