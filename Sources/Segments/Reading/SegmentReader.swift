// One immutable segment, open for reading.

import Analysis
import Storage

/// Opening verifies every section's checksum and every table that later reads rely on; the same
/// code reads mapped files and memory. What decoders find wrong later they throw.
public final class SegmentReader: Sendable {
    public let name: String
    /// A hash of the content: equal only for equal segments.
    public let identity: UInt64
    public let documentCount: Int
    public let byteCount: Int
    /// -1 when there are no documents.
    public let maximumSequenceNumber: Int64

    let summary: Summary
    let stored: StoredReader
    let identities: IdentityReader
    private let fields: [Term: FieldIndex]
    /// The same while they are few, to be compared with and not hashed.
    private let fewFields: [FieldIndex]
    private static let few = 8
    private let columns: [Term: Column]
    private let ordered: [SectionBytes]

    /// - Parameter areVerified: Whether the caller knows a digest of all these bytes, and it was
    ///   right.
    /// - Throws: `SegmentError` with the section that is damaged.
    public convenience init(_ bytes: MappedBytes, name: String, areVerified: Bool = false) throws {
        try self.init(
            ImageReader(bytes, name: name, areVerified: areVerified),
            byteCount: bytes.pointer.count)
    }

    /// Of sections that are verified.
    init(_ image: ImageReader, byteCount: Int) throws {
        let summary = try Summary(try image.section(SectionName(.summary)))
        name = image.segment
        self.summary = summary
        identity = image.identity
        documentCount = summary.documentCount
        self.byteCount = byteCount
        maximumSequenceNumber = summary.maximumSequenceNumber
        ordered = image.ordered
        identities = try IdentityReader(image, documentCount: documentCount)
        stored = try StoredReader(
            stored: try image.section(SectionName(.stored)),
            index: try image.section(SectionName(.storedIndex)), documentCount: documentCount)
        var fields: [Term: FieldIndex] = [:]
        var columns: [Term: Column] = [:]
        for field in summary.fields {
            var dictionary: TermDictionary?
            if field.shape.contains(.inverted) {
                let index = try FieldIndex(field, image, documentCount: summary.documentCount)
                fields[field.path] = index
                dictionary = index.dictionary
            } else if field.shape.contains(.ordinals) {
                dictionary = try TermDictionary(
                    field, documentCount: summary.documentCount,
                    terms: try image.section(SectionName(.terms, field.path)),
                    index: try image.section(SectionName(.termIndex, field.path)),
                    postings: nil, positions: nil)
            }
            if field.shape.contains(.column) {
                columns[field.path] = try Column(
                    path: field.path.text, try image.section(SectionName(.column, field.path)),
                    documentCount: summary.documentCount,
                    dictionary: field.shape.contains(.ordinals) ? dictionary : nil)
            }
        }
        self.fields = fields
        fewFields = fields.count <= Self.few ? Array(fields.values) : []
        self.columns = columns
    }

    /// The inverted field; nil when no document of the segment has it indexed.
    public func field(_ path: String) -> FieldIndex? {
        fields.count <= Self.few ? fewFields.first { $0.path == path } : fields[Term(path)]
    }

    /// The values; nil when no document of the segment has any.
    public func column(_ path: String) -> Column? { columns[Term(path)] }

    /// Paths of the inverted fields, in byte order.
    public var fieldPaths: [String] {
        summary.fields.filter { $0.shape.contains(.inverted) }.map(\.path.text)
    }

    /// Paths of the columns, in byte order.
    public var columnPaths: [String] {
        summary.fields.filter { $0.shape.contains(.column) }.map(\.path.text)
    }

    /// The document as it was sent, byte for byte.
    public func source(_ document: UInt32) throws -> [UInt8] {
        precondition(Int(document) < documentCount, "there is no such document")
        let block = try stored.load(stored.block(of: Int(document)))
        return [UInt8](block.source(Int(document)))
    }

    public func id(_ document: UInt32) -> [UInt8] { [UInt8](identities.idBytes(document)) }

    /// `DocumentRouting.hash` of the id.
    public func tieKey(_ document: UInt32) -> UInt64 { identities.tieKey(document) }

    /// Those of many documents: each is far from the others in memory, but none waits for another.
    public func tieKeys(
        of documents: UnsafeBufferPointer<UInt32>, into keys: UnsafeMutablePointer<UInt64>
    ) {
        identities.tieKeys(of: documents, into: keys)
    }

    public func sequenceNumber(_ document: UInt32) -> Int64 {
        identities.sequenceNumber(document)
    }

    public func version(_ document: UInt32) -> Int64 { identities.version(document) }

    /// The newest document with this id; it may be deleted.
    public func find(id: [UInt8], tieKey: UInt64) -> UInt32? {
        id.withUnsafeBytes { identities.find(id: $0, tieKey: tieKey) }
    }

    /// In file order, for people.
    public func sections() -> [(name: String, offset: Int, length: Int)] {
        ordered.map { ($0.name.description, $0.offset, $0.count) }
    }

    /// Which documents have a value in the field, an empty text included, deleted documents
    /// included. Nil: the segment knows no such field, so none has.
    public func presence(_ path: String) throws -> PresenceBits? {
        let path = Term(path)
        if let lengths = fields[path]?.lengths { return try presence(in: lengths, above: 0) }
        if let column = columns[path] { return try presence(in: column, above: .min) }
        guard let field = fields[path] else { return nil }
        var bits = PresenceBits(documentCount: documentCount)
        let terms = field.terms(from: nil, to: nil)
        while let (_, entry) = try terms.next() {
            let cursor = try field.postings(entry, positions: false)
            while try cursor.nextBlock() {
                for index in 0..<cursor.count { bits.insert(cursor.documents[index]) }
            }
        }
        return bits
    }

    /// Documents with a value that is larger than `bound`, or any value for the smallest bound.
    private func presence(in column: Column, above bound: Int64) throws -> PresenceBits {
        var bits = PresenceBits(documentCount: documentCount)
        var values: [Int64] = []
        var ends = [UInt32](repeating: 0, count: Column.blockSize)
        for block in 0..<column.blockCount {
            let count = column.valueCount(block: block)
            if values.count < count + 1 { values = [Int64](repeating: 0, count: count + 1) }
            try values.withUnsafeMutableBufferPointer { values in
                try ends.withUnsafeMutableBufferPointer { ends in
                    guard let values = values.baseAddress, let ends = ends.baseAddress else {
                        return
                    }
                    try column.load(block: block, into: values, ends: ends)
                    var start: UInt32 = 0
                    for index in 0..<column.documentCount(ofBlock: block) {
                        if ends[index] > start, bound == .min || values[Int(start)] > bound {
                            bits.insert(UInt32(block * Column.blockSize + index))
                        }
                        start = ends[index]
                    }
                }
            }
        }
        return bits
    }
}
