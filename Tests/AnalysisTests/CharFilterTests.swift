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
