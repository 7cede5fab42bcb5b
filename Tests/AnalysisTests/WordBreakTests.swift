// The fast path against ICU: equal tokens on every short string over a critical alphabet, and on
// long random texts of many scripts.

import Testing

@testable import Analysis

struct WordBreakTests {
    private let fast: StandardTokenizer
    /// Cuts as often as it may.
    private let eager: StandardTokenizer
    private let icu: StandardTokenizer

    init() throws {
        fast = try #require(StandardTokenizer())
        eager = try #require(StandardTokenizer(worthwhileASCII: 1))
        icu = try #require(StandardTokenizer(usesFastPath: false))
    }

    private func tokens(_ tokenizer: StandardTokenizer, _ bytes: [UInt8]) -> TokenBatch {
        var batch = TokenBatch()
        bytes.withUnsafeBufferPointer { tokenizer.tokenize($0, into: &batch) }
        return batch
    }

    /// Records an issue and returns false when the paths differ.
    private func agree(_ bytes: [UInt8], _ note: String = "") -> Bool {
        agree(bytes, [fast, eager], icu, note)
    }

    private func agree(
        _ bytes: [UInt8], _ tokenizers: [StandardTokenizer], _ icu: StandardTokenizer,
        _ note: String
    ) -> Bool {
        let expected = tokens(icu, bytes)
        for tokenizer in tokenizers {
            let got = tokens(tokenizer, bytes)
            let equal =
                got.termBytes == expected.termBytes && got.termEnds == expected.termEnds
                && got.positions == expected.positions && got.count == expected.count
                && got.startOffsets == expected.startOffsets
                && got.endOffsets == expected.endOffsets
            guard equal else {
                let text = String(decoding: bytes.prefix(400), as: UTF8.self)
                Issue.record(
                    "\(note) \(text.debugDescription): \(Tokens(got)), ICU: \(Tokens(expected))")
                return false
            }
        }
        return true
    }

    /// All strings of `length` pieces.
    private func every(
        _ pieces: [[UInt8]], _ length: Int, _ body: ([UInt8]) -> Bool
    ) {
        var digits = [Int](repeating: 0, count: length)
        while true {
            guard body(digits.flatMap { pieces[$0] }) else { return }
            var place = length - 1
            while place >= 0, digits[place] == pieces.count - 1 {
                digits[place] = 0
                place -= 1
            }
            guard place >= 0 else { return }
            digits[place] += 1
        }
    }

    @Test func everyShortASCIIString() {
        let pieces = (0..<128).map { [UInt8($0)] }
        for length in 0...2 { every(pieces, length) { agree($0) } }
    }

    /// Strings of up to five critical characters, thousands to a text, a line feed between.
    @Test func everyCriticalASCIIString() {
        let critical = "aZ1_.',@:\" ".utf8.map { [$0] }
        var text: [UInt8] = []
        for length in 3...5 {
            every(critical, length) { string in
                text += string
                text.append(0x0A)
                guard text.count > 1 << 16 else { return true }
                defer { text.removeAll(keepingCapacity: true) }
                return agree(text)
            }
        }
        #expect(agree(text))
    }

    @Test func everyCriticalMixedString() {
        let pieces: [[UInt8]] =
            [
                "a", "1", "_", ".", "'", " ", "é", "\u{301}", "\u{200D}", "א", "字", "ก", "🇩",
                "\u{3000}",
            ].map { Array($0.utf8) }
        for length in 1...3 { every(pieces, length) { agree($0) } }
        // Around a space, where regions are cut.
        every(pieces, 2) { before in
            var same = true
            every(pieces, 2) { after in
                same = agree(before + [0x20] + after)
                return same
            }
            return same
        }
    }

    @Test func randomASCII() {
        var random = SeededRandom(seed: 29)
        let critical = Array("abcXYZ0189__..'',,;;::\"\"  \n\t\r-/@\0\u{7F}".utf8)
        for round in 0..<400 {
            let bytes = (0..<random.below(round % 20 == 0 ? 20_000 : 400)).map { _ in
                random.below(4) == 0
                    ? UInt8(random.below(128))
                    : round % 3 == 0 && random.below(8) > 0
                        ? UInt8(ascii: "q") : random.pick(critical)
            }
            guard agree(bytes, "seed 29, round \(round)") else { return }
        }
    }

