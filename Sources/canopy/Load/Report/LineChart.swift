// Line charts as SVG text, coloured by the page's style sheet so that light and dark both work.

import Foundation

/// A chart of one or more lines over a shared pair of axes.
struct LineChart {
    struct Point {
        let x: Double
        let y: Double
        /// What a pointer resting on the point reads.
        let note: String
    }

    struct Series {
        let name: String
        /// A class of the style sheet: s0…s7 for kinds, q0…q3 from light to heavy, ideal for a
        /// reference.
        let style: String
        let points: [Point]
        /// Whether points get a mark.
        var isMarked = true
    }

    static let width = 720.0
    static let height = 316.0
    /// Room for labels around the drawing.
    private static let left = 64.0
    private static let right = 84.0
    private static let top = 30.0
    private static let bottom = 46.0

    let xTitle: String
    let yTitle: String
    let xKind: ChartScale.Kind
    let yKind: ChartScale.Kind
    let series: [Series]
    let xLabel: (Double) -> String
    let yLabel: (Double) -> String
    /// Positions of x labels when the scale's own do not serve.
    var xTicks: [Double]?

    func svg() -> String {
        let points = series.flatMap(\.points)
        let x = ChartScale(
            xKind, values: points.map(\.x) + (xTicks ?? []),
            pixels: Self.left...(Self.width - Self.right), isUpright: false)
        let y = ChartScale(
            yKind, values: points.map(\.y), pixels: Self.top...(Self.height - Self.bottom),
            isUpright: true)
        var parts = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
                + "aria-label=\"\(HTMLEscaping.escaped("\(yTitle) over \(xTitle)"))\">"
        ]
        parts.append(grid(x, y))
        for line in series { parts.append(draw(line, x, y)) }
        parts.append(endLabels(x, y))
        parts.append("</svg>")
        return parts.joined()
    }

    private func grid(_ x: ChartScale, _ y: ChartScale) -> String {
        var parts: [String] = []
        let (left, right) = (x.pixels.lowerBound, x.pixels.upperBound)
        let bottom = y.pixels.upperBound
        for tick in y.ticks {
            let at = y.position(tick)
            parts.append(SVG.line(left, at, right, at, style: "grid"))
            parts.append(SVG.text(left - 8, at + 4, yLabel(tick), anchor: "end"))
        }
        for tick in xTicks ?? x.ticks {
            let at = x.position(tick)
            parts.append(SVG.line(at, bottom, at, bottom + 4, style: "tick"))
            parts.append(SVG.text(at, bottom + 18, xLabel(tick), anchor: "middle"))
        }
        parts.append(SVG.line(left, bottom, right, bottom, style: "axis"))
        parts.append(
            SVG.text((left + right) / 2, Self.height - 6, xTitle, anchor: "middle", style: "title"))
        parts.append(SVG.text(2, 12, yTitle, anchor: "start", style: "title"))
        return parts.joined()
    }

    private func draw(_ line: Series, _ x: ChartScale, _ y: ChartScale) -> String {
        guard !line.points.isEmpty else { return "" }
        let places = line.points.map { (x.position($0.x), y.position($0.y)) }
        let path = places.map { SVG.number($0.0) + "," + SVG.number($0.1) }.joined(separator: " ")
        var parts = ["<polyline class=\"line \(line.style)\" points=\"\(path)\"/>"]
        if line.isMarked || line.points.count == 1 {
            for (point, place) in zip(line.points, places) {
                parts.append(
                    "<circle class=\"mark \(line.style)\" cx=\"\(SVG.number(place.0))\" "
                        + "cy=\"\(SVG.number(place.1))\" r=\"3.5\">"
                        + "<title>\(HTMLEscaping.escaped(point.note))</title></circle>")
            }
        }
        return parts.joined()
    }

    /// Each line's name at its end, moved apart where ends meet.
    private func endLabels(_ x: ChartScale, _ y: ChartScale) -> String {
        let ends = series.compactMap { line in
            line.points.last.map { (line, x.position($0.x), y.position($0.y)) }
        }.sorted { $0.2 < $1.2 }
        var lastAt = -Double.infinity
        return ends.map { line, _, end in
            let at = max(end + 4, lastAt + 13)
            lastAt = at
            return SVG.text(
                x.pixels.upperBound + 8, at, line.name, anchor: "start", style: "name \(line.style)"
            )
        }.joined()
    }
}

/// The few SVG elements the charts are made of.
enum SVG {
    static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String
    ) -> String {
        "<line class=\"\(style)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" "
            + "x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
    }

    static func text(
        _ x: Double, _ y: Double, _ text: String, anchor: String, style: String = "label"
    ) -> String {
        "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" "
            + "text-anchor=\"\(anchor)\">\(HTMLEscaping.escaped(text))</text>"
    }
}

enum HTMLEscaping {
    /// Text safe between tags and inside quoted attributes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
