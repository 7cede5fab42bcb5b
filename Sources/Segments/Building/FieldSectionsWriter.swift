// Writes one field into an image: the same steps for new documents and for merged ones.

import Analysis

/// Takes a field's terms in order and adds its sections and its line of the summary. A field
/// that no document has leaves no trace.
struct FieldSectionsWriter {
    private let path: Term
    private let documentCount: Int
    /// Tokens + 1 of each document, 0 without the field; empty when the shape has no norms.
    private let lengths: [Int64]
    private var shape: FieldShape
    private var dictionary: DictionaryWriter
    var postings: PostingsWriter
    private var documentsWithTerm: PresenceBits
    private var statistics = FieldStatistics()

    init(path: Term, shape: FieldShape, documentCount: Int, lengths: [Int64]) {
        self.path = path
        self.shape = shape
        self.documentCount = documentCount
        self.lengths = lengths
        let norms = lengths.map { NormByte.encode(Int($0) - 1) }
        dictionary = DictionaryWriter(shape: shape)
        postings = PostingsWriter(shape: shape, norms: shape.contains(.norms) ? norms : [])
        documentsWithTerm = PresenceBits(documentCount: documentCount)
    }

    var termCount: Int { dictionary.termCount }
    var hasNorms: Bool { shape.contains(.norms) }

    /// Ends the term whose postings were added since `postings.beginTerm()`. False: there were
    /// none, and the dictionary does without it.
    mutating func endTerm(_ term: UnsafeBufferPointer<UInt8>) throws -> Bool {
        guard let entry = try postings.endTerm() else { return false }
        statistics.sumDocumentFrequency += Int64(entry.documentFrequency)
        statistics.totalTermFrequency += Int64(entry.totalTermFrequency)
        try dictionary.add(term, entry)
        return true
    }

    /// A key of a column that has no postings.
    mutating func add(key: UnsafeBufferPointer<UInt8>) throws { try dictionary.add(key, nil) }

    /// A document that has at least one term; only needed without norms.
    mutating func mark(_ document: UInt32) { documentsWithTerm.insert(document) }

    /// `column` holds final ordinals when the shape says so. Nil: no document has the field.
    consuming func finish(
        column: ColumnWriter, kind: Column.Kind, into image: inout ImageWriter
    ) -> FieldSummary? {
        let hasLengths = lengths.contains { $0 > 0 }
        if termCount == 0 && !hasLengths { shape.subtract(.text) }
        if column.isEmpty { shape.subtract([.column, .ordinals]) }
        if shape.isEmpty { return nil }
        let terms = termCount
        if shape.hasDictionary {
            let sections = dictionary.finish()
            image.add(.terms, path: path, sections.terms)
            image.add(.termIndex, path: path, sections.index)
        }
        if shape.contains(.inverted) {
            let sections = postings.finish()
            image.add(.postings, path: path, sections.postings)
            if shape.contains(.positions) {
                image.add(.positions, path: path, sections.positions)
            }
        }
        statistics.documentCount = Int64(documentsWithTerm.count)
        if shape.contains(.norms) {
            statistics.documentCount = lengths.reduce(0) { $0 + ($1 > 1 ? 1 : 0) }
            image.add(.norms, path: path, lengths.map { NormByte.encode(Int($0) - 1) })
            image.add(.lengths, path: path, ColumnWriter.dense(lengths))
        }
        if shape.contains(.column) {
            image.add(.column, path: path, column.encoded(kind, documentCount: documentCount))
        }
        return FieldSummary(
            path: path, shape: shape, termCount: shape.hasDictionary ? terms : 0,
            statistics: statistics)
    }
}

extension FieldShape {
    /// What a mapping asks for; nothing for fields that only live in the source.
    init(_ mapping: FieldMapping) {
        var shape: FieldShape = []
        switch mapping.type {
        case .text: shape = mapping.isIndexed ? .text : []
        case .completion: shape = mapping.isIndexed ? .inverted : []
        case .keyword:
            if mapping.isIndexed { shape.insert(.inverted) }
            if mapping.hasColumn { shape.formUnion([.column, .ordinals]) }
        case .boolean:
            if mapping.isIndexed { shape.insert(.inverted) }
            if mapping.hasColumn { shape.insert(.column) }
        case .integer, .long, .date, .float, .double:
            if mapping.hasColumn { shape.insert(.column) }
        }
        self = shape
    }
}
