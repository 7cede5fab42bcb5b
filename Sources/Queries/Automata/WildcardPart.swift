// Wildcard patterns: `te?t*`, with backslashes for the characters themselves.

/// A part of a wildcard pattern.
enum WildcardPart: Sendable, Hashable {
    case scalar(Unicode.Scalar)
    /// `?`
    case anyScalar
    /// `*`
    case anyText

    static func parse(_ text: String) throws(PatternError) -> [WildcardPart] {
        var parts: [WildcardPart] = []
        var escapes = false
        for scalar in text.unicodeScalars {
            if escapes {
                parts.append(.scalar(scalar))
                escapes = false
                continue
            }
            switch scalar {
            case "\\": escapes = true
            case "*": parts.append(.anyText)
            case "?": parts.append(.anyScalar)
            default: parts.append(.scalar(scalar))
            }
        }
        if escapes {
            throw PatternError(
                "nothing follows the backslash; write \\\\ for the character",
                character: text.unicodeScalars.count)
        }
        return parts
    }

    func node(ignoringCase: Bool) -> RegexpNode {
        switch self {
        case .scalar(let scalar): .scalar(scalar, ignoringCase: ignoringCase)
        case .anyScalar: .anyScalar
        case .anyText: .anyText
        }
    }

    /// The one spelling of all patterns that match the same: question marks before a star,
    /// stars once, and no needless backslash.
    static func normalized(_ parts: [WildcardPart]) -> [WildcardPart] {
        var result: [WildcardPart] = []
        var hasStar = false
        for part in parts {
            switch part {
            case .anyText: hasStar = true
            case .anyScalar: result.append(part)
            case .scalar:
                if hasStar { result.append(.anyText) }
                hasStar = false
                result.append(part)
            }
        }
        return hasStar ? result + [.anyText] : result
    }

    static func text(_ parts: [WildcardPart]) -> String {
        var text = String.UnicodeScalarView()
        for part in parts {
            switch part {
            case .anyText: text.append("*")
            case .anyScalar: text.append("?")
            case .scalar(let scalar):
                if scalar == "*" || scalar == "?" || scalar == "\\" { text.append("\\") }
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// What matches must start with, when that is all that is asked.
    static func onlyPrefix(_ parts: [WildcardPart]) -> String? {
        guard parts.last == .anyText else { return nil }
        return literal(parts.dropLast())
    }

    /// The text itself, when there is no wildcard in it.
    static func literal(_ parts: some Sequence<WildcardPart>) -> String? {
        var text = String.UnicodeScalarView()
        for part in parts {
            guard case .scalar(let scalar) = part else { return nil }
            text.append(scalar)
        }
        return String(text)
    }

    /// The pattern for texts that start with this one.
    static func prefix(_ text: String) -> String {
        Self.text(text.unicodeScalars.map { .scalar($0) } + [.anyText])
    }
}
