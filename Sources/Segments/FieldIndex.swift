// One inverted field of one segment.

/// What scoring needs to know of a field as a whole.
public struct FieldStatistics: Sendable, Hashable {
    /// Documents with at least one term in the field.
    public var documentCount: Int64
    /// All occurrences of all terms.
    public var totalTermFrequency: Int64
    /// All (term, document) pairs.
    public var sumDocumentFrequency: Int64

    public init(
        documentCount: Int64 = 0, totalTermFrequency: Int64 = 0, sumDocumentFrequency: Int64 = 0
    ) {
        self.documentCount = documentCount
        self.totalTermFrequency = totalTermFrequency
        self.sumDocumentFrequency = sumDocumentFrequency
    }
}

public final class FieldIndex: Sendable {
    public let path: String
    public let statistics = FieldStatistics()
    public let hasPositions = false
    public let hasFrequencies = false
    public let hasNorms = false
    public let termCount = 0

    init(path: String) { self.path = path }

    public func find(_ term: [UInt8]) throws -> TermEntry? { nil }
    /// Terms from `from` (inclusive) up to `to` (exclusive), in byte order.
    public func terms(from: [UInt8]?, to: [UInt8]?) -> TermIterator { TermIterator() }
    public func terms(prefix: [UInt8]) -> TermIterator { TermIterator() }
    public func postings(_ entry: TermEntry, positions: Bool) throws -> PostingsCursor {
        PostingsCursor()
    }
    /// One byte per document; nil: every norm is 1. Valid while this object lives.
    public var norms: UnsafePointer<UInt8>? { nil }
    public func length(_ document: UInt32) -> Int { 0 }
}

public struct TermEntry: Sendable, Hashable {
    public let documentFrequency: Int
    public let totalTermFrequency: Int
}

public final class TermIterator {
    public func next() throws -> (bytes: [UInt8], entry: TermEntry)? { nil }
}
