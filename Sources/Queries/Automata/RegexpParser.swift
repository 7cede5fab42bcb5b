// Lucene's regular expressions.

/// Reads the syntax of Lucene's `RegExp`, which matches whole terms:
///
///     union   := both ("|" both)*
///     both    := row ("&" row)*                         INTERSECTION
///     row     := repeat+
///     repeat  := other ("?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}")*
///     other   := "~" other                              COMPLEMENT
///              | "[" ["^"] (char | char "-" char)+ "]" | "." | "(" ")" | "(" union ")"
///              | "\"" text "\"" | char
///              | "#" | "@" | "<" n "-" m ">"            EMPTY, ANYSTRING, INTERVAL
///
/// A backslash takes the next character as it is; `\d \D \w \W \s \S` are classes of ASCII
/// characters. Case, where ignored, is that of ASCII letters.
struct RegexpParser {
    /// Characters of one expression.
    static let maximumLength = 1_000
    /// Parentheses and complements within one another.
    static let maximumDepth = 200

    private let scalars: [Unicode.Scalar]
    private let operators: RegexpOperators
    private let ignoresCase: Bool
    private var index = 0
    private var depth = 0

    static func parse(
        _ text: String, _ operators: RegexpOperators, ignoresCase: Bool
    ) throws(PatternError) -> RegexpNode {
        var parser = RegexpParser(text, operators, ignoresCase)
        guard parser.scalars.count <= maximumLength else {
            throw PatternError(
                "a regular expression of [\(parser.scalars.count)] characters is longer than the "
                    + "[\(maximumLength)] allowed")
        }
        if parser.scalars.isEmpty { return .empty }
        let node = try parser.union()
        guard parser.index == parser.scalars.count else {
            throw parser.error("[)] closes nothing; write \\) for the character")
        }
        return node
    }

    private init(_ text: String, _ operators: RegexpOperators, _ ignoresCase: Bool) {
        scalars = Array(text.unicodeScalars)
        self.operators = operators
        self.ignoresCase = ignoresCase
    }

    private func error(_ reason: String, at place: Int? = nil) -> PatternError {
        PatternError(reason, character: (place ?? index) + 1)
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    // MARK: Operators

    private mutating func union() throws(PatternError) -> RegexpNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw error("the expression is nested more than \(Self.maximumDepth) deep")
        }
        var parts = [try both()]
        while take("|") { parts.append(try both()) }
        return parts.count == 1 ? parts[0] : .union(parts)
    }

    private mutating func both() throws(PatternError) -> RegexpNode {
        var node = try row()
        while operators.contains(.intersection), take("&") {
            node = .intersection(node, try row())
        }
        return node
    }

    private mutating func row() throws(PatternError) -> RegexpNode {
        var parts: [RegexpNode] = []
        while let scalar = peek, scalar != "|", scalar != ")",
            scalar != "&" || !operators.contains(.intersection)
        {
            parts.append(try repeated())
        }
        guard !parts.isEmpty else {
            throw error("an expression is missing; write () for the empty text")
        }
        return parts.count == 1 ? parts[0] : .concatenation(parts)
    }

    private mutating func repeated() throws(PatternError) -> RegexpNode {
        var node = try complemented()
        while let scalar = peek {
            switch scalar {
            case "?": node = .repetition(node, 0, 1)
            case "*": node = .repetition(node, 0, nil)
            case "+": node = .repetition(node, 1, nil)
            case "{":
                node = try counted(node)
                continue
            default: return node
            }
            index += 1
        }
        return node
    }

    /// `{n}`, `{n,}`, `{n,m}`
    private mutating func counted(_ node: RegexpNode) throws(PatternError) -> RegexpNode {
        let start = index
        index += 1
        guard let minimum = number() else {
            throw error("a number must follow [{]; write \\{ for the character", at: start)
        }
        var maximum: Int? = minimum
        if take(",") { maximum = number() }
        guard take("}") else { throw error("the repetition is not closed with }", at: start) }
        guard maximum ?? minimum >= minimum else {
            throw error("a repetition goes from fewer to more", at: start)
        }
        return .repetition(node, minimum, maximum)
    }

    /// Digits, at most nine of them.
    private mutating func number() -> Int? {
        var digits = ""
        while digits.count < 9, let scalar = peek, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            index += 1
        }
        return Int(digits)
    }

    private mutating func complemented() throws(PatternError) -> RegexpNode {
        guard operators.contains(.complement), take("~") else { return try single() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw error("the expression is nested more than \(Self.maximumDepth) deep")
        }
        return .complement(try complemented())
    }

    // MARK: Single things

    private mutating func single() throws(PatternError) -> RegexpNode {
        let start = index
        guard let scalar = peek else { throw error("an expression is missing") }
        index += 1
        switch scalar {
        case ".": return .anyScalar
        case "[": return try characterClass(start)
        case "(":
            if take(")") { return .empty }
            let node = try union()
            guard take(")") else { throw error("the parenthesis is not closed", at: start) }
            return node
        case "\"": return try quoted(start)
        case "?", "*", "+", "{":
            throw error(
                "[\(scalar)] repeats nothing; write \\\(scalar) for the character", at: start)
        case "\\":
            if let ranges = try escapedClass() {
                return .scalars(ScalarRanges.of(ranges, ignoringCase: ignoresCase))
            }
            return .scalar(try escaped(), ignoringCase: ignoresCase)
        case "#" where operators.contains(.empty): return .nothing
        case "@" where operators.contains(.anyString): return .anyText
        case "<" where operators.contains(.interval): return try interval(start)
        default: return .scalar(scalar, ignoringCase: ignoresCase)
        }
    }

    private mutating func quoted(_ start: Int) throws(PatternError) -> RegexpNode {
        var parts: [RegexpNode] = []
        while let scalar = peek {
            index += 1
            if scalar == "\"" { return parts.isEmpty ? .empty : .concatenation(parts) }
            parts.append(.scalar(scalar, ignoringCase: ignoresCase))
        }
        throw error("the quotation is not closed", at: start)
    }

    /// What follows a backslash.
    private mutating func escaped() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = peek else { throw error("nothing follows the backslash", at: index - 1) }
        index += 1
        return scalar
    }

    private mutating func escapedClass() throws(PatternError) -> [ClosedRange<UInt32>]? {
        let ranges: [ClosedRange<UInt32>]
        switch peek {
        case "d"?: ranges = ScalarRanges.digits
        case "D"?: ranges = ScalarRanges.complement(ScalarRanges.digits)
        case "w"?: ranges = ScalarRanges.wordCharacters
        case "W"?: ranges = ScalarRanges.complement(ScalarRanges.wordCharacters)
        case "s"?: ranges = ScalarRanges.spaces
        case "S"?: ranges = ScalarRanges.complement(ScalarRanges.spaces)
        default: return nil
        }
        index += 1
        return ranges
    }

    private mutating func characterClass(_ start: Int) throws(PatternError) -> RegexpNode {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while let scalar = peek, scalar != "]" {
            index += 1
            if scalar == "\\", let known = try escapedClass() {
                ranges += known
                continue
            }
            let first = scalar == "\\" ? try escaped() : scalar
            var last = first
            if peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                index += 1
                last = scalars[index]
                index += 1
                if last == "\\" { last = try escaped() }
            }
            guard first.value <= last.value else {
                throw error("the range [\(first)-\(last)] runs backwards")
            }
            ranges.append(first.value...last.value)
        }
        guard take("]") else { throw error("the bracket is not closed with ]", at: start) }
        guard !ranges.isEmpty else {
            throw error("the brackets hold no character; write \\] for the character", at: start)
        }
        let folded = ScalarRanges.of(ranges, ignoringCase: ignoresCase)
        return .scalars(isNegated ? ScalarRanges.complement(folded) : folded)
    }

    // MARK: Numbers

    /// `<n-m>`: numbers from one to the other. Bounds of as many digits ask for just so many;
    /// else any number of zeros may lead.
    private mutating func interval(_ start: Int) throws(PatternError) -> RegexpNode {
        var text = ""
        while let scalar = peek, scalar != ">" {
            text.unicodeScalars.append(scalar)
            index += 1
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard take(">"), parts.count == 2, let low = Self.bound(parts[0]),
            let high = Self.bound(parts[1])
        else {
            throw error(
                "an interval is written <1-100>, with up to 9 digits; write \\< for the character",
                at: start)
        }
        let smaller = min(low, high)
        let larger = max(low, high)
        if parts[0].utf8.count == parts[1].utf8.count {
            let width = parts[0].utf8.count
            return NumberInterval.between(
                NumberInterval.digits(smaller, width), NumberInterval.digits(larger, width))
        }
        return NumberInterval.withLeadingZeros(smaller, larger)
    }

    private static func bound(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }
}

