// Splits a query string into tokens, each with its column.

import Analysis

struct QueryStringToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Unescaped text.
        case word(String)
        /// `text*`, unescaped and without the star.
        case prefix(String)
        /// Text with stars and question marks, in which backslashes are left before these.
        case wildcard(String)
        /// `/text/`, without the slashes.
        case regexp(String)
        case star
        case phrase(String)
        case range(lower: String?, includesLower: Bool, upper: String?, includesUpper: Bool)
        /// `>`, `>=`, `<`, `<=` right after a colon.
        case comparison(String)
        case open, close, colon, plus, minus, not, and, or
        /// `^2`
        case boost(Float)
        /// `~2`, or `~` alone
        case tilde(Int?)
    }

    var kind: Kind
    /// Of the first character, counted from 1, in Unicode scalars.
    var column: Int
}

/// Lucene's lexical rules: a word starts with anything but white space and `+ - ! ( ) : ^ [ ] " {
/// } ~ /`, goes on with the same characters plus `+` and `-`, and a backslash takes the next
/// character as it is. `*` and `?` in a word are wildcards.
struct QueryStringLexer {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var tokens: [QueryStringToken] = []

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "+", "-", "!", "(", ")", ":", "^", "[", "]", "\"", "{", "}", "~", "*", "?", "\\", "/":
            true
        default: false
        }
    }

    init(_ text: String) {
        var text = text
        let ascii = text.withUTF8 { utf8 in
            utf8.allSatisfy { $0 < 0x80 } ? utf8.map { Unicode.Scalar($0) } : nil
        }
        scalars = ascii ?? Array(text.unicodeScalars)
    }

    static func error(_ reason: String, column: Int) -> RequestError {
        RequestError(
            type: "query_shard_exception",
            reason: "Failed to parse query string: \(reason), at column \(column)", column: column)
    }

    /// The words of a text of ASCII letters, digits and spaces without operators, as most are. Nil:
    /// it is another one.
    static func onlyWords(_ text: String) -> [String]? {
        var text = text
        return text.withUTF8 { bytes in
            var words: [String] = []
            var start = 0
            for place in 0...bytes.count {
                if place < bytes.count {
                    if isLetterOrDigit(bytes[place]) { continue }
                    guard bytes[place] == UInt8(ascii: " ") else { return nil }
                }
                if place > start {
                    let word = String(
                        decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]),
                        as: UTF8.self)
                    guard case .word = Self.word(word) else { return nil }
                    words.append(word)
                }
                start = place + 1
            }
            return words.isEmpty ? nil : words
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    mutating func tokenize() throws(RequestError) -> [QueryStringToken] {
        tokens.reserveCapacity(8)
        while index < scalars.count {
            let scalar = scalars[index]
            if Self.isSpace(scalar) {
                index += 1
                continue
            }
            let column = index + 1
            tokens.append(QueryStringToken(kind: try next(scalar), column: column))
        }
        return tokens
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{3000}"
    }

    private mutating func next(_ scalar: Unicode.Scalar) throws(RequestError)
        -> QueryStringToken.Kind
    {
        switch scalar {
        case "(": return take(.open)
        case ")": return take(.close)
        case ":": return take(.colon)
        case "+", "-", "!":
            // An operator with nothing right after it is a word, as in "rock - paper".
            if index + 1 >= scalars.count || Self.isSpace(scalars[index + 1]) {
                return take(.word(String(scalar)))
            }
            return take(scalar == "+" ? .plus : scalar == "-" ? .minus : .not)
        case "\"": return .phrase(try quoted())
        case "^": return .boost(try boost())
        case "~": return try tilde()
        case "[", "{": return try range()
        case "]", "}":
            throw Self.error(
                "[\(scalar)] closes nothing; write \\\(scalar) for the character", column: index + 1
            )
        case "/": return .regexp(try regexp())
        case "<", ">":
            if case .colon? = tokens.last?.kind { return comparison() }
            return try word()
        default: return try word()
        }
    }

    private mutating func take(_ kind: QueryStringToken.Kind) -> QueryStringToken.Kind {
        index += 1
        return kind
    }

    /// Between slashes; only a backslash before a slash goes.
    private mutating func regexp() throws(RequestError) -> String {
        let start = index
        index += 1
        var text = String.UnicodeScalarView()
        while index < scalars.count, scalars[index] != "/" {
            if scalars[index] == "\\", index + 1 < scalars.count {
                if scalars[index + 1] != "/" { text.append("\\") }
                index += 1
            }
            text.append(scalars[index])
            index += 1
        }
        guard index < scalars.count else {
            throw Self.error(
                "the regular expression is not closed with [/]; write \\/ for the character",
                column: start + 1)
        }
        index += 1
        let expression = String(text)
        do {
            _ = try TermPattern.regexp(expression, .all, ignoresCase: false).automaton()
        } catch {
            throw Self.error(
                "the regular expression cannot be used: \(error.reason)",
                column: start + 1 + (error.character ?? 0))
        }
        return expression
    }

    private mutating func comparison() -> QueryStringToken.Kind {
        var text = String(scalars[index])
        index += 1
        if index < scalars.count, scalars[index] == "=" {
            text += "="
            index += 1
        }
        return .comparison(text)
    }

    /// A word, also with wildcards, or an operator that is spelled like one.
    private mutating func word() throws(RequestError) -> QueryStringToken.Kind {
        if let word = plainWord() { return Self.word(word) }
        let start = index
        var parts: [WildcardPart] = []
        var hasEscape = false
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\\" {
                guard index + 1 < scalars.count else {
                    throw Self.error("nothing follows the backslash", column: index + 1)
                }
                hasEscape = true
                parts.append(.scalar(scalars[index + 1]))
                index += 2
                continue
            }
            switch scalar {
            case "*": parts.append(.anyText)
            case "?": parts.append(.anyScalar)
            case "+", "-": parts.append(.scalar(scalar))
            case _ where Self.isSpace(scalar) || Self.isSpecial(scalar):
                return try word(parts, start, hasEscape: hasEscape)
            default: parts.append(.scalar(scalar))
            }
            index += 1
        }
        return try word(parts, start, hasEscape: hasEscape)
    }

    /// A word of nothing but ASCII without wildcards and backslashes, as most are. Nil: it is
    /// another one, and nothing has been read.
    private mutating func plainWord() -> String? {
        var end = index
        while end < scalars.count, scalars[end].isASCII {
            let scalar = scalars[end]
            if scalar == "*" || scalar == "?" || scalar == "\\" { return nil }
            if Self.isSpace(scalar) { break }
            if Self.isSpecial(scalar), scalar != "+", scalar != "-" { break }
            end += 1
        }
        guard end == scalars.count || scalars[end].isASCII else { return nil }
        let word = scalars[index..<end]
        index = end
        return String(unsafeUninitializedCapacity: word.count) { bytes in
            for (place, scalar) in word.enumerated() {
                bytes[place] = UInt8(truncatingIfNeeded: scalar.value)
            }
            return word.count
        }
    }

    private static let longestOperator = 3

    private static func word(_ text: String) -> QueryStringToken.Kind {
        if text.utf8.count > longestOperator { return .word(text) }
        switch text {
        case "AND", "&&": return .and
        case "OR", "||": return .or
        case "NOT": return .not
        default: return .word(text)
        }
    }

    private func word(
        _ parts: [WildcardPart], _ start: Int, hasEscape: Bool
    ) throws(RequestError) -> QueryStringToken.Kind {
        if let text = WildcardPart.literal(parts) {
            return hasEscape ? .word(text) : Self.word(text)
        }
        let pattern = WildcardPart.normalized(parts)
        if pattern == [.anyText] { return .star }
        if let prefix = WildcardPart.onlyPrefix(pattern) { return .prefix(prefix) }
        let text = WildcardPart.text(pattern)
        do {
            _ = try TermPattern.wildcard(text, ignoresCase: false).automaton()
        } catch {
            throw Self.error("the wildcards cannot be used: \(error.reason)", column: start + 1)
        }
        return .wildcard(text)
    }

    private mutating func quoted() throws(RequestError) -> String {
        let start = index
        index += 1
        var text = String.UnicodeScalarView()
        while index < scalars.count, scalars[index] != "\"" {
            if scalars[index] == "\\", index + 1 < scalars.count { index += 1 }
            text.append(scalars[index])
            index += 1
        }
        guard index < scalars.count else {
            throw Self.error("the quotation is not closed", column: start + 1)
        }
        index += 1
        return String(text)
    }

    private mutating func digits() -> String {
        var text = ""
        while index < scalars.count, ("0"..."9").contains(scalars[index]) || scalars[index] == "." {
            text.unicodeScalars.append(scalars[index])
            index += 1
        }
        return text
    }

    private mutating func boost() throws(RequestError) -> Float {
        let column = index + 1
        index += 1
        guard let boost = Float(digits()), boost.isFinite else {
            throw Self.error("a number must follow [^]", column: column)
        }
        try QueryLimits.check(boost: boost, "[query_string] query")
        return boost
    }

    private mutating func tilde() throws(RequestError) -> QueryStringToken.Kind {
        let column = index + 1
        index += 1
        let number = Double(digits())
        if let number, number > 0, number < 1 {
            throw Self.error("a whole number must follow [~]", column: column)
        }
        return .tilde(number.flatMap { Int(exactly: $0.rounded(.down)) })
    }

    private mutating func range() throws(RequestError) -> QueryStringToken.Kind {
        let start = index
        let includesLower = scalars[index] == "["
        index += 1
        var parts: [String] = []
        while true {
            while index < scalars.count, Self.isSpace(scalars[index]) { index += 1 }
            guard index < scalars.count else {
                throw Self.error("the range is not closed with ] or }", column: start + 1)
            }
            let scalar = scalars[index]
            if scalar == "]" || scalar == "}" {
                guard parts.count == 3, parts[1] == "TO" else {
                    throw Self.error(
                        "a range is written [LOWER TO UPPER], with * for an open end",
                        column: start + 1)
                }
                index += 1
                return .range(
                    lower: parts[0] == "*" ? nil : parts[0], includesLower: includesLower,
                    upper: parts[2] == "*" ? nil : parts[2], includesUpper: scalar == "]")
            }
            parts.append(scalar == "\"" ? try quoted() : rangeEnd())
        }
    }

    private mutating func rangeEnd() -> String {
        var text = String.UnicodeScalarView()
        while index < scalars.count {
            let scalar = scalars[index]
            if Self.isSpace(scalar) || scalar == "]" || scalar == "}" { break }
            if scalar == "\\", index + 1 < scalars.count { index += 1 }
            text.append(scalars[index])
            index += 1
        }
        return String(text)
    }
}
