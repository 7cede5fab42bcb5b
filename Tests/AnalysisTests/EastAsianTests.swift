// The default analyzer: as `standard`, but East Asian text in bigrams.

import Testing

@testable import Analysis

struct EastAsianTests {
    private func tokens(_ name: String, _ text: String) throws -> Tokens {
        let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: name))
        var batch = TokenBatch()
        analyzer.analyze(text, into: &batch)
        return Tokens(batch)
    }

    @Test(arguments: [
        ("東京都", "東京@0[0..<6] 京都@1[3..<9]"), ("東", "東@0[0..<3]"),
        ("한국어를 배우다", "한국@0[0..<6] 국어@1[3..<9] 어를@2[6..<12] 배우@3[13..<19] 우다@4[16..<22]"),
        ("日本。中国", "日本@0[0..<6] 中国@1[9..<15]"),
        ("iPhone用ケース", "iphone@0[0..<6] 用ケ@1[6..<12] ケー@2[9..<15] ース@3[12..<18]"),
        // Half width Katakana with its voiced mark is one character; folded it is full width.
        ("ｶﾞｽ", "ガス@0[0..<9]"),
        // Conjoining jamo make a syllable.
        ("\u{1112}\u{1161}\u{11AB}국", "한국@0[0..<12]"),
        ("𠀋字", "𠀋字@0[0..<7]"), ("ภาษาไทย", "ภาษา@0[0..<12] ไทย@1[12..<21]"),
        ("The Quick 3.14", "the@0[0..<3] quick@1[4..<9] 3.14@2[10..<14]"),
    ])
    func bigrams(text: String, expected: String) throws {
        #expect(try tokens("default", text).description == expected)
    }

    /// Text without East Asian characters gives the tokens of `standard`, stemmed by its letters.
    @Test func otherScriptsAreStandard() throws {
        var random = SeededRandom(seed: 41)
        let pieces = [
            "é", "e\u{301}", "\u{301}", "\u{200D}", "א\"א", "ภาษาไทย", "ການ", "ខ្មែរ", "မြန်မာ",
            "🇩🇪", "😀", "\u{3000}", "、", "ﬀ", "Σ", "İ", "ß", "٣٫١٤", "हिन्दी", "＿", "：", "·", "word",
            "can't", "3.14", "x_y", "_", ".", "'", " ", "\n", "ru русский ", "ＡＢＣ",
        ]
        let standard = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: "standard"))
        let other = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: "default"))
        let stems = try #require(LetterStemFilter())
        var first = TokenBatch()
        var second = TokenBatch()
        for round in 0..<500 {
            let text = (0..<random.below(40)).map { _ in random.pick(pieces) }.joined()
            standard.analyze(text, into: &first)
            stems.apply(to: &first)
            other.analyze(text, into: &second)
            #expect(Tokens(first) == Tokens(second), "seed 41, round \(round): \(text)")
        }
    }

    /// The fast path and ICU's own path agree on mixed text.
    @Test func pathsAgree() throws {
        var random = SeededRandom(seed: 43)
        let fast = try #require(StandardTokenizer(eastAsian: .bigrams, worthwhileASCII: 1))
        let icu = try #require(StandardTokenizer(eastAsian: .bigrams, usesFastPath: false))
        let pieces = [
            "日本語", "カタカナ", "ひらがな", "한국어", "ｶﾞ", "字", "a", "word ", " ", ".", "é", "\u{3099}",
            "\u{FE0F}", "。", "、", "ภาษา", "1", "\u{1161}", "\u{301}", "plain words here, ",
        ]
        for round in 0..<600 {
            let text = (0..<random.below(50)).map { _ in random.pick(pieces) }.joined()
            var first = TokenBatch()
            var second = TokenBatch()
            var utf8 = text
            utf8.withUTF8 {
                fast.tokenize($0, into: &first)
                icu.tokenize($0, into: &second)
            }
            #expect(Tokens(first) == Tokens(second), "seed 43, round \(round): \(text)")
        }
    }

    @Test func bigramFilter() throws {
        let filter = try Composed("cjk_bigram", tokenizer: #""standard""#)
        // Dictionary words that touch one another are one run.
        #expect(filter.terms("東京都 ab 한국어") == "東京 京都 ab 한국 국어")
        let unigrams = try Composed(
            #"{"type":"cjk_bigram","output_unigrams":true}"#, tokenizer: #""standard""#)
        #expect(
            unigrams.tokens("東京都").description
                == "東@0[0..<3] 東京@0+2[0..<6] 京@1[3..<6] 京都@1+2[3..<9] 都@2[6..<9]")
        let ignoring = try Composed(
            #"{"type":"cjk_bigram","ignored_scripts":["hangul"]}"#, tokenizer: #""standard""#)
        #expect(ignoring.terms("한국어 字") == "한국어 字")
    }
}
