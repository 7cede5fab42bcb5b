// Turns parsed documents into the bytes of one segment: the inverter.

import Analysis
import Storage

/// Not `Sendable`: one thread, one builder. Values follow their mapping: text becomes postings
/// with frequencies, positions and norms; keyword and boolean become postings and a column;
/// the other types a column. Keyword values longer than `ignoreAbove` UTF-16 units or than
/// `Analyzer.maximumTermBytes` stay in the source only. What a normalizer made is no longer
/// measured by `ignoreAbove`.
public final class SegmentBuilder {
    /// Bytes of memory for terms and postings after which documents are refused: `finish` then
    /// fails, so flush well before.
    static let maximumArenaBytes = 3 << 30
    /// Terms whose memory `finish` fetches at once.
    private static let termsPerPreparation = 32

    /// Grows only: ordinals keep their meaning.
    public var schema: Schema {
        didSet { precondition(schema.fields.count >= oldValue.fields.count) }
    }
    public var documentCount: Int { identities.documentCount }

    private var analyzersByName: [String: Analyzer] = [:]
    private let table = TermTable()
    private var fields: [FieldAccumulator] = []
    private var identities = IdentityWriter()
    private var stored = StoredWriter()
    private var batch = TokenBatch()
    private var failure: (any Error)?

    public init(schema: Schema) {
        self.schema = schema
    }

    /// Bytes of memory in use, roughly; the image will be smaller.
    public var estimatedBytes: Int {
        fields.reduce(table.byteCount + identities.byteCount + stored.byteCount) {
            $0 + $1.byteCount
        }
    }

    /// Returns the document's number in the segment. A document may repeat an id: the caller
    /// knows which is alive. What goes wrong is thrown by `finish`.
    public func add(
        _ document: ParsedDocument, id: String, source: [UInt8], sequenceNumber: Int64,
        version: Int64
    ) -> UInt32 {
        if let grown = document.schema, grown.fields.count > schema.fields.count { schema = grown }
        let number = UInt32(documentCount)
        var id = id
        id.withUTF8 {
            let bytes = UnsafeRawBufferPointer($0)
            identities.add(
                bytes, tieKey: DocumentRouting.hash(bytes), sequenceNumber: sequenceNumber,
                version: version)
        }
        do {
            try refuseBeyondLimits()
            try source.withUnsafeBytes { try stored.add($0) }
            for field in document.fields { try add(field, number) }
        } catch {
            failure = failure ?? error
        }
        return number
    }

    private func refuseBeyondLimits() throws {
        guard table.arena.count <= Self.maximumArenaBytes,
            documentCount <= Summary.maximumDocuments
        else {
            throw SegmentError(
                segment: "new", section: "builder",
                reason: "it has \(documentCount) documents and \(table.arena.count) bytes of terms",
                remedy: "finish a segment before it grows so large")
        }
    }

