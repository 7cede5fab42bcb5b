// Maps values to pixels along one axis, and chooses where its lines and labels go.

import Foundation

/// One axis of a chart.
struct ChartScale: Sendable {
    enum Kind: Sendable { case linear, logarithmic }

    let kind: Kind
    let lower: Double
    let upper: Double
    /// Where `lower` and `upper` lie, in pixels.
    let pixels: ClosedRange<Double>
    /// Pixels grow downwards: an upright axis counts the other way.
    let isUpright: Bool
    /// Values that get a grid line and a label.
    let ticks: [Double]

    /// A scale over `values`: from zero if linear; whole decades' 1-2-5 bounds if logarithmic.
    init(_ kind: Kind, values: [Double], pixels: ClosedRange<Double>, isUpright: Bool) {
        self.kind = kind
        self.pixels = pixels
        self.isUpright = isUpright
        let finite = values.filter { $0.isFinite && ($0 > 0 || kind == .linear) }
        let (smallest, largest) = (finite.min() ?? 1, finite.max() ?? 1)
        switch kind {
        case .linear:
            let step = Self.niceStep(max(largest, 1e-12) / 5)
            lower = 0
            upper = max(step, (largest / step - 1e-9).rounded(.up) * step)
            ticks = Array(stride(from: 0, through: upper + step / 2, by: step))
        case .logarithmic:
            let candidates = Self.decadeSteps(from: smallest, to: largest)
            lower = candidates.first ?? 0.1
            upper = max(candidates.last ?? 10, lower * 2)
            ticks = Self.thinned(candidates)
        }
    }

    func position(_ value: Double) -> Double {
        let share =
            switch kind {
            case .linear: (value - lower) / (upper - lower)
            case .logarithmic: log(max(value, lower) / lower) / log(upper / lower)
            }
        let bounded = min(max(share, 0), 1)
        let length = pixels.upperBound - pixels.lowerBound
        return isUpright
            ? pixels.upperBound - bounded * length : pixels.lowerBound + bounded * length
    }

    /// The 1, 2, 5 × 10ⁿ just above or at a value.
    private static func niceStep(_ value: Double) -> Double {
        let decade = pow(10, floor(log10(value)))
        for factor in [1.0, 2, 5] where value <= factor * decade * (1 + 1e-9) {
            return factor * decade
        }
        return 10 * decade
    }

    /// All 1, 2, 5 × 10ⁿ from just below the smallest value to just above the largest.
    private static func decadeSteps(from smallest: Double, to largest: Double) -> [Double] {
        var steps: [Double] = []
        let first = Int(floor(log10(smallest)))
        let last = Int(floor(log10(largest)))
        for exponent in first...max(first, last + 1) {
            for factor in [1.0, 2, 5] { steps.append(factor * pow(10, Double(exponent))) }
        }
        let start = steps.lastIndex { $0 <= smallest * (1 + 1e-9) } ?? 0
        let end = steps.firstIndex { $0 >= largest * (1 - 1e-9) } ?? steps.count - 1
        return Array(steps[min(start, end)...max(start, end)])
    }

    /// Whole decades when there are many steps.
    private static func thinned(_ steps: [Double]) -> [Double] {
        guard steps.count > 8 else { return steps }
        return steps.filter { abs(log10($0) - log10($0).rounded()) < 1e-6 }
    }
}
