// Snapshots as tables for a terminal.

import Analysis
import Foundation

struct SnapshotPage {
    let style: TerminalStyle

    func list(_ snapshots: JSONValue?) -> String {
        var table = TextTable(columns: [
            ("snapshot", .left), ("made", .left), ("indices", .left), ("documents", .right),
            ("size", .right),
        ])
        table.rows = (snapshots?.arrayValue ?? []).map { snapshot in
            [
                text(snapshot["snapshot"]), Self.time(snapshot["start_time_in_millis"]),
                (snapshot["indices"]?.arrayValue ?? []).map { text($0) }.joined(separator: ","),
                count(snapshot["documents"]), size(snapshot["bytes"]),
            ]
        }
        if table.rows.isEmpty { return "no snapshots; canopy snapshot create NAME makes one\n" }
        return table.rendered(style: style)
    }

    func details(_ snapshots: JSONValue?) -> String {
        (snapshots?.arrayValue ?? []).map { snapshot in
            var table = TextTable(columns: [
                ("index", .left), ("shards", .right), ("documents", .right), ("size", .right),
                ("uuid", .left),
            ])
            table.rows = (snapshot["details"]?.objectValue ?? JSONObject()).map { name, index in
                [
                    name.printable, "\(index["slots"]?.arrayValue?.count ?? 0)",
                    count(index["documents"]), size(index["bytes"]), text(index["uuid"]),
                ]
            }
            return style.bold("snapshot \(text(snapshot["snapshot"]))") + "  of "
                + Self.time(snapshot["start_time_in_millis"]) + "\n\n"
                + table.rendered(style: style)
        }.joined(separator: "\n")
    }

    func restored(_ answer: JSONValue?) -> String {
        let names = (answer?["indices"]?.arrayValue ?? []).map { text($0) }
        let shards = answer?["shards"]
        let done = "\(count(shards?["successful"])) of \(count(shards?["total"])) shards answer\n"
        let failures = (answer?["failures"]?.arrayValue ?? []).map {
            style.yellow("\(text($0["index"])) \(count($0["shard"])): \(text($0["reason"]))") + "\n"
        }
        return names.joined(separator: ", ") + ": " + done + failures.joined()
    }

    func rolledBack(_ shards: JSONValue?) -> String {
        var table = TextTable(columns: [
            ("index", .left), ("shard", .right), ("back to slot", .right), ("documents", .right),
        ])
        table.rows = (shards?.arrayValue ?? []).map {
            [text($0["index"]), count($0["shard"]), count($0["slot"]), count($0["documents"])]
        }
        return table.rendered(style: style)
    }

    private func text(_ value: JSONValue?) -> String { (value?.stringValue ?? "").printable }

    private func count(_ value: JSONValue?) -> String {
        (value?.integerValue).map { Quantities.count(Int($0)) } ?? ""
    }

    private func size(_ value: JSONValue?) -> String {
        (value?.integerValue).map { Quantities.bytes($0) } ?? ""
    }

    /// `2026-11-22T07:40:00Z`
    private static func time(_ value: JSONValue?) -> String {
        guard let milliseconds = value?.integerValue else { return "" }
        return Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
    }
}
