// Records of a shard's log for people.

import Foundation
import Shards

struct LogPage {
    let style: TerminalStyle
    /// Operations listed of one batch at most.
    let limit: Int

    func record(path: String, slot: UInt64) throws -> String {
        let record = try Self.read(path: path, slot: slot)
        var text =
            style.bold("log record \(slot)") + "  \(Self.summary(record))\n"
            + style.green("its checksum is right") + "\n"
            + "owner     \(record.owner.printable)\nsha-256   \(record.digest)\n"
            + "previous  \(record.previous)\n"
        switch record.content {
        case .fence: break
        case .batch(let operations): text += "\n" + table(operations)
        case .checkpoint(_, let segments): text += "\n" + table(segments) + kept(record.kept)
        }
        return text
    }

    static func read(path: String, slot: UInt64) throws -> InspectedRecord {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InspectionError("cannot be read")
        }
        return try InspectedRecord(Array(data), slot: slot)
    }

    /// "batch of 3: 2 written, 1 deleted".
    static func summary(_ record: InspectedRecord) -> String {
        switch record.content {
        case .fence:
            return "fence: a new owner begins"
        case .batch(let operations):
            let deleted = operations.count { $0.sourceByteCount == nil }
            return "batch of \(Quantities.count(operations.count)): "
                + "\(Quantities.count(operations.count - deleted)) written, "
                + "\(Quantities.count(deleted)) deleted"
        case .checkpoint(let covered, let segments):
            let documents = segments.reduce(0) { $0 + $1.documentCount - $1.deletedCount }
            return "checkpoint up to slot \(covered): \(segments.count) segments, "
                + "\(Quantities.count(documents)) documents"
                + (record.replaces ? ", instead of all before" : "")
                + (record.kept.isEmpty ? "" : ", \(record.kept.count) kept")
        }
    }

    private func kept(_ states: [KeptState]) -> String {
        guard !states.isEmpty else { return "" }
        var table = TextTable(columns: [
            ("kept", .left), ("slot", .right), ("documents", .right), ("size", .right),
            ("id", .left),
        ])
        table.rows = states.map {
            [
                $0.name.printable, "\($0.slot)", Quantities.count($0.documents),
                Quantities.bytes(Int64($0.bytes)), $0.id.printable,
            ]
        }
        return "\n" + table.rendered(style: style)
    }

    func table(_ segments: [InspectedRecord.Segment]) -> String {
        var table = TextTable(columns: [
            ("segment", .left), ("documents", .right), ("deleted", .right), ("size", .right),
        ])
        table.rows = segments.map {
            [
                $0.name.printable, Quantities.count($0.documentCount),
                Quantities.count($0.deletedCount), Quantities.bytes(Int64($0.byteCount)),
            ]
        }
        return table.rendered(style: style)
    }

    private func table(_ operations: [InspectedRecord.Operation]) -> String {
        var table = TextTable(columns: [
            ("operation", .left), ("id", .left), ("sequence", .right), ("version", .right),
            ("bytes", .right),
        ])
        table.rows = operations.prefix(limit).map {
            [
                $0.sourceByteCount == nil ? "delete" : "index",
                String(decoding: $0.id, as: UTF8.self).printable.shortened(to: 60),
                "\($0.sequenceNumber)", "\($0.version)",
                $0.sourceByteCount.map { Quantities.count($0) } ?? "",
            ]
        }
        let rest = operations.count - table.rows.count
        return table.rendered(style: style)
            + (rest > 0 ? style.dim("and \(Quantities.count(rest)) more (--limit)\n") : "")
    }
}
