// Character filter `icu_normalizer`: the text in one of Unicode's normal forms.

final class NormalizerCharFilter: CharFilter {
    /// Runs of so many bytes are first looked at as a whole.
    private static let wholeRun = 4096
    /// A character and what combines with it, in bytes; more is cut, for sorting the marks of a
    /// storm takes the square of their number.
    private static let longestPiece = 256

    private let normalizer: ICUFilter
    private let term = TermBuffer()

    init(_ normalizer: ICUFilter) { self.normalizer = normalizer }

    func apply(_ text: UnsafeBufferPointer<UInt8>) -> FilteredText {
        var output = FilteredText(of: text)
        var index = 0
        while index < text.count {
            let foreign = UTF8Scan.firstNonASCII(text, from: index)
            // The last character of ASCII may combine with what follows.
            let plain = foreign < text.count ? max(index, foreign - 1) : foreign
            output.copy(text, index..<plain, lowercasing: normalizer.folds)
            index = plain
            var end = foreign
            while end < text.count, text[end] >= 0x80 { end += 1 }
            if end > index, end - index > Self.wholeRun || !isNormal(text, index..<end) {
                normalize(text, index..<end, &output)
            } else {
                output.copy(text, index..<end)
            }
            index = end
        }
        return output
    }

    private func isNormal(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        load(text, range)
        normalizer.apply(term)
        return term.view.elementsEqual(text[range])
    }

    private func load(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        term.replace(with: UnsafeBufferPointer(rebasing: text[range]))
    }

    /// Character by character with what combines with it, so that offsets stay fine.
    private func normalize(
        _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ output: inout FilteredText
    ) {
        let text = UnsafeBufferPointer(rebasing: text[..<range.upperBound])
        var index = range.lowerBound
        while index < text.count {
            let start = index
            guard UTF8Scan.scalar(text, &index) != nil else {
                output.copy(text, start..<index)
                continue
            }
            while index < text.count, index - start < Self.longestPiece {
                var next = index
                guard let scalar = UTF8Scan.scalar(text, &next),
                    !normalizer.hasBoundary(before: scalar)
                else { break }
                index = next
            }
            let piece = start..<index
            if isNormal(text, piece) {
                output.copy(text, piece)
            } else {
                output.replace(piece, with: term.view)
            }
        }
    }
}
