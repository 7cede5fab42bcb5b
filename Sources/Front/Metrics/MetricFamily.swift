// All samples of one metric name, and how they are printed.

struct MetricFamily {
    /// A sample's name, its own label ("le" of a bucket) and its value.
    typealias Sample = (name: String, label: (name: String, value: String)?, value: String)

    let type: String
    private var lines: [(labels: String, text: String)] = []

    init(_ type: String) {
        self.type = type
    }

    mutating func append(_ identity: MetricIdentity, _ samples: [Sample]) {
        let text = samples.map { "\($0.name)\(identity.labelText($0.label)) \($0.value)\n" }
        lines.append((identity.labelText(), text.joined()))
    }

    func text(named name: String) -> String {
        let sorted = lines.sorted { $0.labels < $1.labels }
        return "# TYPE \(name) \(type)\n" + sorted.map(\.text).joined()
    }

    /// Whole numbers without a fraction, as Prometheus prints them itself.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }
}
