// What scrubbing found, as tables for a terminal.

import Analysis

struct ScrubPage {
    let json: Bool

    func show(_ report: JSONValue) {
        if json {
            StandardStreams.writeOutput(report.encoded() + [0x0A])
        } else {
            StandardStreams.writeOutput(text(report, TerminalStyle.detect(descriptor: 1)))
        }
    }

    /// Whether nothing is known to be wrong: all leaves answered, and what was found is mended.
    static func isSound(_ report: JSONValue) -> Bool {
        let leaves = report["leaves"]?.arrayValue ?? []
        let findings = report["findings"]?.arrayValue ?? []
        return leaves.allSatisfy { $0["failure"] == nil }
            && findings.allSatisfy { $0["mended"]?.boolValue == true }
            && report["failures"]?.arrayValue?.isEmpty ?? true
    }

    func text(_ report: JSONValue, _ style: TerminalStyle) -> String {
        var parts = [headline(report, style) + "\n", leafTable(report, style)]
        for finding in report["findings"]?.arrayValue ?? [] {
            let isMended = finding["mended"]?.boolValue == true
            let word = isMended ? style.yellow("mended") : style.red("damaged")
            parts.append(
                "\(word)  \(place(finding)), \(value(finding, "object"))\n"
                    + "  \(value(finding, "reason"))\n  \(value(finding, "remedy"))\n")
        }
        for failure in report["failures"]?.arrayValue ?? [] {
            parts.append(
                "\(style.red("not read"))  \(place(failure))\n  \(value(failure, "reason"))\n")
        }
        return parts.joined(separator: "\n")
    }

    private func headline(_ report: JSONValue, _ style: TerminalStyle) -> String {
        let count = { (key: String) in report[key]?.integerValue ?? 0 }
        if report["running"]?.boolValue == true {
            return style.yellow("reading") + ", \(count("pending")) of \(count("shards")) shards"
                + " to go"
        }
        let read =
            "\(Quantities.count(count("objects"))) objects, "
            + Quantities.bytes(count("bytes"))
        let damaged = count("damaged")
        if count("objects") == 0 { return "nothing was read since the leaves started" }
        if damaged == 0 { return style.green("sound") + ", " + read }
        let words = "\(damaged) damaged, \(count("mended")) of them mended"
        let isMended = damaged == count("mended")
        return (isMended ? style.yellow(words) : style.red(words)) + "; " + read
    }

    private func leafTable(_ report: JSONValue, _ style: TerminalStyle) -> String {
        var table = TextTable(columns: [
            ("leaf", .left), ("shards", .right), ("to go", .right), ("objects", .right),
            ("bytes", .right), ("damaged", .right), ("mended", .right), ("oldest", .right),
            ("failure", .left),
        ])
        table.rows = (report["leaves"]?.arrayValue ?? []).map { leaf in
            let count = { (key: String) in leaf[key]?.integerValue ?? 0 }
            return [value(leaf, "name")]
                + ["shards", "pending", "objects"].map { Quantities.count(count($0)) }
                + [Quantities.bytes(count("bytes"))]
                + ["damaged", "mended"].map { Quantities.count(count($0)) }
                + [Quantities.duration(.seconds(count("oldest_seconds"))), value(leaf, "failure")]
        }
        return table.rendered(style: style)
    }

    private func place(_ row: JSONValue) -> String {
        "\(value(row, "leaf")): shard \(value(row, "shard")) of \(value(row, "index"))"
    }

    private func value(_ row: JSONValue, _ key: String) -> String {
        row[key].map { $0.stringValue ?? $0.description }?.printable ?? ""
    }
}
