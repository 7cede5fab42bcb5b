// A cluster's status as tables for a terminal.

import Analysis

struct StatusPage {
    /// Shards in trouble listed at most.
    private static let troubleLimit = 20

    let style: TerminalStyle
    let url: String
    let showsAllShards: Bool

    func text(_ status: ClusterStatus) -> String {
        var parts = [headline(status.health)]
        if let nodes = status.nodes {
            parts.append(
                table(
                    nodes,
                    [
                        ("node", ["name"], .left), ("address", ["ip"], .left),
                        ("role", ["node.role"], .left), ("state", ["state"], .left),
                        ("shards", ["shards"], .right), ("memory", ["ram.current"], .right),
                        ("uptime", ["uptime"], .right),
                    ]))
        }
        if let indices = status.indices {
            parts.append(
                indices.isEmpty
                    ? "no indices yet: `canopy import` makes one\n"
                    : table(
                        indices,
                        [
                            ("index", ["index"], .left), ("health", ["health"], .left),
                            ("shards", ["pri"], .right), ("documents", ["docs.count"], .right),
                            ("deleted", ["docs.deleted"], .right), ("size", ["store.size"], .right),
                        ]))
        }
        if let shards = status.shards { parts.append(shardPart(shards)) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func headline(_ health: JSONValue) -> String {
        let status = health["status"]?.stringValue ?? "unknown"
        let painted =
            switch status {
            case "green": style.green("● green")
            case "yellow": style.yellow("● yellow")
            case "red": style.red("● red")
            default: status.printable
            }
        let name = (health["cluster_name"]?.stringValue ?? "").printable
        var facts = [style.bold(name), painted, url]
        for (key, words) in [
            ("number_of_nodes", "nodes"), ("active_shards", "active shards"),
            ("unassigned_shards", "unassigned"), ("damaged_shards", "damaged"),
        ] {
            if let count = health[key]?.integerValue, count > 0 || key != "unassigned_shards" {
                facts.append("\(Quantities.count(count)) \(words)")
            }
        }
        return facts.filter { !$0.isEmpty }.joined(separator: "  ") + "\n"
    }

    private func shardPart(_ shards: [JSONValue]) -> String {
        let troubled = shards.filter { shard in
            shard["state"]?.stringValue != "STARTED"
                || shard["damage"]?.stringValue?.isEmpty == false
        }
        let shown = showsAllShards ? shards : Array(troubled.prefix(Self.troubleLimit))
        guard !shown.isEmpty else { return "" }
        let hidden = showsAllShards ? 0 : troubled.count - shown.count
        let more = hidden > 0 ? style.red("and \(hidden) more (--shards lists all)\n") : ""
        return table(
            shown,
            [
                ("shard of", ["index"], .left), ("number", ["shard"], .right),
                ("state", ["state"], .left), ("documents", ["docs"], .right),
                ("size", ["store"], .right), ("node", ["node"], .left),
                ("reason", ["unassigned.reason"], .left), ("damage", ["damage"], .left),
            ]) + more
    }

    private typealias Column = (title: String, keys: [String], alignment: TextTable.Alignment)

    /// Columns without a value in any row are left out.
    private func table(_ rows: [JSONValue], _ columns: [Column]) -> String {
        let used = columns.filter { column in
            rows.contains { !value($0, column).isEmpty }
        }
        var table = TextTable(columns: used.map { ($0.title, $0.alignment) })
        table.rows = rows.map { row in used.map { value(row, $0) } }
        return table.rendered(style: style)
    }

    private func value(_ row: JSONValue, _ column: Column) -> String {
        let text =
            column.keys.lazy.compactMap { row[$0] }.first
            .map { $0.stringValue ?? ($0.isNull ? "" : $0.description) } ?? ""
        guard let number = Int64(text) else { return text.printable }
        switch column.title {
        case "size", "memory": return Quantities.bytes(number)
        case "uptime": return Quantities.duration(.seconds(number))
        default: return Quantities.count(number)
        }
    }
}
