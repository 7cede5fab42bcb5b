// Merging equals building from the documents that are left.

import Analysis
import Storage
import Testing

@testable import Segments

struct MergeTests {
    /// The sections that must be equal byte for byte: all but the stored blocks, which may be
    /// copied with their boundaries.
    static func sections(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        let image = try ImageReader(MappedBytes(owned: bytes), name: "test")
        let pairs = image.ordered
            .filter { $0.name.kind != .stored && $0.name.kind != .storedIndex }
            .map { ($0.name.description, [UInt8]($0.raw)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func mergingEqualsBuilding(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var inputs: [(SegmentReader, LiveDocuments?)] = []
        var left: [SampleDocument] = []
        for index in 0..<(1 + random.below(4)) {
            let count = random.chance(20) ? random.below(3) : 50 + random.below(500)
            let documents = SampleDocuments.random(&random, count: count)
            let segment = try SampleDocuments.open(
                try SampleDocuments.build(documents), name: "input \(index)")
            var live: LiveDocuments? = random.chance(70) ? LiveDocuments(documentCount: count) : nil
            let percent = [0, 2, 50, 95, 100][random.below(5)]
            for (number, document) in documents.enumerated() {
                if live != nil, random.chance(percent) {
                    live?.delete(UInt32(number))
                } else {
                    left.append(document)
                }
            }
            inputs.append((segment, live))
        }
        let merged = try SegmentMerger.merge(inputs, isCancelled: { false })
        let built = try SampleDocuments.build(left)
        let found = try Self.sections(merged)
        for (name, bytes) in try Self.sections(built) {
            #expect(found[name] == bytes, "seed \(seed), section \(name)")
        }
        #expect(try found.count == Self.sections(built).count)
        let segment = try SampleDocuments.open(merged)
        for (index, document) in left.enumerated() {
            #expect(try segment.source(UInt32(index)) == document.source)
        }
    }

    @Test func wholeBlocksAreCopiedAsTheyAre() throws {
        var random = SeededGenerator(seed: 51)
        let documents = SampleDocuments.random(&random, count: 2000)
        let half = Array(documents.prefix(1000))
        let first = try SampleDocuments.open(try SampleDocuments.build(half))
        let second = try SampleDocuments.open(
            try SampleDocuments.build(Array(documents.suffix(1000))))
        let merged = try SampleDocuments.open(
            try SegmentMerger.merge([(first, nil), (second, nil)], isCancelled: { false }))
        #expect(merged.stored.blockCount == first.stored.blockCount + second.stored.blockCount)
        for (index, document) in documents.enumerated() {
            #expect(try merged.source(UInt32(index)) == document.source)
        }
        #expect(first.stored.averageBlockLength >= StoredMerger.minimumCopiedBlock)
    }

    @Test func mergesStopWhenToldTo() throws {
        var random = SeededGenerator(seed: 52)
        let segment = try SampleDocuments.open(
            try SampleDocuments.build(SampleDocuments.random(&random, count: 10)))
        #expect(throws: CancellationError.self) {
            try SegmentMerger.merge([(segment, nil)], isCancelled: { true })
        }
    }

    @Test func wrongLiveDocumentsAreRefused() throws {
        var random = SeededGenerator(seed: 53)
        let segment = try SampleDocuments.open(
            try SampleDocuments.build(SampleDocuments.random(&random, count: 10)))
        #expect(throws: SegmentError.self) {
            try SegmentMerger.merge(
                [(segment, LiveDocuments(documentCount: 11))], isCancelled: { false })
        }
    }

    @Test func contradictingFieldsAreRefused() throws {
        func segment(_ type: FieldType) throws -> SegmentReader {
            var schema = Schema()
            schema = try schema.adding(
                mappings: ["properties": ["f": ["type": .string(type.rawValue)]]])
            let builder = SegmentBuilder(schema: schema)
            let value: FieldValue = type == .text ? .text("a") : .keyword("a")
            _ = builder.add(
                ParsedDocument(fields: [ParsedField(ordinal: 0, value: value)]), id: "a",
                source: [], sequenceNumber: 0, version: 1)
            return try SampleDocuments.open(try builder.finish())
        }
        let inputs =
            [(try segment(.text), nil), (try segment(.keyword), nil)]
            as [(SegmentReader, LiveDocuments?)]
        #expect(throws: SegmentError.self) {
            try SegmentMerger.merge(inputs, isCancelled: { false })
        }
    }
}
