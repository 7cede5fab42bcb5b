// How a queue stands, as tables for a terminal.

struct QueueStatusPage {
    /// Workers, troubles and refusals listed at most, each.
    private static let rowLimit = 20

    let style: TerminalStyle

    /// - Parameter silent: Items whose holders gave no sign of life for a lease.
    func text(
        _ head: QueueHead, _ summary: QueueSummary, silent: Set<WorkQueue.Number> = []
    ) -> String {
        var parts = [headline(head, summary), phases(head, summary) + counts(summary)]
        if !summary.holdings.isEmpty { parts.append(workers(summary, silent)) }
        if !summary.troubles.isEmpty { parts.append(troubles(summary)) }
        if !summary.refusals.isEmpty { parts.append(refusals(summary)) }
        if summary.failed > 0 {
            parts.append("canopy queue retry \(head.name) gives those set aside another chance\n")
        } else if summary.holdings.isEmpty, !summary.isFinished, head.isReady {
            parts.append("nobody works on it: canopy queue work \(head.name)\n")
        }
        return parts.joined(separator: "\n")
    }

    private func headline(_ head: QueueHead, _ summary: QueueSummary) -> String {
        guard head.isReady else {
            return "\(style.bold(head.name))  \(style.yellow("● not ready"))  its making goes on, "
                + "or was interrupted: then canopy queue delete \(head.name)\n"
        }
        let painted =
            switch summary.state {
            case "done": style.green("● done")
            case "failed": style.red("● finished, with failures")
            case "working": style.cyan("● working")
            default: style.yellow("● waiting")
            }
        return "\(style.bold(head.name))  \(painted)  into \(head.index)  from "
            + head.sources.joined(separator: " ").printable.shortened(to: 80) + "\n"
    }

    /// Of an offline build.
    private func phases(_ head: QueueHead, _ summary: QueueSummary) -> String {
        guard summary.isOffline else { return "" }
        let phases = [(summary.parts, "parts"), (summary.shards, "shards")].map { phase, word in
            "\(Quantities.count(phase.done)) of \(Quantities.count(phase.total)) \(word)"
        }
        let end =
            switch summary.phase(head) {
            case "published": style.green("published")
            case "publishing": style.yellow("canopy queue publish \(head.name)")
            default: "not published"
            }
        return "offline    \((phases + [end]).joined(separator: " · "))\n"
    }

    private func counts(_ summary: QueueSummary) -> String {
        var items = ["\(Quantities.count(summary.done)) of \(Quantities.count(summary.itemCount))"]
        for (count, word) in [
            (summary.holdings.count, "claimed"), (summary.waiting, "waiting"),
            (summary.failed, "failed"),
        ] where count > 0 {
            items.append("\(Quantities.count(count)) \(word)")
        }
        var documents = [
            "\(Quantities.count(summary.indexed)) documents"
                + (summary.isOffline ? " of \(Quantities.count(summary.prepared))" : ""),
            Quantities.bytes(summary.byteCount),
        ]
        if summary.refused > 0 {
            documents.append(style.red("\(Quantities.count(summary.refused)) refused"))
        }
        if !summary.holdings.isEmpty {
            documents.append("\(Quantities.count(summary.documentsPerSecond))/s")
        }
        return "items      \(items.joined(separator: " · "))\n"
            + "documents  \(documents.joined(separator: " · "))\n"
    }

    private func workers(_ summary: QueueSummary, _ silent: Set<WorkQueue.Number>) -> String {
        var table = TextTable(columns: [
            ("worker", .left), ("item", .left), ("documents", .right), ("rate", .right),
            ("", .left),
        ])
        table.rows = summary.holdings.prefix(Self.rowLimit).map { holding in
            [
                holding.claim.holder.printable, holding.title.printable.shortened(to: 60),
                Quantities.count(holding.progress.indexed),
                Quantities.count(holding.claim.documentsPerSecond) + "/s",
                silent.contains(holding.number) ? "silent" : "",
            ]
        }
        return table.rendered(style: style) + more(summary.holdings.count)
    }

    private func troubles(_ summary: QueueSummary) -> String {
        let lines = summary.troubles.prefix(Self.rowLimit).map { trouble in
            let mark = trouble.isSetAside ? style.red("✗ set aside") : style.yellow("! waits")
            let count = trouble.failures == 1 ? "1 attempt" : "\(trouble.failures) attempts"
            return "\(mark)  \(trouble.title.printable) (\(count)): \(trouble.reason)\n"
        }
        return lines.joined() + more(summary.troubles.count)
    }

    private func refusals(_ summary: QueueSummary) -> String {
        let lines = summary.refusals.prefix(Self.rowLimit).map { document in
            let name = document.id.isEmpty ? "" : " [\(document.id.printable.shortened(to: 80))]"
            return "  \(document.place)\(name): \(document.reason)\n"
        }
        return style.red("refused\n") + lines.joined() + more(Int(summary.refused))
    }

    private func more(_ count: Int) -> String {
        count > Self.rowLimit ? style.dim("  and more; --json lists more\n") : ""
    }

    /// A line for each queue.
    func list(_ queues: [(head: QueueHead, summary: QueueSummary)]) -> String {
        guard !queues.isEmpty else { return "no queues: `canopy queue create` makes one\n" }
        var table = TextTable(columns: [
            ("queue", .left), ("index", .left), ("state", .left), ("items", .right),
            ("done", .right), ("failed", .right), ("documents", .right), ("refused", .right),
        ])
        table.rows = queues.map { head, summary in
            [
                head.name, head.index, head.isReady ? summary.state : "not ready",
                Quantities.count(summary.itemCount), Quantities.count(summary.done),
                Quantities.count(summary.failed), Quantities.count(summary.indexed),
                Quantities.count(summary.refused),
            ]
        }
        return table.rendered(style: style)
    }
}
