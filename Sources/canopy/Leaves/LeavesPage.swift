// The leaves as a table for a terminal.

import Analysis

struct LeavesPage {
    let json: Bool

    func show(_ report: JSONValue) {
        if json {
            StandardStreams.writeOutput(report.encoded() + [0x0A])
        } else {
            StandardStreams.writeOutput(text(report, TerminalStyle.detect(descriptor: 1)))
        }
    }

    func text(_ report: JSONValue, _ style: TerminalStyle) -> String {
        var table = TextTable(columns: [
            ("leaf", .left), ("address", .left), ("zone", .left), ("state", .left),
            ("owns", .right), ("serves", .right), ("joins", .right),
        ])
        let leaves = report["leaves"]?.arrayValue ?? []
        table.rows = leaves.map { leaf in
            ["name", "address", "zone", "state", "owned", "serving", "joining"].map { key in
                leaf[key].map { $0.stringValue ?? $0.description }?.printable ?? ""
            }
        }
        let isSettled = report["settled"]?.boolValue == true
        let words = isSettled ? style.green("settled") : style.yellow("shards are moving")
        let wanted = report["wanted"]?.integerValue.map { ", \($0) wanted" } ?? ""
        return "\(leaves.count) leaves\(wanted), \(words)\n\n" + table.rendered(style: style)
    }
}
