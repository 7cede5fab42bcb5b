// Merges one field: terms side by side, postings with new document numbers, columns anew.

import Analysis
import Storage

struct FieldMerger {
    /// Terms between two looks at `isCancelled`.
    private static let termsPerCheck = 256

    private let path: Term
    private let shape: FieldShape
    private let documentCount: Int
    private let sources: [MergeSource]
    private let fields: [FieldIndex?]
    private let columns: [Column?]
    /// New ordinals by source and old ordinal.
    private var ordinals: [[Int64]]
    /// By source and old ordinal, when a key-only dictionary cannot tell from postings.
    private var isUsed: [[Bool]]
    /// Whether documents may come with descending numbers.
    private let isReordered: Bool
    private var unsorted: UnsortedPostings

    init(
        _ path: Term, _ sources: [MergeSource], documentCount: Int, isReordered: Bool
    ) {
        self.path = path
        self.sources = sources
        self.isReordered = isReordered
        unsorted = UnsortedPostings(documentCount: isReordered ? documentCount : 0)
        self.documentCount = documentCount
        let parts = FieldParts(path, sources)
        fields = parts.fields
        columns = parts.columns
        shape = parts.shape
        ordinals = columns.map { [Int64](repeating: 0, count: $0?.ordinalCount ?? 0) }
        isUsed = []
    }

    mutating func merge(
        into image: inout ImageWriter, _ isCancelled: () -> Bool
    ) throws -> FieldSummary? {
        if isCancelled() { throw CancellationError() }
        var writer = FieldSectionsWriter(
            path: path, shape: shape, documentCount: documentCount,
            lengths: shape.contains(.norms) ? try mergeLengths() : [])
        if shape.hasDictionary {
            if !shape.contains(.inverted) { try findUsedKeys() }
            try mergeTerms(&writer, isCancelled)
        }
        var column = ColumnWriter()
        var kind = Column.Kind.integer
        for (index, source) in sources.enumerated() {
            guard let old = columns[index] else { continue }
            kind = old.kind
            let map = ordinals[index]
            try source.forEachValue(of: old) { document, value in
                column.add(document, kind == .ordinal ? map[Int(value)] : value)
            }
        }
        if isReordered { column.sort(documentCount: documentCount) }
        return writer.finish(column: column, kind: kind, into: &image)
    }

    private func mergeLengths() throws -> [Int64] {
        var lengths = [Int64](repeating: 0, count: documentCount)
        for (index, source) in sources.enumerated() {
            guard let old = fields[index]?.lengths else { continue }
            try source.forEachValue(of: old) { document, length in
                lengths[Int(document)] = length
            }
        }
        return lengths
    }

    private mutating func findUsedKeys() throws {
        isUsed = []
        for (index, source) in sources.enumerated() {
            var used = [Bool](repeating: false, count: columns[index]?.ordinalCount ?? 0)
            if let column = columns[index] {
                try source.forEachValue(of: column) { _, ordinal in used[Int(ordinal)] = true }
            }
            isUsed.append(used)
        }
    }

    private mutating func mergeTerms(
        _ writer: inout FieldSectionsWriter, _ isCancelled: () -> Bool
    ) throws {
        var terms = try MergedTerms(
            sources.indices.map { fields[$0]?.dictionary ?? columns[$0]?.dictionary })
        var steps = 0
        while let (term, walks) = try terms.next() {
            steps += 1
            if steps % Self.termsPerCheck == 0, isCancelled() { throw CancellationError() }
            try merge(term, walks, &writer)
        }
    }

    private mutating func merge(
        _ term: [UInt8], _ walks: [MergedTerms.Walk], _ writer: inout FieldSectionsWriter
    ) throws {
        let isKept = try term.withUnsafeBufferPointer { bytes in
            guard shape.contains(.inverted) else {
                guard walks.contains(where: { isUsed[$0.source][$0.ordinal] }) else { return false }
                try writer.add(key: bytes)
                return true
            }
            writer.postings.beginTerm()
            if isReordered {
                try copy(walks, into: &unsorted)
                unsorted.drain(into: &writer)
            } else {
                try copy(walks, into: &writer)
            }
            return try writer.endTerm(bytes)
        }
        guard isKept, shape.contains(.ordinals) else { return }
        for walk in walks where walk.ordinal < ordinals[walk.source].count {
            ordinals[walk.source][walk.ordinal] = Int64(writer.termCount - 1)
        }
    }

    private func copy(
        _ walks: [MergedTerms.Walk], into sink: inout some PostingsSink
    ) throws {
        for walk in walks {
            guard let field = fields[walk.source], let entry = walk.entry else { continue }
            try copy(field, entry, sources[walk.source].numbers, into: &sink)
        }
    }

    private func copy(
        _ field: FieldIndex, _ entry: TermEntry, _ numbers: [UInt32],
        into sink: inout some PostingsSink
    ) throws {
        let hasPositions = shape.contains(.positions)
        if entry.totalTermFrequency == 1 {
            let number = numbers[Int(entry.singleDocument)]
            if number == MergeSource.dead { return }
            sink.add(number, 1)
            if hasPositions { sink.add(positionDifference: entry.singlePosition) }
            return
        }
        let cursor = try field.postings(entry, positions: hasPositions)
        while try cursor.nextBlock() {
            try cursor.loadFrequencies()
            for index in 0..<cursor.count {
                let number = numbers[Int(cursor.documents[index])]
                if number == MergeSource.dead { continue }
                sink.add(number, cursor.frequencies[index])
                guard hasPositions else { continue }
                var before: UInt32 = 0
                for position in try cursor.positions(at: index) {
                    sink.add(positionDifference: position - before)
                    before = position
                }
            }
        }
    }
}

/// Takes the postings of one term.
protocol PostingsSink {
    /// With positions, as many differences as the frequency says must follow.
    mutating func add(_ document: UInt32, _ frequency: UInt32)
    mutating func add(positionDifference: UInt32)
}

extension FieldSectionsWriter: PostingsSink {
    /// Documents ascend.
    @inline(__always)
    mutating func add(_ document: UInt32, _ frequency: UInt32) {
        postings.add(document, frequency)
        if !hasNorms { mark(document) }
    }

    @inline(__always)
    mutating func add(positionDifference: UInt32) {
        postings.add(positionDifference: positionDifference)
    }
}
