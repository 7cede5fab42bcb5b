// A damaged segment, opened and read whole.

import Storage

@testable import Segments

enum SegmentTarget {
    static let target = FuzzTarget(
        name: "segment", reads: "SegmentReader: everything in a damaged segment, and its merge",
        seeds: seeds, run: run)

    /// Documents whose parts are read.
    private static let sampleSize = 24
    private static let maximumTerms = 32
    private static let imageFlag: UInt8 = 0x80

    /// base segment (low 2 bits), what is read (next 3), whether to go through an image; edits.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let flags = input.byte()
        let damaged = try DamagedSegment(choice: Int(flags & 3), &input)
        let segment = try damaged.open(asImage: flags & imageFlag != 0)
        try walks[Int(flags >> 2 & 7) % walks.count](segment)
    }

    private static let walks: [@Sendable (SegmentReader) throws -> Void] = [
        { try readTerms($0) }, { try readColumns($0) }, { try readDocuments($0) },
        { try merge($0, deleting: false) }, { try merge($0, deleting: true) },
    ]

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

    private static func merge(_ segment: SegmentReader, deleting: Bool) throws {
        guard segment.documentCount <= 1_000 else { return }
        var live = LiveDocuments(documentCount: segment.documentCount)
        for document in stride(from: 0, to: segment.documentCount, by: 3) {
            live.delete(UInt32(document))
        }
        _ = try SegmentMerger.merge([(segment, deleting ? live : nil)], isCancelled: { false })
    }

    private static func sample(_ segment: SegmentReader) -> [UInt32] {
        let step = 1 + segment.documentCount / sampleSize
        return stride(from: 0, to: segment.documentCount, by: step).map { UInt32($0) }
    }

    static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for (choice, base) in try BaseSegment.all.get().enumerated() {
            let edits = EditSeeds.sparing(base)
            for walk in walks.indices {
                let flags = UInt8(choice | walk << 2)
                seeds += [[flags], [flags | imageFlag]]
                seeds += edits.map { [flags] + $0 }
            }
        }
        return seeds
    }
}
