// What a segment holds: how many documents, and which fields in which shapes.

import Analysis
import Storage

/// How a field was indexed.
struct FieldShape: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    /// Has a term dictionary with postings.
    static let inverted = FieldShape(rawValue: 1)
    static let frequencies = FieldShape(rawValue: 2)
    static let positions = FieldShape(rawValue: 4)
    /// Has norms and exact lengths.
    static let norms = FieldShape(rawValue: 8)
    static let column = FieldShape(rawValue: 16)
    /// The column's values are places in the term dictionary.
    static let ordinals = FieldShape(rawValue: 32)

    static let text: FieldShape = [.inverted, .frequencies, .positions, .norms]
    static let all: FieldShape = [text, .column, .ordinals]

    var hasDictionary: Bool { contains(.inverted) || contains(.ordinals) }
}

/// One field of the summary.
struct FieldSummary: Sendable, Equatable {
    var path: Term
    var shape: FieldShape
    var termCount = 0
    var statistics = FieldStatistics()
}

/// The `summary` section.
///
///     summary := varint(documents) signedVarint(maximum sequence number) varint(fields) field*
///     field   := string path, u8 shape, varint terms, varint documents with a term,
///                varint total term frequency, varint sum of document frequencies
///
/// Two documents up to sequence number 4, the text field "a" of 3 terms in both documents, 5
/// occurrences, 4 postings: `02 08 01  01 61 0F 03 02 05 04`.
struct Summary: Sendable, Equatable {
    var documentCount: Int
    var maximumSequenceNumber: Int64
    /// In byte order of their paths.
    var fields: [FieldSummary]

    /// Document numbers stay below this, so that sums of two never overflow 32 bits.
    static let maximumDocuments = Int(Int32.max) - 1

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.varint(documentCount)
        writer.signedVarint(maximumSequenceNumber)
        writer.varint(fields.count)
        for field in fields {
            writer.lengthPrefixed(field.path.bytes)
            writer.uint8(field.shape.rawValue)
            writer.varint(field.termCount)
            writer.varint(Int(field.statistics.documentCount))
            writer.varint(Int(field.statistics.totalTermFrequency))
            writer.varint(Int(field.statistics.sumDocumentFrequency))
        }
        return writer.bytes
    }

    init(documentCount: Int, maximumSequenceNumber: Int64, fields: [FieldSummary]) {
        self.documentCount = documentCount
        self.maximumSequenceNumber = maximumSequenceNumber
        self.fields = fields
    }

    init(_ section: SectionBytes) throws {
        self = try section.reading { reader in
            let documentCount = try reader.varint(upTo: Self.maximumDocuments)
            let maximum = try reader.signedVarint()
            let fieldCount = try reader.varint(upTo: reader.remaining)
            var fields: [FieldSummary] = []
            for _ in 0..<fieldCount {
                let field = try Self.field(&reader, documentCount)
                if let last = fields.last, last.path >= field.path {
                    throw reader.corrupt("the fields are not in order")
                }
                fields.append(field)
            }
            try reader.expectEnd()
            return Summary(
                documentCount: documentCount, maximumSequenceNumber: maximum, fields: fields)
        }
    }

    private static func field(
        _ reader: inout ByteReader, _ documentCount: Int
    ) throws -> FieldSummary {
        let path = Term(try reader.lengthPrefixed())
        let shape = FieldShape(rawValue: try reader.uint8())
        guard shape.isSubset(of: .all), !shape.isEmpty,
            shape.contains(.column) || !shape.contains(.ordinals),
            shape.contains(.inverted) || shape.isDisjoint(with: .text),
            shape.contains(.frequencies) || !shape.contains(.positions)
        else { throw reader.corrupt("the field '\(path)' cannot have shape \(shape.rawValue)") }
        let limit = Int(Int64.max >> 16)
        return FieldSummary(
            path: path, shape: shape, termCount: try reader.varint(upTo: Int(Int32.max)),
            statistics: FieldStatistics(
                documentCount: Int64(try reader.varint(upTo: documentCount)),
                totalTermFrequency: Int64(try reader.varint(upTo: limit)),
                sumDocumentFrequency: Int64(try reader.varint(upTo: limit))))
    }
}
