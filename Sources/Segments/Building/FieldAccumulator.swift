// What the builder gathers of one field beside its terms.

import Analysis

final class FieldAccumulator {
    let mapping: FieldMapping
    let path: Term
    let shape: FieldShape
    var column = ColumnWriter()
    /// Position of the first token of the next value in the current document.
    private(set) var nextPosition: UInt32 = 0
    private var document = UInt32.max
    /// Tokens + 1 of each document up to the last with the field; 0: no such field.
    private var tokens: [UInt32] = []
    /// Documents with a term, in a field without norms.
    private(set) var markedDocuments: [UInt32] = []

    init(_ mapping: FieldMapping) {
        self.mapping = mapping
        path = Term(mapping.path)
        shape = FieldShape(mapping)
    }

    var kind: Column.Kind {
        switch mapping.type {
        case .keyword, .text, .completion: .ordinal
        case .float, .double: .real
        case .integer, .long, .date, .boolean: .integer
        }
    }

    var byteCount: Int { column.byteCount + tokens.count * 4 + markedDocuments.count * 4 }

    /// A value of a text field begins.
    func begin(_ document: UInt32) {
        if self.document == document { return }
        self.document = document
        nextPosition = 0
        while tokens.count < Int(document) { tokens.append(0) }
        tokens.append(1)
    }

    func endText(tokens count: Int, positions: UInt32) {
        tokens[tokens.count - 1] &+= UInt32(clamping: count)
        let limit = Int(SegmentLimits.maximumPosition)
        let gap = min(max(mapping.positionGap, 0), limit)
        nextPosition = UInt32(min(Int(nextPosition) + Int(positions) + gap, limit))
    }

    func mark(_ document: UInt32) {
        if markedDocuments.last != document { markedDocuments.append(document) }
    }

    /// Tokens + 1 of all documents.
    func lengths(_ documentCount: Int) -> [Int64] {
        var lengths = tokens.map { Int64($0) }
        lengths.append(contentsOf: repeatElement(0, count: documentCount - lengths.count))
        return lengths
    }
}