    @Test func randomMixedText() {
        var random = SeededRandom(seed: 31)
        let foreign =
            [
                "é", "e\u{301}", "\u{301}", "\u{200D}", "\u{AD}", "א", "א\"א", "字", "日本語", "カタカナ",
                "ひらがな", "ภาษาไทย", "ການ", "ខ្មែរ", "မြန်မာ", "한국어",
                "🇩🇪", "🇩", "😀", "👩‍👩‍👧", "\u{3000}",
                "\u{A0}", "\u{2019}", "ﬀ", "Σ", "İ", "ß", "\u{FEFF}", "\u{85}", "\u{2028}", "٣٫١٤",
                "ऽहिन्दी",
                "ｶﾞ", "＿", "：", "·",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x80]]
        let ascii = [
            "word", "can't", "3.14", "a.b", "x_y", "_", ".", "'", "\"", ":", ",", " ", "  ", "\n",
            "\r\n", "\t", "1", "a longer run of plain words, which makes a cut worth while. ",
        ].map { Array($0.utf8) }
        for round in 0..<1500 {
            let rarity = 1 + round % 12
            var bytes: [UInt8] = []
            for _ in 0..<random.below(60) {
                bytes += random.below(rarity) == 0 ? random.pick(foreign) : random.pick(ascii)
            }
            guard agree(bytes, "seed 31, round \(round)") else { return }
        }
    }

    @Test func longTokensInBothPaths() {
        for length in [254, 255, 256, 509, 510, 511, 5000] {
            for filler in ["a", "1", "_", "a.", "1,", "a'", "ab_"] {
                let run = String(String(repeating: filler, count: length).prefix(length))
                for tail in ["", " x", ".", "_", "é", " é"] {
                    #expect(agree(Array((run + tail).utf8)))
                    #expect(agree(Array(("ö " + run + tail).utf8)))
                }
            }
        }
        // Many more tokens than the scratch holds, and regions that end by size.
        #expect(agree(Array(String(repeating: "to be, or ", count: 20_000).utf8)))
        #expect(agree(Array(String(repeating: "tö be ", count: 40_000).utf8)))
    }

    /// `max_token_length`: words are split in both paths where it says.
    @Test(arguments: [2, 3, 15, 16, 17, 254, 256, 992])
    func otherLengthsInBothPaths(limit: Int) throws {
        let fast = try #require(StandardTokenizer(maximumLength: limit))
        let icu = try #require(StandardTokenizer(maximumLength: limit, usesFastPath: false))
        for length in [1, 2, 3, 4, 15, 16, 17, limit - 1, limit, limit + 1, 2 * limit, 5000] {
            let run = String(repeating: "aB1", count: length / 3 + 1).prefix(length)
            for text in [run + "", run + " some more words", "ö " + run, run + "é", run + "𝔸𝔸"] {
                #expect(agree(Array(text.utf8), [fast], icu, "limit \(limit)"))
            }
            let batch = tokens(fast, Array((run + " x").utf8))
            #expect(batch.endOffsets.first == UInt32(min(length, limit)))
            #expect(batch.count == (length + limit - 1) / limit + 1)
        }
        #expect(tokens(fast, Array("ﷺ ".utf8)).count == 1, "the longest folding")
    }

    /// Text without a space is cut into regions, too, and nothing of it is lost.
    @Test func longestRegions() {
        for letter in ["é", "字", "𝔸", "aé"] {
            let letters = Array(letter.utf8)
            let count = 3 * StandardTokenizer.longestRegion / letters.count
            let bytes = Array(repeatElement(letters, count: count).joined())
            let batch = tokens(fast, bytes)
            #expect(batch.startOffsets.first == 0 && batch.endOffsets.last == UInt32(bytes.count))
            #expect(zip(batch.endOffsets, batch.startOffsets.dropFirst()).allSatisfy { $0 == $1 })
            #expect(
                batch.endOffsets.allSatisfy { $0 % UInt32(letters.count) == 0 || letter == "aé" })
        }
    }
}
