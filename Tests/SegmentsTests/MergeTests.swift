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

    /// The documents of the types that do not stand are merged as if they had no such field.
    @Test(
        arguments: [
            (.text, .keyword), (.keyword, .text), (.long, .double), (.double, .long),
            (.keyword, .long),
            (.boolean, .text), (.date, .float), (.boolean, .keyword),
        ] as [(FieldType, FieldType)])
    func ofContradictingTypesTheLastStands(_ old: FieldType, _ new: FieldType) throws {
        func merge(hasOld: Bool) throws -> [String: [UInt8]] {
            let inputs =
                [
                    try segment(old, hasValue: hasOld), try segment(new), try segment(new),
                ].map { ($0, nil) } as [(SegmentReader, LiveDocuments?)]
            return try Self.sections(SegmentMerger.merge(inputs, isCancelled: { false }))
        }
        #expect(try merge(hasOld: true) == merge(hasOld: false))
    }

    /// One document, with a value of the type in the field `f`, or without.
    private func segment(_ type: FieldType, hasValue: Bool = true) throws -> SegmentReader {
        let schema = try Schema().adding(
            mappings: ["properties": ["f": ["type": .string(type.rawValue)]]])
        let value: FieldValue =
            switch type {
            case .text: .text("a")
            case .keyword: .keyword("a")
            case .float, .double: .real(7)
            case .integer, .long, .boolean, .date: .integer(1)
            case .completion: .completion([])
            }
        let builder = SegmentBuilder(schema: schema)
        let fields = hasValue ? [ParsedField(ordinal: 0, value: value)] : []
        _ = builder.add(
            ParsedDocument(fields: fields), id: "a", source: [], sequenceNumber: 0, version: 1)
        return try SampleDocuments.open(try builder.finish())
    }
}
