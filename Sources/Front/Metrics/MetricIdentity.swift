// A metric's name and labels, in the characters that Prometheus allows.

/// Two metrics with the same identity are one.
struct MetricIdentity: Hashable, Sendable {
    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    let name: String
    let labels: [Label]

    init(_ label: String, _ dimensions: [(String, String)], suffix: String) {
        var name = Self.allowed(label)
        if !name.hasSuffix(suffix) { name += suffix }
        self.name = name
        labels = dimensions.map { Label(name: Self.allowed($0.0), value: $0.1) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// `{a="1",b="2"}`, with `extra` last; empty without labels.
    func labelText(_ extra: (name: String, value: String)? = nil) -> String {
        var pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        if let extra { pairs.append("\(extra.name)=\"\(extra.value)\"") }
        return pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
    }

    /// Letters, digits and underscores, not starting with a digit; anything else becomes "_".
    private static func allowed(_ text: String) -> String {
        let name = String(
            text.unicodeScalars.map { scalar -> Character in
                let isPlain = scalar.isASCII && scalar.properties.isAlphabetic
                let isDigit = ("0"..."9").contains(scalar)
                return isPlain || isDigit ? Character(scalar) : "_"
            })
        return name.first?.isNumber == false ? name : "_" + name
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