/// Decimal numbers between two others as expressions over their digits.
enum NumberInterval {
    static func digits(_ number: Int, _ width: Int) -> [UInt32] {
        let text = String(number).utf8.map { UInt32($0) }
        return Array(repeating: 0x30, count: width - text.count) + text
    }

    private static func digit(_ low: UInt32, _ high: UInt32) -> RegexpNode {
        .scalars([low...high])
    }

    private static func any(_ count: Int) -> RegexpNode {
        .repetition(digit(0x30, 0x39), count, count)
    }

    static func withLeadingZeros(_ low: Int, _ high: Int) -> RegexpNode {
        let zero = digit(0x30, 0x30)
        var parts: [RegexpNode] = low == 0 ? [.repetition(zero, 1, nil)] : []
        for width in String(max(low, 1)).utf8.count...String(high).utf8.count {
            let smallest = (1..<width).reduce(1) { power, _ in power * 10 }
            parts.append(
                .concatenation([
                    .repetition(zero, 0, nil),
                    between(
                        digits(max(low, smallest), width),
                        digits(min(high, smallest * 10 - 1), width)),
                ]))
        }
        return .union(parts)
    }

    /// Numbers of as many digits as the bounds have.
    static func between(_ low: [UInt32], _ high: [UInt32]) -> RegexpNode {
        guard let first = low.first, let last = high.first else { return .empty }
        if low.allSatisfy({ $0 == 0x30 }), high.allSatisfy({ $0 == 0x39 }) { return any(low.count) }
        let lowRest = Array(low.dropFirst())
        let highRest = Array(high.dropFirst())
        if first == last {
            return .concatenation([digit(first, first), between(lowRest, highRest)])
        }
        var parts: [RegexpNode] = [
            .concatenation([digit(first, first), atLeast(lowRest)]),
            .concatenation([digit(last, last), atMost(highRest)]),
        ]
        if first + 1 < last {
            parts.append(.concatenation([digit(first + 1, last - 1), any(lowRest.count)]))
        }
        return .union(parts)
    }

    private static func atLeast(_ low: [UInt32]) -> RegexpNode {
        between(low, Array(repeating: 0x39, count: low.count))
    }

    private static func atMost(_ high: [UInt32]) -> RegexpNode {
        between(Array(repeating: 0x30, count: high.count), high)
    }
}
