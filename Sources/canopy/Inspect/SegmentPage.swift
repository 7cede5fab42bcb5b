// One segment for people: its sections, fields, terms and documents.

import Analysis
import Foundation
import Segments
import Storage

struct SegmentPage {
    let reader: SegmentReader
    let style: TerminalStyle

    /// Opens, which verifies every checksum.
    init(path: String, style: TerminalStyle) throws {
        let name = URL(fileURLWithPath: path).lastPathComponent
        reader = try SegmentReader(MappedBytes(mapping: path), name: name)
        self.style = style
    }

    func overview() throws -> String {
        let facts = [
            "\(Quantities.count(reader.documentCount)) documents",
            Quantities.bytes(Int64(reader.byteCount)),
            "sequence numbers up to \(reader.maximumSequenceNumber)",
            "identity \(String(reader.identity, radix: 16))",
        ]
        return style.bold("segment \(reader.name)") + "  " + facts.joined(separator: " · ") + "\n"
            + style.green("every checksum is right") + "\n\n" + sections() + "\n" + fields() + "\n"
            + columns()
    }

    private func sections() -> String {
        var table = TextTable(columns: [
            ("section", .left), ("offset", .right), ("bytes", .right), ("share", .right),
        ])
        table.rows = reader.sections().map { section in
            let share = Double(section.length) / Double(max(1, reader.byteCount))
            return [
                section.name.printable, Quantities.count(section.offset),
                Quantities.count(section.length), String(format: "%.1f %%", share * 100),
            ]
        }
        return table.rendered(style: style)
    }

    private func fields() -> String {
        var table = TextTable(columns: [
            ("indexed field", .left), ("terms", .right), ("documents", .right),
            ("occurrences", .right), ("postings", .right), ("mean length", .right),
            ("has", .left),
        ])
        table.rows = reader.fieldPaths.compactMap { reader.field($0) }.map { field in
            let counts = field.statistics
            let length = Double(counts.totalTermFrequency) / Double(max(1, counts.documentCount))
            let shapes = [
                field.hasFrequencies ? "frequencies" : nil, field.hasPositions ? "positions" : nil,
                field.hasNorms ? "norms" : nil,
            ].compactMap(\.self)
            return [
                field.path.printable, Quantities.count(field.termCount),
                Quantities.count(counts.documentCount),
                Quantities.count(counts.totalTermFrequency),
                Quantities.count(counts.sumDocumentFrequency),
                Quantities.decimal(length, significant: 3), shapes.joined(separator: ", "),
            ]
        }
        return table.rendered(style: style)
    }

    private func columns() -> String {
        var table = TextTable(columns: [
            ("column", .left), ("kind", .left), ("values", .right), ("distinct", .right),
            ("many a document", .left), ("smallest", .right), ("largest", .right),
        ])
        table.rows = reader.columnPaths.compactMap { reader.column($0) }.map { column in
            let isNumber = column.kind == .integer && column.valueCount > 0
            return [
                column.path.printable, "\(column.kind)", Quantities.count(column.valueCount),
                column.kind == .ordinal ? Quantities.count(column.ordinalCount) : "",
                column.isMultiValued ? "yes" : "", isNumber ? "\(column.minimum)" : "",
                isNumber ? "\(column.maximum)" : "",
            ]
        }
        return table.rendered(style: style)
    }

    func terms(field path: String, prefix: String, limit: Int) throws -> String {
        guard let field = reader.field(path) else {
            let known = reader.fieldPaths.joined(separator: ", ")
            throw InspectionError("there is no indexed field '\(path)'; there are: \(known)")
        }
        var table = TextTable(columns: [
            ("term", .left), ("documents", .right), ("occurrences", .right),
        ])
        let terms = field.terms(prefix: Array(prefix.utf8))
        while table.rows.count < limit, let (bytes, entry) = try terms.next() {
            table.rows.append([
                Term(bytes).text.printable.shortened(to: 60),
                Quantities.count(entry.documentFrequency),
                Quantities.count(entry.totalTermFrequency),
            ])
        }
        return table.rendered(style: style)
    }

    /// The newest document with an id, with its version, as it was sent.
    func document(id: String) throws -> String {
        let bytes = Array(id.utf8)
        guard let document = reader.find(id: bytes, tieKey: DocumentRouting.hash(bytes)) else {
            throw InspectionError("no document of this segment has the id '\(id)'")
        }
        let facts =
            "document \(document) · version \(reader.version(document)) · sequence number "
            + "\(reader.sequenceNumber(document))"
        return style.dim(facts) + "\n"
            + String(decoding: try reader.source(document), as: UTF8.self) + "\n"
    }

    /// Decodes all there is, which finds what a checksum cannot: bytes that were written wrong.
    func decodeEverything() throws -> String {
        var (postings, values) = (0, 0)
        for field in reader.fieldPaths.compactMap({ reader.field($0) }) {
            let terms = field.terms(prefix: [])
            while let (bytes, entry) = try terms.next() {
                let count = try decode(field, entry)
                guard count == entry.documentFrequency else {
                    throw InspectionError(
                        "the term '\(Term(bytes).text.printable)' of \(field.path) has \(count) "
                            + "postings, its entry says \(entry.documentFrequency)")
                }
                postings += count
            }
        }
        var buffer: [Int64] = []
        for document in 0..<UInt32(reader.documentCount) {
            _ = try reader.source(document)
            for column in reader.columnPaths.compactMap({ reader.column($0) }) {
                buffer.removeAll(keepingCapacity: true)
                try column.values(document, into: &buffer)
                values += buffer.count
            }
        }
        return "\n"
            + style.green(
                "decoded \(Quantities.count(postings)) postings, "
                    + "\(Quantities.count(values)) values "
                    + "and \(Quantities.count(reader.documentCount)) documents") + "\n"
    }

    private func decode(_ field: FieldIndex, _ entry: TermEntry) throws -> Int {
        let cursor = try field.postings(entry, positions: field.hasPositions)
        var count = 0
        while try cursor.nextBlock() {
            if field.hasFrequencies { try cursor.loadFrequencies() }
            if field.hasPositions {
                for index in 0..<cursor.count { _ = try cursor.positions(at: index) }
            }
            count += cursor.count
        }
        return count
    }
}
