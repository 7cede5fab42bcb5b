// Indexes a benchmark's corpus into one segment, on one thread.

import Analysis
import Foundation
import Segments
import Storage

/// A corpus with one text field, and no stored documents, as the search benchmark game wants it.
struct BenchBuild {
    static let field = "text"

    let corpus: String
    let schema: Schema
    /// Whether similar documents are put beside each other in the end.
    let reorders: Bool

    init(corpus: String, reorders: Bool) throws {
        self.corpus = corpus
        self.reorders = reorders
        schema = try Self.schema()
    }

    static func schema() throws -> Schema {
        try Schema(
            mappings: ["properties": ["text": ["type": "text", "analyzer": "standard"]]],
            settings: nil)
    }

    struct Result {
        let documents: Int
        let seconds: Double
        let processorSeconds: Double
        /// Of them, those spent on the order of the documents.
        let reorderSeconds: Double
        let peakBytes: Int64
        let indexBytes: Int
        let totalBytes: Int

        /// One JSON object.
        var line: String {
            let facts: JSONValue = [
                "engine": "canopy", "class": "-", "command": "INDEX",
                "n": .integer(Int64(documents)), "seconds": .number(seconds),
                "cpu_s": .number(processorSeconds), "reorder_cpu_s": .number(reorderSeconds),
                "docs_per_s": .number((Double(documents) / seconds).rounded()),
                "docs_per_cpu_s": .number((Double(documents) / processorSeconds).rounded()),
                "peak_rss_mb": .integer(peakBytes >> 20),
                "index_bytes": .integer(Int64(indexBytes)),
                "file_bytes": .integer(Int64(totalBytes)),
            ]
            return facts.description
        }
    }

    /// - Throws: `BenchError` with the line, `SegmentError`.
    func write(to path: String) throws -> Result {
        let start = ProcessUse.now
        let builder = SegmentBuilder(schema: schema)
        let bytes = try MappedBytes(mapping: corpus)
        var number = 0
        for line in bytes.pointer.split(separator: 0x0A) {
            number += 1
            guard let tab = line.firstIndex(of: 0x09) else {
                throw BenchError("\(corpus):\(number): there is no tab after the id")
            }
            let id = String(decoding: line[..<tab], as: UTF8.self)
            let text = String(decoding: line[(tab + 1)...], as: UTF8.self)
            _ = builder.add(
                ParsedDocument(fields: [ParsedField(ordinal: 0, value: .text(text))]), id: id,
                source: [], sequenceNumber: Int64(number), version: 1)
        }
        var image = try builder.finish()
        let built = ProcessUse.now
        if reorders { image = try Self.reordered(image) }
        let reordered = ProcessUse.now
        try Data(image).write(to: URL(fileURLWithPath: path))
        let used = ProcessUse.now
        let reader = try SegmentReader(MappedBytes(mapping: path), name: path)
        let index = reader.sections().filter { $0.name.contains(Self.field) }
        return Result(
            documents: number, seconds: used.seconds - start.seconds,
            processorSeconds: used.processorSeconds - start.processorSeconds,
            reorderSeconds: reordered.processorSeconds - built.processorSeconds,
            peakBytes: used.peakBytes, indexBytes: index.reduce(0) { $0 + $1.length },
            totalBytes: reader.byteCount)
    }

    private static func reordered(_ image: [UInt8]) throws -> [UInt8] {
        let reader = try SegmentReader(MappedBytes(owned: image), name: "built")
        var limits = ReorderLimits()
        limits.minimumDocuments = 2
        return try SegmentMerger.merge(
            [(reader, nil)], reordering: limits, isCancelled: { false }
        ).image
    }
}
