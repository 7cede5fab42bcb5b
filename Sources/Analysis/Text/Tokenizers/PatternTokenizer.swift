// Tokenizer `pattern`: text between matches of an expression, or a group of the matches.

final class PatternTokenizer: Tokenizer {
    private let pattern: Pattern
    /// The group that makes the tokens; nil for the text between matches.
    private let group: Int?

    init(_ pattern: Pattern, group: Int?) {
        self.pattern = pattern
        self.group = group
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        var between = 0
        var ranges: [Range<Int>] = []
        pattern.forEachMatch(in: utf8) { match in
            if let group {
                if let range = match(group) { ranges.append(range) }
            } else if let range = match(0), !range.isEmpty {
                ranges.append(between..<max(between, range.lowerBound))
                between = range.upperBound
            }
        }
        if group == nil { ranges.append(between..<utf8.count) }
        for range in ranges { batch.appendPieces(of: utf8, range) }
    }
}

extension TokenBatch {
    /// Appends a range of the text, in pieces when it is too long for a term.
    mutating func appendPieces(of utf8: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let rest = UnsafeBufferPointer(rebasing: utf8[start..<range.upperBound])
            let length = max(1, TextLimits.cut(rest, TextLimits.maximumTermBytes))
            append(
                UnsafeBufferPointer(rebasing: rest[..<length]), start: start,
                end: start + length)
            start += length
        }
    }
}