    private func add(_ field: ParsedField, _ document: UInt32) throws {
        while fields.count <= field.ordinal {
            fields.append(FieldAccumulator(schema.fields[fields.count]))
        }
        let accumulator = fields[field.ordinal]
        let ordinal = UInt32(field.ordinal)
        switch field.value {
        case .text(let text):
            if accumulator.shape.contains(.positions) {
                try invert(text, accumulator, ordinal, document)
            }
        case .keyword(let text): add(keyword: text, accumulator, ordinal, document)
        case .completion(let term):
            guard accumulator.shape.contains(.inverted), !term.isEmpty else { return }
            let number = term.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { table.insert($0, bytes.count, field: ordinal) }
            }
            if let number, table.addDocument(number, document) { accumulator.mark(document) }
        case .integer(let value):
            if accumulator.mapping.type == .boolean, accumulator.shape.contains(.inverted) {
                let word: StaticString = value == 0 ? "false" : "true"
                let number = table.insert(word.utf8Start, word.utf8CodeUnitCount, field: ordinal)
                _ = table.addDocument(number, document)
                accumulator.mark(document)
            }
            if accumulator.shape.contains(.column) { accumulator.column.add(document, value) }
        case .real(let value):
            if accumulator.shape.contains(.column) {
                accumulator.column.add(document, SortableDouble.encode(value))
            }
        }
    }

    private func invert(
        _ text: String, _ field: FieldAccumulator, _ ordinal: UInt32, _ document: UInt32
    ) throws {
        try analyzer(named: field.mapping.analyzer).analyze(text, into: &batch)
        field.begin(document)
        let base = field.nextPosition
        let limit = SegmentLimits.maximumPosition
        batch.termBytes.withUnsafeBufferPointer { bytes in
            batch.termEnds.withUnsafeBufferPointer { ends in
                batch.positions.withUnsafeBufferPointer { positions in
                    guard let bytes = bytes.baseAddress, let ends = ends.baseAddress else {
                        return
                    }
                    var start = 0
                    for first in stride(from: 0, to: positions.count, by: TermTable.groupSize) {
                        let size = min(TermTable.groupSize, positions.count - first)
                        table.prepare(
                            bytes, ends + first, count: size, from: start, field: ordinal)
                        for index in first..<(first + size) {
                            let end = Int(ends[index])
                            let number = table.insert(
                                bytes + start, end - start, field: ordinal,
                                hash: table.hashes[index - first])
                            let position = min(base &+ positions[index], limit)
                            table.addOccurrence(number, document, position: position)
                            start = end
                        }
                    }
                }
            }
        }
        field.endText(tokens: batch.count, positions: batch.positionCount)
    }

    private func analyzer(named name: String) throws -> Analyzer {
        if let analyzer = analyzersByName[name] { return analyzer }
        let analyzers = schema.analyzers
        guard let analyzer = analyzers.makeAnalyzer(named: name) else {
            throw SegmentError(
                segment: "new", section: "builder", reason: "there is no analyzer '\(name)'",
                remedy: "use one of \(analyzers.names.joined(separator: ", "))")
        }
        analyzersByName[name] = analyzer
        return analyzer
    }

    private func add(
        keyword text: String, _ field: FieldAccumulator, _ ordinal: UInt32, _ document: UInt32
    ) {
        guard !field.shape.isEmpty, text.utf8.count <= Analyzer.maximumTermBytes,
            field.mapping.normalizer != nil || text.utf8.count <= field.mapping.ignoreAbove
                || text.utf16.count <= field.mapping.ignoreAbove
        else { return }
        var text = text
        let number = text.withUTF8 { bytes in
            withExtendedLifetime(bytes) {
                var empty: UInt8 = 0
                return withUnsafePointer(to: &empty) {
                    table.insert(bytes.baseAddress ?? $0, bytes.count, field: ordinal)
                }
            }
        }
        guard table.addDocument(number, document) else { return }
        if field.shape.contains(.inverted) { field.mark(document) }
        if field.shape.contains(.column) { field.column.add(document, Int64(number)) }
    }

    /// The whole image; the builder is spent.
    public func finish() throws -> [UInt8] {
        if let failure { throw failure }
        let sorted = TermSort.sortedByField(table, fieldCount: fields.count)
        var image = ImageWriter(capacity: estimatedBytes / 2)
        var summary = Summary(
            documentCount: documentCount,
            maximumSequenceNumber: identities.maximumSequenceNumber, fields: [])
        let byPath = fields.indices.sorted { fields[$0].path < fields[$1].path }
        for ordinal in byPath {
            if let field = try write(fields[ordinal], terms: sorted[ordinal], into: &image) {
                summary.fields.append(field)
            }
        }
        try identities.write(to: &image)
        let sections = try stored.finish()
        image.add(.stored, sections.stored)
        image.add(.storedIndex, sections.index)
        image.add(.summary, summary.encoded())
        return image.finish()
    }

    private func write(
        _ field: FieldAccumulator, terms: [UInt32], into image: inout ImageWriter
    ) throws -> FieldSummary? {
        var writer = FieldSectionsWriter(
            path: field.path, shape: field.shape, documentCount: documentCount,
            lengths: field.shape.contains(.norms) ? field.lengths(documentCount) : [])
        for document in field.markedDocuments { writer.mark(document) }
        let isOrdinal = field.shape.contains(.ordinals)
        var ranks: [Int64] = isOrdinal ? [Int64](repeating: 0, count: table.count) : []
        for (rank, number) in terms.enumerated() {
            if rank % Self.termsPerPreparation == 0 {
                table.prepareToWrite(terms[rank...].prefix(Self.termsPerPreparation))
            }
            let term = table.term(Int(number))
            if field.shape.contains(.inverted) {
                writer.postings.beginTerm()
                table.write(Int(number), to: &writer.postings)
                _ = try writer.endTerm(term)
            } else {
                try writer.add(key: term)
            }
            if isOrdinal { ranks[Int(number)] = Int64(rank) }
        }
        if isOrdinal {
            for index in field.column.values.indices {
                field.column.values[index] = ranks[Int(field.column.values[index])]
            }
        }
        return writer.finish(column: field.column, kind: field.kind, into: &image)
    }
}
