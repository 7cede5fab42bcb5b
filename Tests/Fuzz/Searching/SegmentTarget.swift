// A damaged segment, opened and read whole.

import Storage

@testable import Segments

enum SegmentTarget {
    static let target = FuzzTarget(
        name: "segment", reads: "SegmentReader: everything in a damaged segment, and its merge",
        seeds: seeds, run: run)

    /// Documents whose parts are read.
    private static let sampleSize = 48
    private static let maximumTerms = 64
    private static let imageFlag: UInt8 = 0x80

    /// base segment and whether to go through an image; edits.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let flags = input.byte()
        let damaged = try DamagedSegment(choice: Int(flags & 0x7F), &input)
        let segment = try flags & imageFlag != 0 ? damaged.openImage() : damaged.openSections()
        var refusal: (any Error)?
        for walk in [readTerms, readColumns, readDocuments, merge] {
            do {
                try walk(segment)
            } catch let finding as Finding {
                throw finding
            } catch {
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    private static func readTerms(_ segment: SegmentReader) throws {
        for path in segment.fieldPaths {
            guard let field = segment.field(path) else { continue }
            let terms = field.terms(from: nil, to: nil)
            for _ in 0..<maximumTerms {
                guard let (term, entry) = try terms.next() else { break }
                _ = try field.find(term)
                try? PostingsWalk(field, entry).run(step: 200)
            }
            _ = try segment.presence(path)
        }
    }

    private static func readColumns(_ segment: SegmentReader) throws {
        for path in segment.columnPaths {
            guard let column = segment.column(path) else { continue }
            _ = try segment.presence(path)
            var values: [Int64] = []
            for document in sample(segment) { try column.values(document, into: &values) }
            for ordinal in 0..<min(column.ordinalCount, maximumTerms) {
                _ = try column.ordinal(of: column.key(ordinal))
            }
        }
    }

    private static func readDocuments(_ segment: SegmentReader) throws {
        for document in sample(segment) {
            _ = try segment.source(document)
            let id = segment.id(document)
            let found = segment.find(id: id, tieKey: segment.tieKey(document))
            try require(
                found.map { Int($0) < segment.documentCount } ?? true, "found no document")
            _ = segment.sequenceNumber(document) &+ segment.version(document)
            for path in segment.fieldPaths { _ = segment.field(path)?.length(document) }
        }
    }

    private static func merge(_ segment: SegmentReader) throws {
        guard segment.documentCount <= 1_000 else { return }
        _ = try SegmentMerger.merge([(segment, nil)], isCancelled: { false })
        var live = LiveDocuments(documentCount: segment.documentCount)
        for document in stride(from: 0, to: segment.documentCount, by: 3) {
            live.delete(UInt32(document))
        }
        _ = try SegmentMerger.merge([(segment, live)], isCancelled: { false })
    }

    private static func sample(_ segment: SegmentReader) -> [UInt32] {
        let step = 1 + segment.documentCount / sampleSize
        return stride(from: 0, to: segment.documentCount, by: step).map { UInt32($0) }
    }

    static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for (choice, base) in try BaseSegment.all.get().enumerated() {
            for flags in [0, imageFlag] { seeds.append([UInt8(choice) | flags]) }
            seeds += EditSeeds.sparing(base).map { [UInt8(choice)] + $0 }
        }
        return seeds
    }
}
