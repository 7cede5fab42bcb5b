// Unicode word break (UAX #29), with dictionaries for Thai, Lao, Khmer, Burmese, Chinese and
// Japanese, and NFKC_Casefold. ASCII goes through `ASCIIWords`, most of the rest through
// `UnicodeWords`; what needs dictionaries or rules of its own through ICU, in regions as large as
// makes a call worth while.

import CICU

/// Cuts text into words.
final class StandardTokenizer: Tokenizer {
    /// ASCII of so many bytes goes through `ASCIIWords`.
    static let worthwhileASCII = 64
    /// Bytes after which a region ends at the next separator, which bounds ICU's buffers.
    private static let regionBytes = 64 * 1024
    /// Bytes after which a region ends between any two characters: text without a space.
    static let longestRegion = 256 * 1024

    /// What is done with Han, Hiragana, Katakana and Hangul.
    enum EastAsian {
        /// Dictionary words of Chinese and Japanese, Korean between spaces.
        case words
        /// Every two neighbouring characters; one that stands alone by itself.
        case bigrams
    }

    private let words: OpaquePointer
    private let ascii: ASCIIWords
    private let unicode: UnicodeWords
    private let usesFastPath: Bool
    private let eastAsian: EastAsian
    private var bigrams = BigramJoiner()

    /// Nil when ICU's data cannot be loaded.
    /// - Parameters:
    ///   - folds: Whether words are folded with NFKC_Casefold.
    ///   - maximumLength: Longer words are split; one of `TextLimits.tokenLengths`.
    ///   - usesFastPath: Without it everything goes through ICU: the oracle of the tests.
    init?(
        folds: Bool = true, eastAsian: EastAsian = .words,
        maximumLength: Int = TextLimits.maximumTokenLength, usesFastPath: Bool = true,
        worthwhileASCII: Int = StandardTokenizer.worthwhileASCII
    ) {
        let options =
            (folds ? CANOPY_WORDS_FOLD : 0) + (eastAsian == .bigrams ? CANOPY_WORDS_CJK : 0)
        guard let words = canopy_words_open(Int32(maximumLength), options) else { return nil }
        self.words = words
        self.eastAsian = eastAsian
        ascii = ASCIIWords(lowercases: folds, maximumLength: maximumLength)
        unicode = UnicodeWords(
            options: UnicodeWords.Options(
                folds: folds, pairsCells: eastAsian == .bigrams, longASCII: worthwhileASCII,
                longestWord: min(maximumLength, UnicodeWords.longestWord)),
            icu: words)
        self.usesFastPath = usesFastPath
    }

    deinit {
        unicode.deallocate()
        canopy_words_close(words)
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        tokenize(utf8, 0..<utf8.count, into: &batch)
    }

    /// Appends the tokens of a range that begins and ends where text may be cut.
    func tokenize(
        _ utf8: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into batch: inout TokenBatch
    ) {
        guard let text = utf8.baseAddress, !range.isEmpty else { return }
        guard usesFastPath else { return split(utf8, range, into: &batch) }
        let utf8 = UnsafeBufferPointer(rebasing: utf8[..<range.upperBound])
        var index = range.lowerBound
        while index < utf8.count {
            let foreign = UTF8Scan.firstNonASCII(utf8, from: index)
            var cut = foreign
            if foreign < utf8.count {
                while cut > index, !isCut(utf8[cut - 1]) { cut -= 1 }
                // The space goes with the region: what follows may combine with it.
                if cut > index { cut -= 1 }
            }
            ascii.scan(text, index..<cut, into: &batch)
            index = cut
            if foreign < utf8.count { index = scanForeign(utf8, from: cut, into: &batch) }
        }
    }

    /// Appends the tokens from a place on where text may be cut; returns where ASCII follows, or
    /// the end.
    private func scanForeign(
        _ utf8: UnsafeBufferPointer<UInt8>, from start: Int, into batch: inout TokenBatch
    ) -> Int {
        guard let text = utf8.baseAddress else { return start }
        var index = start
        while index < utf8.count {
            let (stop, isHard) = unicode.scan(text, index..<utf8.count, into: &batch)
            index = stop
            guard isHard else { break }
            index = unicode.endOfHard(
                text, stop..<utf8.count, many: Self.regionBytes, most: Self.longestRegion)
            split(utf8, stop..<index, into: &batch)
        }
        return index
    }

    /// Whether text may be cut before this byte without changing its words: in UAX #29 a space or
    /// control character ends what is left of it (nothing extends over it, and a character
    /// that joins two letters needs both beside it) and carries no state to its right.
    @inline(__always)
    private func isCut(_ byte: UInt8) -> Bool { byte <= 0x20 }

    /// Appends the words of a region as ICU sees them.
    private func split(
        _ utf8: UnsafeBufferPointer<UInt8>, _ region: Range<Int>, into batch: inout TokenBatch
    ) {
        var list = canopy_word_list()
        let text = utf8.baseAddress?.advanced(by: region.lowerBound)
        guard canopy_words_split(words, text, Int32(region.count), &list) == 0 else { return }
        if eastAsian == .bigrams {
            bigrams.append(list, region.lowerBound, to: &batch)
            return
        }
        var termStart = 0
        for word in 0..<Int(list.count) {
            let termEnd = Int(list.term_ends[word])
            let term = UnsafeBufferPointer(
                start: list.terms + termStart, count: termEnd - termStart)
            batch.append(
                term, start: region.lowerBound + Int(list.starts[word]),
                end: region.lowerBound + Int(list.ends[word]))
            termStart = termEnd
        }
    }
}
