// The summary of a segment, who its documents are, and which of them were deleted.

import Analysis
import Storage

@testable import Segments

enum SummaryTarget {
    static let target = FuzzTarget(
        name: "summary", reads: "Summary: documents, fields, shapes, totals", seeds: seeds, run: run
    )

    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        let summary = try Summary(CraftedSections.section(.summary, bytes))
        try require(summary.documentCount <= Summary.maximumDocuments, "too many documents")
        for field in summary.fields {
            let statistics = field.statistics
            try require(
                statistics.documentCount <= summary.documentCount
                    && statistics.documentCount >= 0 && statistics.totalTermFrequency >= 0
                    && statistics.sumDocumentFrequency >= 0 && field.termCount >= 0,
                "the counts of '\(field.path)'")
        }
    }

    static func seeds() -> [[UInt8]] {
        let fields = ["a", "body", "tag.raw", "year"].enumerated().map { number, path in
            FieldSummary(
                path: Term(path), shape: number % 2 == 0 ? .text : [.column], termCount: number,
                statistics: FieldStatistics(
                    documentCount: 1, totalTermFrequency: 500, sumDocumentFrequency: 300))
        }
        return [0, 1, 4].map {
            Summary(
                documentCount: 300, maximumSequenceNumber: 1_000, fields: Array(fields.prefix($0))
            ).encoded()
        }
    }
}

enum IdentityTarget {
    static let target = FuzzTarget(
        name: "identity", reads: "IdentityReader: ids, tie keys, their order, dense columns",
        seeds: seeds, run: run)

    private static let kinds: [SectionKind] = [
        .ids, .tieKeys, .idOrder, .sequenceNumbers, .versions,
    ]

    /// documents; the lengths of four sections; the five sections.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let documentCount = Int(input.number(UInt16.self))
        var lengths = (0..<4).map { _ in Int(input.number(UInt16.self)) }
        lengths.append(.max)
        let sections = zip(kinds, lengths).map { kind, length in
            CraftedSections.section(SectionName(kind), input.take(length))
        }
        let identities = try IdentityReader(
            CraftedSections.image(sections), documentCount: documentCount)
        for document in 0..<UInt32(documentCount) {
            let id = identities.idBytes(document)
            let tieKey = identities.tieKey(document)
            let found = identities.find(id: id, tieKey: tieKey)
            try require(found.map { Int($0) < documentCount } ?? true, "found no document")
            _ = identities.find(id: id, tieKey: tieKey &+ 1)
            _ = identities.sequenceNumber(document) &+ identities.version(document)
        }
    }

    static func seeds() throws -> [[UInt8]] {
        try [0, 1, 9, 130].map { documentCount in
            var writer = IdentityWriter()
            for document in 0..<documentCount {
                let id = Array("id-\(document % 120)".utf8)
                id.withUnsafeBytes {
                    writer.add(
                        $0, tieKey: DocumentRouting.hash($0), sequenceNumber: Int64(document),
                        version: 1)
                }
            }
            var image = ImageWriter()
            try writer.write(to: &image)
            let reader = try ImageReader(MappedBytes(owned: image.finish()), name: "seed")
            let sections = try kinds.map { [UInt8](try reader.section(SectionName($0)).raw) }
            var seed = ByteWriter()
            seed.uint16(UInt16(documentCount))
            for section in sections.dropLast() { seed.uint16(UInt16(section.count)) }
            for section in sections { seed.raw(section) }
            return seed.bytes
        }
    }
}

enum DeletionsTarget {
    static let target = FuzzTarget(
        name: "deletions", reads: "LiveDocuments, with the checksum put right", seeds: seeds,
        run: run)

    /// documents, what is before the checksum.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let documentCount = Int(input.number(UInt16.self))
        var writer = ByteWriter()
        writer.raw(input.rest)
        writer.uint32(CRC32C.checksum(writer.bytes))
        let live = try LiveDocuments(encoded: writer.bytes, documentCount: documentCount)
        try require(live.deleted.count == live.deletedCount, "\(live.deletedCount) deletions")
        try require(
            live.liveCount == live.words.reduce(0) { $0 + $1.nonzeroBitCount }, "live documents")
        // A number may be spelled longer than it has to be.
        let again = try LiveDocuments(encoded: live.encoded(), documentCount: documentCount)
        try require(again == live, "written again it is another")
    }

    static func seeds() -> [[UInt8]] {
        [0, 1, 64, 65, 200].map { documentCount in
            var live = LiveDocuments(documentCount: documentCount)
            for document in stride(from: 0, to: documentCount, by: 7) {
                live.delete(UInt32(document))
            }
            var seed = ByteWriter()
            seed.uint16(UInt16(documentCount))
            seed.raw(live.encoded().dropLast(4))
            return seed.bytes
        }
    }
}
