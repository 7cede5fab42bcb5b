// `--fail-below`: how good a system must be.

/// `ndcg@10=0.45`: the least a measure's mean may be.
struct MeasureLimit: Hashable, Sendable {
    let measure: Measure
    /// 0…1.
    let least: Double

    init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let measure = Measure(parts[0].trimmed),
            let least = Double(parts[1].trimmed), (0...1).contains(least)
        else { return nil }
        self.measure = measure
        self.least = least
    }
}
