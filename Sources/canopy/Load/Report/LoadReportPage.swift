// A load test's result as one HTML page that needs nothing else: charts are SVG, styles are inline.

/// Composes the page.
struct LoadReportPage {
    /// Steps drawn one by one; of more, an even choice is drawn.
    private static let detailLimit = 8

    let result: LoadResult

    func html() -> String {
        let title = "Load test of \(result.index.isEmpty ? "all indices" : result.index)"
        var body = [
            "<header><h1>\(HTMLEscaping.escaped(title))</h1>",
            "<p class=\"facts\">\(HTMLEscaping.escaped(facts))</p></header>",
            verdicts(), "<section><h2>Steps</h2>\(table())</section>",
        ]
        if result.steps.count > 1 {
            body.append(figure("Latency by offered rate", latencyByRate().svg(), Self.openLoopNote))
            body.append(figure("Throughput", throughput().svg(), Self.throughputNote))
        }
        body.append(
            figure(
                "Latency distribution", curves().svg(),
                "Each step's latency up to the given share of requests; the tail is stretched."))
        body.append(histograms())
        body.append(figure("Latency over time", timeline().svg(), Self.timelineNote))
        body.append(figure("Requests over time", requestsOverTime().svg(), ""))
        body.append(tags())
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLEscaping.escaped(title))</title>
            <style>\(LoadReportStyle.sheet)</style></head>
            <body><main>
            \(body.filter { !$0.isEmpty }.joined(separator: "\n"))
            </main></body></html>

