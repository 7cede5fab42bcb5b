// What the dictionary knows of one term: how often it occurs, and where its postings are.

/// Valid for the field index it came from.
public struct TermEntry: Sendable, Hashable {
    /// Documents with the term, deleted ones included.
    public let documentFrequency: Int
    /// Occurrences in all of them; equals `documentFrequency` without frequencies.
    public let totalTermFrequency: Int
    /// The document of a term with only one.
    let singleDocument: UInt32
    /// The position of a term with only one occurrence.
    let singlePosition: UInt32
    /// In the postings section; nothing is there for a term of one document.
    let postings: Extent
    /// In the positions section; nothing is there for a term of one occurrence.
    let positions: Extent

    struct Extent: Sendable, Hashable {
        var offset: Int
        var count: Int
        var end: Int { offset + count }
    }

    init(
        documentFrequency: Int, totalTermFrequency: Int, singleDocument: UInt32 = 0,
        singlePosition: UInt32 = 0, postings: Extent, positions: Extent
    ) {
        self.documentFrequency = documentFrequency
        self.totalTermFrequency = totalTermFrequency
        self.singleDocument = singleDocument
        self.singlePosition = singlePosition
        self.postings = postings
        self.positions = positions
    }
}
