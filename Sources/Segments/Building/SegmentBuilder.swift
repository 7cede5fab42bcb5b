// Turns parsed documents into the bytes of one segment.

import Analysis

public final class SegmentBuilder {
    public var schema: Schema
    public private(set) var documentCount = 0
    public var estimatedBytes: Int { 0 }

    public init(schema: Schema, analyzers: AnalyzerRegistry = .builtIn) {
        self.schema = schema
    }

    /// Returns the document's number in the segment.
    public func add(
        _ document: ParsedDocument, id: String, source: [UInt8], sequenceNumber: Int64,
        version: Int64
    ) -> UInt32 {
        documentCount += 1
        return UInt32(documentCount - 1)
    }

    /// The whole image; the builder is spent.
    public func finish() throws -> [UInt8] { [] }
}
