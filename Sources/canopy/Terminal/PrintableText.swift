// Documents come from strangers: what they hold must not steer the terminal it is printed on.

extension String {
    /// This text on one line, with control characters (escape sequences, bells, carriage returns,
    /// and the marks that reverse writing) replaced by spaces and runs of white space made one
    /// space.
    var printable: String {
        var scalars = String.UnicodeScalarView()
        var lastWasSpace = true
        for scalar in unicodeScalars {
            if scalar.isTerminalControl || scalar.properties.isWhitespace {
                if !lastWasSpace { scalars.append(" ") }
                lastWasSpace = true
            } else {
                scalars.append(scalar)
                lastWasSpace = false
            }
        }
        if lastWasSpace && !scalars.isEmpty { scalars.removeLast() }
        return String(scalars)
    }

    /// At most `limit` characters, the last one an ellipsis if something was cut.
    func shortened(to limit: Int) -> String {
        count <= limit ? self : String(prefix(max(0, limit - 1))) + "…"
    }
}

extension Unicode.Scalar {
    fileprivate var isTerminalControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
