// A shard's folder for people: its log, checked as a chain, and the segments its newest checkpoint
// names, checked against their digests.

import Foundation
import Shards
import Storage

struct ShardPage {
    let folder: String
    let style: TerminalStyle
    /// Records listed at most: the newest.
    let limit: Int

    func text(deep: Bool) throws -> String {
        let records = try readLog()
        guard let last = records.last else { throw InspectionError("the log is empty") }
        try checkChain(records)
        var table = TextTable(columns: [
            ("slot", .right), ("bytes", .right), ("record", .left), ("owner", .left),
        ])
        table.rows = records.suffix(limit).map {
            [
                "\($0.slot)", Quantities.count($0.byteCount), LogPage.summary($0),
                $0.owner.printable,
            ]
        }
        let head =
            style.bold("shard \(folder)") + "  \(Quantities.count(records.count)) records, "
            + "the newest in slot \(last.slot)\n"
            + style.green("every record's checksum is right, and the chain is whole") + "\n\n"
        return head + table.rendered(style: style) + (try segments(records, deep: deep))
    }

    /// All records by slot; a damaged one ends the reading with its name.
    private func readLog() throws -> [InspectedRecord] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/log")
        let slots = names.compactMap { name in
            InspectedPath.slot(ofName: name).map { (slot: $0, name: name) }
        }.sorted { $0.slot < $1.slot }
        return try slots.map { slot, name in
            do {
                return try LogPage.read(path: folder + "/log/" + name, slot: slot)
            } catch {
                throw InspectionError("log/\(name): \(error)")
            }
        }
    }

    /// Each record names the digest of the one before. Records that a checkpoint covers may be
    /// gone; after it none may.
    private func checkChain(_ records: [InspectedRecord]) throws {
        let covered =
            records.compactMap { record -> UInt64? in
                guard case .checkpoint(let slot, _) = record.content else { return nil }
                return slot
            }.max() ?? 0
        for (before, record) in zip(records, records.dropFirst()) {
            if before.slot + 1 == record.slot {
                guard record.previous == before.digest else {
                    throw InspectionError(
                        "log: slot \(record.slot) does not follow the record in slot "
                            + "\(before.slot): its digest differs")
                }
            } else if record.slot > covered + 1 {
                throw InspectionError(
                    "log: slots \(before.slot + 1) to \(record.slot - 1) are missing, and no "
                        + "checkpoint covers them all")
            }
        }
    }

    private func segments(_ records: [InspectedRecord], deep: Bool) throws -> String {
        let newest = records.last {
            if case .checkpoint = $0.content { true } else { false }
        }
        guard let newest, case .checkpoint(_, let segments) = newest.content else {
            return "\nno checkpoint yet: everything is in the log\n"
        }
        var text = "\n" + LogPage(style: style, limit: limit).table(segments)
        for segment in segments {
            let path = folder + "/segments/" + segment.name
            do {
                let bytes = try MappedBytes(mapping: path)
                let digest = withExtendedLifetime(bytes) { SHA256Digest(of: bytes.pointer) }
                guard digest == segment.digest else {
                    throw InspectionError("its SHA-256 is not the one the checkpoint names")
                }
                let page = try SegmentPage(path: path, style: style)
                if deep { text += try page.reader.name + page.decodeEverything() }
            } catch {
                throw InspectionError("segments/\(segment.name): \(error)")
            }
        }
        return text + style.green("every segment is the one the checkpoint names") + "\n"
    }
}
