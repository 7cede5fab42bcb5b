// A histogram of latencies as SVG: bars over a logarithmic axis, with the percentiles marked.

/// One step's latencies.
struct BarChart {
    private static let width = 350.0
    private static let height = 150.0
    private static let bottom = 26.0
    private static let top = 16.0

    let step: StepResult
    /// Shared by all steps, so that the bars can be compared: nanoseconds.
    let range: ClosedRange<Double>

    func svg() -> String {
        let x = ChartScale(
            .logarithmic, values: [range.lowerBound, range.upperBound],
            pixels: 8...(Self.width - 8), isUpright: false)
        let highest = Double(step.bars.map(\.count).max() ?? 1)
        let floor = Self.height - Self.bottom
        var parts = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
                + "aria-label=\"latency histogram\">"
        ]
        for tick in x.ticks {
            let at = x.position(tick)
            parts.append(SVG.line(at, Self.top, at, floor, style: "grid"))
            parts.append(
                SVG.text(
                    at, floor + 16, Quantities.plainDuration(seconds: tick / 1e9), anchor: "middle")
            )
        }
        for bar in step.bars where bar.count > 0 {
            let from = x.position(Double(max(bar.from, 1)))
            let to = x.position(Double(bar.to))
            let tall = max(1, Double(bar.count) / highest * (floor - Self.top))
            let note =
                "\(Quantities.duration(seconds: Double(bar.from) / 1e9)) – "
                + "\(Quantities.duration(seconds: Double(bar.to) / 1e9)): "
                + "\(Quantities.count(bar.count)) answers"
            parts.append(
                "<rect class=\"bar\" x=\"\(SVG.number(from))\" y=\"\(SVG.number(floor - tall))\" "
                    + "width=\"\(SVG.number(max(0.8, to - from - 0.8)))\" "
                    + "height=\"\(SVG.number(tall))\">"
                    + "<title>\(HTMLEscaping.escaped(note))</title></rect>")
        }
        for (percentile, value) in zip(LatencySummary.percentiles, step.latency.values)
        where percentile.name == "p50" || percentile.name == "p99" {
            let at = x.position(Double(value))
            parts.append(SVG.line(at, Self.top, at, floor, style: "percentile"))
            // Away from each other, for they may be close.
            let anchor = percentile.name == "p50" ? "end" : "start"
            parts.append(SVG.text(at, Self.top - 4, percentile.name, anchor: anchor))
        }
        parts.append(SVG.line(8, floor, Self.width - 8, floor, style: "axis"))
        parts.append("</svg>")
        return parts.joined()
    }
}
