// The counts a segment states of each of its inverted fields.

/// What scoring needs to know of a field as a whole.
public struct FieldStatistics: Sendable, Hashable {
    /// Documents with at least one term in the field, deleted ones included.
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
