// An evaluation's result as tables for a terminal.

import Foundation

/// Renders results for people.
struct EvalReportText {
    let style: TerminalStyle
    let showsTopics: Bool

    func text(_ result: EvalResult) -> String {
        var text = heading(result)
        text += (result.systems.count == 2 ? comparison(result) : means(result)) + "\n"
        if showsTopics { text += topics(result) + "\n" }
        return text + notes(result).map { $0 + "\n" }.joined()
    }

    private func heading(_ result: EvalResult) -> String {
        let names = result.systems.map { style.bold($0.description) }
        let systems =
            names.count == 2 ? "A  \(names[0])\nB  \(names[1])\n" : (names.first ?? "") + "\n"
        let depth =
            result.depth.map { "the best \(Quantities.count($0)) hits of each" } ?? "all hits"
        let count = Quantities.count(result.selection.counted.count)
        return systems + style.dim("\(count) topics, \(depth)") + "\n\n"
    }

    private func means(_ result: EvalResult) -> String {
        var table = TextTable(columns: [("measure", .left), ("mean", .right)])
        guard let system = result.systems.first else { return "" }
        table.rows = result.measures.map {
            [$0.name, Self.value(system.evaluation.mean(of: $0))]
        }
        return table.rendered(style: style)
    }

    private func comparison(_ result: EvalResult) -> String {
        var table = TextTable(columns: [
            ("measure", .left), ("A", .right), ("B", .right), ("A - B", .right),
            ("change", .right), ("A better", .right), ("same", .right), ("B better", .right),
            ("p (t test)", .right), ("p (randomisation)", .right),
        ])
        table.rows = result.comparisons.map { row in
            [
                row.measure.name, Self.value(row.meanA), Self.value(row.meanB),
                Self.difference(row.difference),
                row.relativeChange.map { String(format: "%+.1f %%", $0 * 100) } ?? "–",
                Quantities.count(row.wins), Quantities.count(row.ties),
                Quantities.count(row.losses), Self.probability(row.studentProbability),
                Self.probability(row.randomisationProbability),
            ]
        }
        let tests =
            "two-sided, paired by topic; \(Quantities.count(result.permutations)) permutations, "
            + "seed \(result.seed)"
        return table.rendered(style: style) + style.dim(tests) + "\n"
    }

    /// A row per topic: A's values and, of two systems, the differences to B's.
    private func topics(_ result: EvalResult) -> String {
        guard let first = result.systems.first?.evaluation else { return "" }
        let second = result.systems.count == 2 ? result.systems[1].evaluation : nil
        var table = TextTable(columns: [("topic", .left), ("hits", .right)])
        for measure in result.measures {
            table.columns.append((measure.name, .right))
            if second != nil { table.columns.append(("A - B", .right)) }
        }
        for (number, topic) in result.selection.counted.enumerated() {
            var row = [
                topic.id.text.printable.shortened(to: 40),
                Quantities.count(first.hitCounts[number]),
            ]
            for (column, value) in first.values[number].enumerated() {
                row.append(Self.value(value))
                if let second { row.append(Self.difference(value - second.values[number][column])) }
            }
            table.rows.append(row)
        }
        return table.rendered(style: style)
    }

    private func notes(_ result: EvalResult) -> [String] {
        var notes: [String] = []
        func tell(_ topics: [Identifier], _ one: String, _ several: String) {
            guard !topics.isEmpty else { return }
            let count = topics.count == 1 ? "1 topic" : "\(Quantities.count(topics.count)) topics"
            let words = topics.count == 1 ? one : several
            notes.append(style.yellow("\(count) \(words): ") + topics.listed())
        }
        tell(
            result.selection.withoutJudgements, "has no judgements and is left out",
            "have no judgements and are left out")
        tell(
            result.selection.withoutTopic, "is judged and was not asked for",
            "are judged and were not asked for")
        tell(
            result.selection.withoutRelevant, "has no relevant document and counts as 0",
            "have no relevant document and count as 0")
        for (system, name) in zip(result.systems, ["A", "B"]) {
            let place = result.systems.count == 2 ? " in \(name)" : ""
            tell(
                result.topicsWithoutHits(system), "has no hits\(place) and counts as 0",
                "have no hits\(place) and count as 0")
        }
        return notes
    }

    /// What `--fail-below` has to say, a line each.
    static func shortfalls(_ result: EvalResult) -> String {
        result.shortfalls.map { shortfall in
            let mean = String(format: "%.6f", shortfall.mean)
            return "error: \(shortfall.limit.measure.name) is \(mean), below the "
                + "\(shortfall.limit.least) of --fail-below\n"
        }.joined()
    }

    static func value(_ value: Double) -> String { String(format: "%.4f", value) }

    static func difference(_ value: Double) -> String {
        abs(value) < 0.000_05 ? "0.0000" : String(format: "%+.4f", value)
    }

    static func probability(_ value: Double?) -> String {
        guard let value else { return "–" }
        return value < 0.000_1 ? "< 0.0001" : String(format: "%.4f", value)
    }
}
