// Tokenizer `path_hierarchy`: "/a/b/c" becomes /a, /a/b and /a/b/c, all at one position.

final class PathTokenizer: Tokenizer {
    private let delimiter: UInt8
    private let replacement: UInt8
    /// Parts at the beginning that are left out.
    private let skip: Int
    /// From the end: "c.b.a" becomes c.b.a, b.a and a.
    private let isReversed: Bool

    /// Delimiter and replacement are ASCII.
    init(delimiter: UInt8, replacement: UInt8, skip: Int, isReversed: Bool) {
        self.delimiter = delimiter
        self.replacement = replacement
        self.skip = skip
        self.isReversed = isReversed
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        // Longer paths have no more than this many parts of a term's length.
        let text = UnsafeBufferPointer(
            rebasing: utf8[..<TextLimits.cut(utf8, TextLimits.maximumTermBytes)])
        guard !text.isEmpty else { return }
        let term = text.map { $0 == delimiter ? replacement : $0 }
        for range in isReversed ? suffixes(text) : prefixes(text) where !range.isEmpty {
            guard batch.termBytes.count < TextLimits.maximumBatchBytes else { return }
            term.withUnsafeBufferPointer {
                batch.append(
                    UnsafeBufferPointer(rebasing: $0[range]), start: UInt32(range.lowerBound),
                    end: UInt32(range.upperBound), position: 0)
            }
        }
    }

    /// Places of the delimiters, but for one that begins the text.
    private func delimiters(_ text: UnsafeBufferPointer<UInt8>) -> [Int] {
        text.indices.filter { text[$0] == delimiter && $0 > 0 }
    }

    private func prefixes(_ text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        let ends = delimiters(text) + [text.count]
        guard skip < ends.count else { return [] }
        let start = skip == 0 ? 0 : ends[skip - 1]
        return ends[skip...].map { start..<$0 }.filter { $0.count > 1 || text[start] != delimiter }
    }

    private func suffixes(_ text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        let starts = [0] + delimiters(text).map { $0 + 1 }.filter { $0 < text.count }
        guard skip < starts.count else { return [] }
        let end = skip == 0 ? text.count : starts[starts.count - skip]
        return starts.dropLast(skip).map { $0..<end }
    }
}
