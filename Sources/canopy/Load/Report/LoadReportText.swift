// A load test's result as a table for a terminal.

/// Renders results for people.
struct LoadReportText {
    let style: TerminalStyle

    /// The table's head and one row per step, with what must be said plainly below.
    func text(_ result: LoadResult) -> String {
        var table = TextTable(columns: [
            ("offered/s", .right), ("answered/s", .right), ("p50", .right), ("p90", .right),
            ("p99", .right), ("p99.9", .right), ("max", .right), ("took p50", .right),
            ("429", .right), ("timeouts", .right), ("errors", .right), ("cache", .left),
            ("own CPU", .right),
        ])
        table.rows = result.steps.map(row)
        return table.rendered(style: style) + notes(result).map { $0 + "\n" }.joined()
    }

    private func row(_ step: StepResult) -> [String] {
        let latency = step.latency
        func time(_ nanoseconds: Int64) -> String {
            latency.count == 0 ? "–" : Quantities.duration(seconds: Double(nanoseconds) / 1e9)
        }
        return [
            Quantities.plain(step.offeredRate),
            Quantities.decimal(step.achievedRate, significant: 3),
        ] + latency.values.map(time) + [
            time(latency.maximum),
            Self.took(step),
            Quantities.count(step.refused), Quantities.count(step.timedOut),
            Quantities.count(step.failed), Self.cache(step), Quantities.percent(step.ownCPU),
        ]
    }

    /// The median of `took`, which counts whole milliseconds.
    static func took(_ step: StepResult) -> String {
        guard let took = step.took else { return "–" }
        let milliseconds = (took.median + 500_000) / 1_000_000
        return milliseconds == 0 ? "< 1 ms" : "\(Quantities.count(milliseconds)) ms"
    }

    /// "hit 82 %, miss 18 %" of the answers that carry a verdict.
    static func cache(_ step: StepResult) -> String {
        let all = step.cacheVerdicts.reduce(0) { $0 + $1.count }
        guard all > 0 else { return "–" }
        return step.cacheVerdicts.prefix(3).map { verdict, count in
            "\(verdict.printable.shortened(to: 12)) "
                + Quantities.percent(Double(count) / Double(all))
        }.joined(separator: ", ")
    }

    private func notes(_ result: LoadResult) -> [String] {
        var notes: [String] = []
        for step in result.steps {
            let rate = "at \(Quantities.plain(step.offeredRate))/s"
            if step.isOverloaded {
                notes.append(
                    style.red(style.bold("OVERLOADED \(rate): "))
                        + "only \(Quantities.decimal(step.achievedRate, significant: 3))/s were "
                        + "answered; the latencies are those of a growing queue")
            }
            if step.generatorWasLate {
                notes.append(
                    style.yellow("\(rate) this generator itself was late: p99 ")
                        + Quantities.duration(seconds: Double(step.lateness.p99) / 1e9)
                        + "; give it more CPU or a lower rate")
            }
            if step.waitedForConnection > 0.01 && !step.isOverloaded {
                notes.append(
                    style.yellow(
                        "\(rate) \(Quantities.percent(step.waitedForConnection)) of the requests "
                            + "found all \(result.connections) connections busy (--connections)"))
            }
            if step.sentAgain > 0 {
                notes.append(
                    "\(rate) \(Quantities.count(step.sentAgain)) requests were sent again: the "
                        + "server closed their idle connections at that moment")
            }
            if step.partial > 0 {
                notes.append(
                    style.yellow("\(rate) \(Quantities.count(step.partial)) answers were partial"))
            }
            for (kind, count) in step.failures.prefix(5) {
                notes.append(style.red("\(rate) \(Quantities.count(count)) × \(kind)"))
            }
        }
        if let comparison = result.comparison {
            notes.append(verdict(comparison, result.differingQueries))
        }
        return notes
    }

    private func verdict(_ comparison: AnswerComparison, _ queries: [String]) -> String {
        if comparison.differing == 0 {
            return style.green(
                "\(Quantities.count(comparison.compared)) answers compared: "
                    + "every query was answered alike every time")
        }
        let names = queries.prefix(5).map { "'\($0.printable.shortened(to: 60))'" }
        return style.red(
            "\(Quantities.count(comparison.differing)) of "
                + "\(Quantities.count(comparison.compared)) compared answers DIFFERED from "
                + "the first to the same query: \(names.joined(separator: ", "))")
    }
}
