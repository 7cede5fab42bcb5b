// Explaining analysis: stages, types, and offsets as clients count them.

import Testing

@testable import Analysis

struct ExplanationTests {
    private func explain(
        _ analyzer: ExplainedAnalyzer, _ texts: String..., settings: String = "{}"
    ) throws -> AnalysisExplanation {
        let section = try #require(try JSONParser.parse(Array(settings.utf8)).objectValue)
        return try AnalyzerRegistry(settings: section).explain(analyzer, texts: texts)
    }

    private func show(_ tokens: [AnalysisExplanation.Token]) -> String {
        tokens.map { token in
            let span = token.positionLength == 1 ? "" : "+\(token.positionLength)"
            return "\(token.text)@\(token.position)\(span)"
                + "[\(token.startOffset)..<\(token.endOffset)]\(token.type)"
        }.joined(separator: " ")
    }

    @Test func offsetsAreThoseOfUTF16() throws {
        let explanation = try explain(.named("standard"), "😀 é𝔸 b")
        #expect(
            show(explanation.tokens)
                == "éa@0[3..<6]<ALPHANUM> b@1[7..<8]<ALPHANUM>")
        #expect(!explanation.isCustom && explanation.tokenizer == nil)
        let offsets = UTF16Offsets("aé😀")
        #expect((0...7).map { offsets[UInt32($0)] } == [0, 1, 1, 2, 2, 2, 2, 4])
        #expect(offsets.count == 4 && UTF16Offsets("").count == 0)
    }

    /// Several texts are values of one field.
    @Test func textsFollowOneAnother() throws {
        let explanation = try explain(.named("stop"), "a the", "b")
        #expect(show(explanation.tokens) == "b@102[6..<7]word")
    }

    @Test(arguments: [
        ("default", "word 42 日本 東 ภาษา", "<ALPHANUM> <NUM> <DOUBLE> <SINGLE> <SOUTHEAST_ASIAN>"),
        ("standard", "日本 한국 カタカナ 😀 x_y", "<IDEOGRAPHIC> <HANGUL> <KATAKANA> <EMOJI> <ALPHANUM>"),
        ("whitespace", "a 1", "word word"),
    ])
    func types(analyzer: String, text: String, expected: String) throws {
        let types = try explain(.named(analyzer), text).tokens.map(\.type)
        // Releases of ICU differ in whether an emoji is a word.
        let wanted = expected.split(separator: " ").map(String.init)
        #expect(types.filter { $0 != "<EMOJI>" } == wanted.filter { $0 != "<EMOJI>" })
    }

    @Test func stages() throws {
        let parts = AdHocAnalyzer(
            charFilters: ["html_strip"], tokenizer: "standard",
            filters: [
                "lowercase", ["type": "keyword_marker", "keywords": ["running"]],
                ["type": "stemmer", "language": "english"],
                ["type": "synonym_graph", "synonyms": ["run, go fast"]],
            ])
        let explanation = try explain(.adHoc(parts), "<b>Running</b> runs")
        #expect(explanation.isCustom)
        #expect(explanation.charFilters.map(\.name) == ["html_strip"])
        #expect(explanation.charFilters[0].texts == ["Running runs"])
        #expect(explanation.tokenizer?.name == "standard")
        #expect(
            show(explanation.tokenizer?.tokens ?? [])
                == "Running@0[3..<10]<ALPHANUM> runs@1[15..<19]<ALPHANUM>")
        #expect(
            explanation.filters.map(\.name) == [
                "lowercase", "__anonymous__keyword_marker", "__anonymous__stemmer",
                "__anonymous__synonym_graph",
            ])
        #expect(
            explanation.filters.map { $0.tokens.map(\.text).joined(separator: " ") } == [
                "running runs", "running runs", "running run", "running run go fast",
            ])
        #expect(
            show(explanation.tokens)
                == "running@0[3..<10]<ALPHANUM> run@1+2[15..<19]<ALPHANUM>"
                + " go@1[15..<19]SYNONYM fast@2[15..<19]SYNONYM")
    }

    @Test func typesOfAddedTokens() throws {
        let shingles = try explain(
            .adHoc(AdHocAnalyzer(tokenizer: "whitespace", filters: ["shingle"])), "a b")
        #expect(show(shingles.tokens) == "a@0[0..<1]word a b@0+2[0..<3]shingle b@1[2..<3]word")
        let addresses = try explain(
            .adHoc(AdHocAnalyzer(tokenizer: "uax_url_email")), "a@b.de http://x.y c")
        #expect(addresses.tokens.map(\.type) == ["<EMAIL>", "<URL>", "<ALPHANUM>"])
        let split = try explain(
            .adHoc(AdHocAnalyzer(tokenizer: "standard", filters: ["word_delimiter"])), "a1b")
        #expect(split.tokens.map(\.type) == ["<ALPHANUM>", "<ALPHANUM>", "<ALPHANUM>"])
    }

    @Test func partsOfAnIndexAndNormalizers() throws {
        let settings =
            #"{"filter":{"mine":{"type":"stop","stopwords":["x"]}},"#
            + #""analyzer":{"a":{"tokenizer":"whitespace","filter":["mine"]}},"#
            + #""normalizer":{"n":{"filter":["uppercase"]}}}"#
        let own = try explain(.named("a"), "x y", settings: settings)
        #expect(own.isCustom && own.filters.map(\.name) == ["mine"])
        #expect(show(own.tokens) == "y@1[2..<3]word")
        let parts = AdHocAnalyzer(tokenizer: "whitespace", filters: ["mine"])
        #expect(try explain(.adHoc(parts), "x y", settings: settings).tokens == own.tokens)
        let normal = try explain(.normalizer("n"), "x y", settings: settings)
        #expect(show(normal.tokens) == "X Y@0[0..<3]word")
        let chars = AdHocAnalyzer(filters: ["lowercase"])
        #expect(show(try explain(.adHoc(chars), "A B").tokens) == "a b@0[0..<3]word")
    }

    @Test(arguments: [
        (ExplainedAnalyzer.named("klingon"), "failed to find analyzer [klingon]; known: arabic"),
        (.normalizer("klingon"), "failed to find normalizer [klingon]; known: lowercase"),
        (
            .adHoc(AdHocAnalyzer(tokenizer: "standard", filters: ["nosuch"])),
            "[_analyze] names the filter [nosuch]"
        ),
        (
            .adHoc(AdHocAnalyzer(tokenizer: ["type": "ngram", "min_gram": 0])),
            "[_analyze.tokenizer] parameter [min_gram] must be a number"
        ),
        (.adHoc(AdHocAnalyzer(filters: ["stop"])), "[_analyze] cannot use filter [stop]"),
    ])
    func refusals(analyzer: ExplainedAnalyzer, reason: String) throws {
        do throws(AnalysisSettingsError) {
            _ = try AnalyzerRegistry.builtIn.explain(analyzer, texts: ["x"])
            Issue.record("explained \(analyzer)")
        } catch {
            #expect(error.reason.contains(reason), "\(error.reason)")
        }
    }

    @Test func limits() throws {
        let many = String(repeating: "a ", count: 10_001)
        #expect(throws: AnalysisSettingsError.self) { try explain(.named("standard"), many) }
        let long = String(repeating: "a", count: (1 << 20) + 1)
        #expect(throws: AnalysisSettingsError.self) { try explain(.named("keyword"), long) }
    }
}
