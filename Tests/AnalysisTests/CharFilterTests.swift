// Character filters and the offsets behind them.

import Testing

@testable import Analysis

struct CharFilterTests {
    @Test func mappingTakesTheLongestAndKeepsOffsets() throws {
        let composed = try Composed(
            chars: #"[{"type":"mapping","mappings":["ph => f","p => b","\\u00e6 => ae","x =>"]}]"#)
        #expect(
            composed.tokens("phone pop æx on").description
                == "fone@0[0..<5] bob@1[6..<9] ae@2[10..<12] on@3[14..<16]")
    }

    @Test func patternReplace() throws {
        let composed = try Composed(
            chars:
                ##"[{"type":"pattern_replace","pattern":"(\\d+)-(\\d+)","replacement":"$2_$1"}]"##
        )
        #expect(
            composed.tokens("é 12-345 b").description == "é@0[0..<2] 345_12@1[3..<9] b@2[10..<11]")
    }

    @Test func htmlStrip() throws {
        let composed = try Composed(chars: #"[{"type":"html_strip"}]"#)
        #expect(
            composed.terms("<p class=\"a>b\">Hello <b>bo</b>ld<br/>x</p>&eacute;&#x41;&amp; a < b")
                == "Hello bold x éA& a < b")
        #expect(
            composed.terms("<!-- no <b> --><script>if (a<b) x</SCRIPT>yes<style>p{}</style>")
                == "yes")
        #expect(
            composed.terms("&nosuch; &#0; <3 <-> <!-- open") == "&nosuch; &#0; <3 <-> <!-- open")
        #expect(
            composed.tokens("<i>ab</i> &lt;c").description == "ab@0[3..<5] <c@1[10..<15]")
        let escaped = try Composed(chars: #"[{"type":"html_strip","escaped_tags":["b"]}]"#)
        #expect(escaped.terms("<b>x</b><i>y</i>") == "<b>x</b>y")
    }

    @Test func severalFiltersReachBackToTheText() throws {
        let composed = try Composed(
            chars: #"[{"type":"html_strip"},{"type":"mapping","mappings":["ä => ae","q =>"]}]"#)
        #expect(
            composed.tokens("<b>Bär</b> q&auml;").description == "Baer@0[3..<7] ae@1[13..<19]")
    }

    @Test func mappingOfSigns() throws {
        let composed = try Composed(
            chars: #"[{"type":"mapping","mappings":[", => -","a,b => c"]}]"#)
        #expect(composed.terms("x,y a,b") == "x-y c")
    }

    @Test func normalizer() throws {
        let folding = try Composed(chars: #"[{"type":"icu_normalizer"}]"#)
        #expect(
            folding.tokens("Ab ﬁN e\u{301}x STRAẞE").description
                == "ab@0[0..<2] fin@1[3..<7] éx@2[8..<12] strasse@3[13..<21]")
        let composing = try Composed(chars: #"[{"type":"icu_normalizer","name":"nfc"}]"#)
        #expect(composing.tokens("Ae\u{301} ﬁ").description == "Aé@0[0..<4] ﬁ@1[5..<8]")
        let decomposing = try Composed(
            chars: #"[{"type":"icu_normalizer","name":"nfc","mode":"decompose"}]"#)
        #expect(decomposing.terms("é") == "e\u{301}")
    }

    /// Piece by piece gives what ICU makes of the whole text.
    @Test(arguments: ["nfc", "nfd", "nfkc", "nfkd", "nfkc_cf"])
    func normalizerEqualsTheWhole(form: String) throws {
        var random = SeededRandom(seed: 53)
        let filter = NormalizerCharFilter(try #require(ICUFilter(form: form)))
        let whole = try #require(ICUFilter(form: form))
        let pieces = [
            "a", "E", " ", "é", "e\u{301}", "\u{301}", "\u{323}", "ﬁ", "Å", "\u{212B}", "ｶﾞ", "한",
            "\u{1112}\u{1161}\u{11AB}", "½", "İ", "Σ", "क\u{93C}", "日本", "\u{AD}", "😀", "Ǆ", "ß",
        ]
        for round in 0..<400 {
            let text = (0..<random.below(40)).map { _ in random.pick(pieces) }.joined()
            let utf8 = Array(text.utf8)
            let filtered = utf8.withUnsafeBufferPointer { filter.apply($0) }
            let term = TermBuffer()
            term.replace(with: utf8)
            whole.apply(term)
            #expect(filtered.bytes == Array(term.view), "seed 53, round \(round): \(text)")
            let ends = filtered.bytes.indices.map { filtered.inputEnd($0 + 1) }
            #expect(ends.allSatisfy { $0 <= utf8.count } && ends == ends.sorted())
        }
    }

    /// Storms of marks take linear time in every form, invalid bytes stay.
    @Test func hostileCharacters() throws {
        let filter = NormalizerCharFilter(try #require(ICUFilter(form: "nfkc_cf")))
        let storm = Array(("e" + String(repeating: "\u{301}\u{323}", count: 1 << 17)).utf8)
        let filtered = storm.withUnsafeBufferPointer { filter.apply($0) }
        #expect(filtered.bytes.count > 1 << 18)
        let broken: [UInt8] = [0x41, 0xFF, 0xED, 0xA0, 0x80, 0xC3, 0x42, 0xC3]
        let kept = broken.withUnsafeBufferPointer { filter.apply($0) }
        #expect(kept.bytes == [0x61, 0xFF, 0xED, 0xA0, 0x80, 0xC3, 0x62, 0xC3])
    }

    /// Hostile markup takes linear time and keeps offsets within the text.
    @Test func hostileMarkup() throws {
        let composed = try Composed(chars: #"[{"type":"html_strip"}]"#)
        for piece in ["<", "<a ", "<!--", "&", "<script>", "<a '", "&#x", "</"] {
            let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
            let tokens = composed.tokens(text)
            #expect(tokens.ends.allSatisfy { Int($0) <= text.utf8.count }, "\(piece)")
        }
    }
}
