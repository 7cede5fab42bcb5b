// Random regular expressions, as text and as something that matches naively.

@testable import Queries

/// An expression beside its meaning, worked out place by place without any automaton.
indirect enum PlainRegexp {
    case scalar(Unicode.Scalar)
    case any
    case oneOf([ClosedRange<Unicode.Scalar>], negated: Bool)
    case quoted(String)
    case empty
    case nothing
    case anyText
    case number(Int, Int)
    case row([PlainRegexp])
    case either([PlainRegexp])
    case both(PlainRegexp, PlainRegexp)
    case not(PlainRegexp)
    case repeated(PlainRegexp, Int, Int?)

    /// In Lucene's syntax, in parentheses where needed.
    var text: String {
        switch self {
        case .scalar(let scalar):
            let special = "|&?*+{}~[]()\"#@<>.\\".unicodeScalars.contains(scalar)
            return (special ? "\\" : "") + String(Character(scalar))
        case .any: return "."
        case .oneOf(let ranges, let negated):
            let parts = ranges.map {
                $0.lowerBound == $0.upperBound
                    ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
            }
            return "[" + (negated ? "^" : "") + parts.joined() + "]"
        case .quoted(let text): return "\"\(text)\""
        case .empty: return "()"
        case .nothing: return "#"
        case .anyText: return "@"
        case .number(let low, let high): return "<\(low)-\(high)>"
        case .row(let parts): return "(" + parts.map(\.text).joined() + ")"
        case .either(let parts): return "(" + parts.map(\.text).joined(separator: "|") + ")"
        case .both(let first, let second): return "(\(first.text)&\(second.text))"
        case .not(let inner): return "~(\(inner.text))"
        case .repeated(let inner, let low, let high):
            let body = "(\(inner.text))"
            switch (low, high) {
            case (0, 1?): return body + "?"
            case (0, nil): return body + "*"
            case (1, nil): return body + "+"
            case (_, nil): return body + "{\(low),}"
            case (_, let high?): return body + (low == high ? "{\(low)}" : "{\(low),\(high)}")
            }
        }
    }

    func matches(_ text: String, ignoringCase: Bool = false) -> Bool {
        var scalars = Array(text.unicodeScalars)
        if ignoringCase { scalars = scalars.map(Self.folded) }
        return ends(scalars, 0, ignoringCase).contains(scalars.count)
    }

    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar
    }

    /// Where matches that begin at `start` can end.
    private func ends(_ text: [Unicode.Scalar], _ start: Int, _ fold: Bool) -> Set<Int> {
        func one(_ matches: (Unicode.Scalar) -> Bool) -> Set<Int> {
            start < text.count && matches(text[start]) ? [start + 1] : []
        }
        switch self {
        case .scalar(let scalar): return one { $0 == (fold ? Self.folded(scalar) : scalar) }
        case .any: return one { _ in true }
        case .oneOf(let ranges, let negated):
            return one { found in
                let spellings =
                    fold && ("a"..."z").contains(found)
                    ? [found, Unicode.Scalar(UInt8(found.value - 32))] : [found]
                return ranges.contains { range in spellings.contains(where: range.contains) }
                    != negated
            }
        case .quoted(let quoted):
            let wanted = quoted.unicodeScalars.map { fold ? Self.folded($0) : $0 }
            return text[start...].starts(with: wanted) ? [start + wanted.count] : []
        case .empty: return [start]
        case .nothing: return []
        case .anyText: return Set(start...text.count)
        case .number(let low, let high):
            return Set((start...text.count).filter { isNumber(text[start..<$0], low, high) })
        case .row(let parts):
            return parts.reduce([start]) { places, part in
                places.reduce(into: []) { $0.formUnion(part.ends(text, $1, fold)) }
            }
        case .either(let parts):
            return parts.reduce(into: []) { $0.formUnion($1.ends(text, start, fold)) }
        case .both(let first, let second):
            return first.ends(text, start, fold).intersection(second.ends(text, start, fold))
        case .not(let inner):
            return Set(start...text.count).subtracting(inner.ends(text, start, fold))
        case .repeated(let inner, let low, let high):
            var result: Set<Int> = low == 0 ? [start] : []
            var places: Set<Int> = [start]
            var seen: Set<Set<Int>> = []
            var count = 0
            while count < high ?? .max, !places.isEmpty {
                places = places.reduce(into: []) { $0.formUnion(inner.ends(text, $1, fold)) }
                count += 1
                if count >= low {
                    result.formUnion(places)
                    if !seen.insert(places).inserted { break }
                }
            }
            return result
        }
    }

    private func isNumber(_ text: ArraySlice<Unicode.Scalar>, _ low: Int, _ high: Int) -> Bool {
        let digits = String(String.UnicodeScalarView(text))
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int(digits)
        else { return false }
        let width = String(low).count
        return (low...high).contains(value)
            && (width != String(high).count || digits.count == width)
    }
}

extension SeededGenerator {
    static let letters: [Unicode.Scalar] = ["a", "b", "B", "c", "1", "2", "\u{E9}", "日", "𝄞"]

    mutating func letter() -> Unicode.Scalar { Self.letters[below(Self.letters.count)] }

    mutating func word(_ longest: Int) -> String {
        String(String.UnicodeScalarView((0..<below(longest + 1)).map { _ in letter() }))
    }

    mutating func regexp(depth: Int) -> PlainRegexp {
        guard depth > 0 else {
            switch below(12) {
            case 0: return .any
            case 1:
                return .oneOf(
                    [letter(), letter()].map { $0...$0 } + (chance(2) ? ["a"..."c"] : []),
                    negated: chance(3))
            case 2: return .quoted(word(3))
            case 3: return .empty
            case 4: return chance(3) ? .nothing : .anyText
            case 5:
                let low = below(30)
                return .number(low, low + below(200))
            default: return .scalar(letter())
            }
        }
        switch below(8) {
        case 0: return .either((0..<2 + below(2)).map { _ in regexp(depth: depth - 1) })
        case 1: return .both(regexp(depth: depth - 1), regexp(depth: depth - 1))
        case 2: return .not(regexp(depth: depth - 1))
        case 3, 4:
            let low = below(3)
            return .repeated(
                regexp(depth: depth - 1), low, chance(2) ? nil : max(1, low + below(3)))
        default: return .row((0..<1 + below(3)).map { _ in regexp(depth: depth - 1) })
        }
    }
}
