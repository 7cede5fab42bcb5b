// Character filter `pattern_replace`: replaces what an expression matches.

final class PatternReplaceCharFilter: CharFilter {
    private let pattern: Pattern
    private let replacement: PatternReplacement

    init(_ pattern: Pattern, _ replacement: PatternReplacement) {
        self.pattern = pattern
        self.replacement = replacement
    }

    func apply(_ text: UnsafeBufferPointer<UInt8>) -> FilteredText {
        var output = FilteredText(of: text)
        var copied = 0
        pattern.forEachMatch(in: text) { group in
            guard let range = group(0) else { return }
            output.copy(text, copied..<range.lowerBound)
            output.replace(range, with: replacement.bytes(text, group))
            copied = range.upperBound
        }
        output.copy(text, copied..<text.count)
        return output
    }
}
