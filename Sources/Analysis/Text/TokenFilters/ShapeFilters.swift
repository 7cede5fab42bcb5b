// Token filters about the form of a word: its length, direction, white space around it.

/// Removes words with too few or too many characters.
final class LengthFilter: TermFilter {
    private let lengths: ClosedRange<Int>

    init(_ lengths: ClosedRange<Int>) { self.lengths = lengths }

    func apply(_ term: TermBuffer) { if !lengths.contains(term.scalarCount) { term.removeAll() } }
}

/// Cuts words after some characters.
final class TruncateFilter: TermFilter {
    private let length: Int

    init(_ length: Int) { self.length = length }

    func apply(_ term: TermBuffer) {
        var left = length
        var index = 0
        while index < term.count, left > 0 {
            _ = UTF8Scan.scalar(term.view, &index)
            left -= 1
        }
        term.truncate(to: index)
    }
}

/// The characters backwards.
final class ReverseFilter: TermFilter {
    func apply(_ term: TermBuffer) {
        let scalars = term.scalars
        term.removeAll()
        for scalar in scalars.reversed() { term.append(scalar) }
    }
}

/// Removes white space around a word.
final class TrimFilter: TermFilter {
    func apply(_ term: TermBuffer) {
        let scalars = term.scalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return term.removeAll() }
        if first == 0, last == scalars.count - 1 { return }
        term.removeAll()
        for scalar in scalars[first...last] { term.append(scalar) }
    }
}

/// Replaces what an expression matches in a word.
final class PatternReplaceFilter: TermFilter {
    private let pattern: Pattern
    private let replacement: PatternReplacement
    private let replacesAll: Bool

    init(_ pattern: Pattern, _ replacement: PatternReplacement, all: Bool) {
        self.pattern = pattern
        self.replacement = replacement
        replacesAll = all
    }

    func apply(_ term: TermBuffer) {
        var result: [UInt8] = []
        var copied = 0
        var isFirst = true
        let view = term.view
        pattern.forEachMatch(in: view) { group in
            guard let range = group(0), replacesAll || isFirst else { return }
            isFirst = false
            result += view[copied..<range.lowerBound]
            result += replacement.bytes(view, group)
            copied = range.upperBound
        }
        guard !isFirst else { return }
        result += view[copied...]
        term.replace(with: result)
    }
}