            """
    }

    private static let openLoopNote =
        "Requests arrive on schedule whatever the server does, and latency counts from the "
        + "intended arrival, waiting included."
    private static let throughputNote =
        "On the dashed line every request is answered. Below it the server is overloaded, and "
        + "latencies are those of a growing queue."
    private static let timelineNote = "By the second in which the request was meant to be sent."

    private var facts: String {
        [
            result.url, "\(Quantities.count(result.queryCount)) queries from \(result.queryFile)",
            "\(result.arrivals.rawValue) arrivals", "\(result.connections) connections",
            "seed \(result.seed)", "timeout \(Quantities.duration(result.timeLimit))",
        ].joined(separator: " · ")
    }

    private func verdicts() -> String {
        var boxes: [String] = []
        let overloaded = result.steps.filter(\.isOverloaded)
        if let first = overloaded.first {
            let achieved = Quantities.decimal(first.achievedRate, significant: 3)
            boxes.append(
                "<p class=\"verdict bad\"><b>Overloaded from \(rate(first))/s</b>: only "
                    + "\(achieved)/s were answered.</p>")
        } else if !result.steps.isEmpty {
            boxes.append("<p class=\"verdict good\"><b>Kept up</b> at every offered rate.</p>")
        }
        if let step = result.steps.first(where: \.generatorWasLate) {
            boxes.append(
                "<p class=\"verdict bad\"><b>The generator was late</b> at \(rate(step))/s; these "
                    + "figures are worse than the server's.</p>")
        }
        if let comparison = result.comparison {
            let alike = comparison.differing == 0
            boxes.append(
                "<p class=\"verdict \(alike ? "good" : "bad")\"><b>"
                    + "\(Quantities.count(comparison.compared)) answers compared</b>: "
                    + (alike
                        ? "all alike." : "\(Quantities.count(comparison.differing)) differed.")
                    + "</p>")
        }
        return "<section class=\"verdicts\">\(boxes.joined())</section>"
    }

    private func table() -> String {
        let heads = [
            "offered/s", "answered/s", "p50", "p90", "p99", "p99.9", "max", "took p50", "429",
            "timeouts", "errors", "cache", "own CPU",
        ]
        let rows = result.steps.map { step in
            let cells =
                [
                    rate(step), Quantities.decimal(step.achievedRate, significant: 3),
                ] + (step.latency.values + [step.latency.maximum]).map(time) + [
                    LoadReportText.took(step), Quantities.count(step.refused),
                    Quantities.count(step.timedOut), Quantities.count(step.failed),
                    LoadReportText.cache(step), Quantities.percent(step.ownCPU),
                ]
            let style = step.isOverloaded ? " class=\"over\"" : ""
            return "<tr\(style)>"
                + cells.map { "<td>\(HTMLEscaping.escaped($0))</td>" }.joined() + "</tr>"
        }
        return "<div class=\"scroll\"><table><thead><tr>"
            + heads.map { "<th>\($0)</th>" }.joined() + "</tr></thead><tbody>" + rows.joined()
            + "</tbody></table></div>"
    }

    private func latencyByRate() -> LineChart {
        let series = LatencySummary.percentiles.enumerated().map { index, percentile in
            LineChart.Series(
                name: percentile.name, style: "q\(index)",
                points: result.steps.filter { $0.latency.count > 0 }.map { step in
                    LineChart.Point(
                        x: step.offeredRate, y: Double(step.latency.values[index]),
                        note: "\(percentile.name) at \(rate(step))/s: "
                            + time(step.latency.values[index]))
                })
        }
        return chart("offered requests per second", "latency", .linear, .logarithmic, series) {
            Quantities.plain($0)
        }
    }

    private func throughput() -> LineChart {
        let ideal = result.steps.map {
            LineChart.Point(x: $0.offeredRate, y: $0.offeredRate, note: "")
        }
        let achieved = result.steps.map { step in
            LineChart.Point(
                x: step.offeredRate, y: step.achievedRate,
                note: "\(Quantities.decimal(step.achievedRate, significant: 3)) of "
                    + "\(rate(step))/s answered")
        }
        return LineChart(
            xTitle: "offered requests per second", yTitle: "per second", xKind: .linear,
            yKind: .linear,
            series: [
                LineChart.Series(name: "offered", style: "ideal", points: ideal, isMarked: false),
                LineChart.Series(name: "answered", style: "s0", points: achieved),
            ],
            xLabel: { Quantities.plain($0) }, yLabel: { Quantities.plain($0) })
    }

    /// Percentiles on an axis of "one in n": 90 % at 10, 99 % at 100, and so on.
    private func curves() -> LineChart {
        let series = detailed.enumerated().map { index, step in
            LineChart.Series(
                name: "\(rate(step))/s", style: "s\(index)",
                points: step.curve.filter { $0.percentile < 100 }.map { point in
                    LineChart.Point(
                        x: 100 / (100 - point.percentile), y: Double(point.nanoseconds), note: "")
                }, isMarked: false)
        }
        let most = series.flatMap(\.points).map(\.x).max() ?? 1
        let ticks = [1.0, 2, 10, 100, 1_000, 10_000, 100_000].filter { $0 <= most }
        var chart = chart("share of requests", "latency", .logarithmic, .logarithmic, series) {
            Self.trimmed(100 - 100 / $0) + " %"
        }
        chart.xTicks = ticks
        return chart
    }

    private static func trimmed(_ percentile: Double) -> String {
        var text = String(((percentile * 1000).rounded()) / 1000)
        if text.hasSuffix(".0") { text.removeLast(2) }
        return text
    }

    private func histograms() -> String {
        let all = detailed.flatMap(\.bars).filter { $0.count > 0 }
        guard let low = all.map(\.from).min(), let high = all.map(\.to).max() else { return "" }
        let range = Double(max(low, 1_000))...Double(max(high, 2_000))
        let cells = detailed.filter { !$0.bars.isEmpty }.map { step in
            "<figure><figcaption>\(rate(step))/s</figcaption>"
                + BarChart(step: step, range: range).svg() + "</figure>"
        }
        return "<section><h2>Latency histograms</h2><div class=\"cells\">\(cells.joined())</div>"
            + "</section>"
    }

    private func timeline() -> LineChart {
        let moments = placedMoments
        let lines: [(name: String, style: String, value: (StepResult.Moment) -> Int64)] = [
            ("p50", "q0", { $0.median }), ("p99", "q2", { $0.p99 }),
        ]
        let series = lines.map { line in
            LineChart.Series(
                name: line.name, style: line.style,
                points: moments.filter { line.value($0.moment) > 0 }.map { second, moment in
                    LineChart.Point(
                        x: second, y: Double(line.value(moment)),
                        note: "\(line.name) \(time(line.value(moment)))")
                }, isMarked: moments.count <= 120)
        }
        return chart("seconds", "latency", .linear, .logarithmic, series) {
            Quantities.plain($0)
        }
    }

    private func requestsOverTime() -> LineChart {
        let lines: [(name: String, style: String, value: (StepResult.Moment) -> Int64)] = [
            ("offered", "ideal", { $0.offered }), ("answered", "s0", { $0.answered }),
            ("others", "bad", { $0.others }),
        ]
        let series = lines.map { line in
            LineChart.Series(
                name: line.name, style: line.style,
                points: placedMoments.map { second, moment in
                    LineChart.Point(x: second, y: Double(line.value(moment)), note: "")
                }, isMarked: false)
        }
        return LineChart(
            xTitle: "seconds", yTitle: "requests", xKind: .linear, yKind: .linear, series: series,
            xLabel: { Quantities.plain($0) }, yLabel: { Quantities.plain($0) })
    }

    /// All steps' moments one after the other.
    private var placedMoments: [(second: Double, moment: StepResult.Moment)] {
        var start = 0.0
        var placed: [(Double, StepResult.Moment)] = []
        for step in result.steps {
            placed += step.timeline.map { (start + $0.second, $0) }
            start += step.seconds
        }
        return placed
    }

    private func tags() -> String {
        let names = Set(result.steps.flatMap { $0.tags.map(\.tag) }).sorted()
        guard !names.isEmpty else { return "" }
        let rows = result.steps.flatMap { step in
            step.tags.map { tag in
                let cells =
                    [rate(step), tag.tag, Quantities.count(tag.latency.count)]
                    + tag.latency.values.map(time)
                return "<tr>" + cells.map { "<td>\(HTMLEscaping.escaped($0))</td>" }.joined()
                    + "</tr>"
            }
        }
        let heads = ["offered/s", "tag", "requests"] + LatencySummary.percentiles.map(\.name)
        return "<section><h2>By kind of query</h2><div class=\"scroll\"><table><thead><tr>"
            + heads.map { "<th>\($0)</th>" }.joined() + "</tr></thead><tbody>" + rows.joined()
            + "</tbody></table></div></section>"
    }

    private func chart(
        _ xTitle: String, _ yTitle: String, _ xKind: ChartScale.Kind, _ yKind: ChartScale.Kind,
        _ series: [LineChart.Series], xLabel: @escaping (Double) -> String
    ) -> LineChart {
        LineChart(
            xTitle: xTitle, yTitle: yTitle, xKind: xKind, yKind: yKind, series: series,
            xLabel: xLabel, yLabel: { Quantities.plainDuration(seconds: $0 / 1e9) })
    }

    private func figure(_ title: String, _ svg: String, _ note: String) -> String {
        let words = note.isEmpty ? "" : "<p class=\"note\">\(HTMLEscaping.escaped(note))</p>"
        return "<section><h2>\(title)</h2>\(words)\(svg)</section>"
    }

    private var detailed: [StepResult] {
        let steps = result.steps
        guard steps.count > Self.detailLimit else { return steps }
        return (0..<Self.detailLimit).map { steps[$0 * (steps.count - 1) / (Self.detailLimit - 1)] }
    }

    private func rate(_ step: StepResult) -> String {
        Quantities.plain(step.offeredRate)
    }

    private func time(_ nanoseconds: Int64) -> String {
        Quantities.duration(seconds: Double(nanoseconds) / 1e9)
    }
}
