// The rates of a run: a list, or a ramp.

/// Parses `--rate 200,400,800` and `--ramp 100:2000:100`.
enum RateSteps {
    /// More steps than this are a slip of the finger.
    static let stepLimit = 1_000
    /// The highest rate taken, per second.
    static let rateLimit = 1_000_000.0

    /// Rates separated by commas; nil if one is no number above zero.
    static func list(_ text: String) -> [Double]? {
        let rates = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Double($0) ?? 0 }
        let valid = rates.allSatisfy { $0 > 0 && $0 <= rateLimit }
        return valid && rates.count <= stepLimit ? rates : nil
    }

    /// `from:to:step`, both ends included.
    static func ramp(_ text: String) -> [Double]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count == 3, let from = parts[0], let to = parts[1], let step = parts[2],
            from > 0, to >= from, to <= rateLimit, step > 0,
            (to - from) / step < Double(stepLimit)
        else { return nil }
        return (0...Int((to - from) / step + 1e-9)).map { from + Double($0) * step }
    }
}
