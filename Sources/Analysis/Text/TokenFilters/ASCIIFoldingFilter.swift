// Token filter `asciifolding`: Latin letters, digits and signs in ASCII, where ASCII has the like.

import CICU

final class ASCIIFoldingFilter: TermFilter {
    /// What no decomposition yields.
    private static let special: [Unicode.Scalar: String] = [
        "Æ": "AE", "æ": "ae", "Ǽ": "AE", "ǽ": "ae", "Ǣ": "AE", "ǣ": "ae", "Œ": "OE", "œ": "oe",
        "ß": "ss", "ẞ": "SS", "Ð": "D", "ð": "d", "Đ": "D", "đ": "d", "Þ": "TH", "þ": "th",
        "Ø": "O", "ø": "o", "Ǿ": "O", "ǿ": "o", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h",
        "Ŧ": "T", "ŧ": "t", "Ŋ": "N", "ŋ": "n", "ı": "i", "ȷ": "j", "ĸ": "q", "Ɓ": "B",
        "ɓ": "b", "Ɔ": "O", "ɔ": "o", "Ƈ": "C", "ƈ": "c", "Ɖ": "D", "ɖ": "d", "Ɗ": "D",
        "ɗ": "d", "Ə": "A", "ə": "a", "Ɛ": "E", "ɛ": "e", "Ƒ": "F", "ƒ": "f", "Ɠ": "G",
        "ɠ": "g", "Ɨ": "I", "ɨ": "i", "Ƙ": "K", "ƙ": "k", "ƚ": "l", "Ɲ": "N", "ɲ": "n",
        "Ƥ": "P", "ƥ": "p", "Ʈ": "T", "ʈ": "t", "Ƭ": "T", "ƭ": "t", "Ʋ": "V", "ʋ": "v",
        "Ƴ": "Y", "ƴ": "y", "Ƶ": "Z", "ƶ": "z", "Ǥ": "G", "ǥ": "g", "Ʉ": "U", "ʉ": "u",
        "Ɏ": "Y", "ɏ": "y", "Ɍ": "R", "ɍ": "r", "Ɉ": "J", "ɉ": "j", "Ƀ": "B", "ƀ": "b",
        "Ⱥ": "A", "ⱥ": "a", "Ȼ": "C", "ȼ": "c", "Ɇ": "E", "ɇ": "e", "Ⱦ": "T", "ⱦ": "t",
        "«": "\"", "»": "\"", "“": "\"", "”": "\"", "„": "\"", "″": "\"", "‶": "\"",
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "‵": "'", "‹": "'", "›": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "⁻": "-", "⁄": "/", "⁎": "*",
        "⁅": "[", "⁆": "]", "•": "*",
    ]

    /// Blocks with anything that ASCII has the like of.
    private static let blocks: [ClosedRange<UInt32>] = [
        0x80...0x24F, 0x250...0x2AF, 0x1D00...0x1EFF, 0x2000...0x218F, 0x2460...0x24FF,
        0x2776...0x2793, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xFB00...0xFB06, 0xFF01...0xFF5E,
    ]

    private static let fractions: [ClosedRange<UInt32>] = [0xBC...0xBE, 0x2150...0x215F]

    private let decomposition: OpaquePointer
    private var known: [UInt32: [UInt8]] = [:]

    /// Nil when ICU's data cannot be loaded.
    init?() {
        guard let decomposition = canopy_normalizer_open("nfkd") else { return nil }
        self.decomposition = decomposition
    }

    deinit { canopy_rewriter_close(decomposition) }

    func apply(_ term: TermBuffer) {
        if term.view.allSatisfy({ $0 < 0x80 }) { return }
        term.rewrite { scalar, output in
            guard Self.blocks.contains(where: { $0.contains(scalar.value) }) else {
                return output.append(scalar)
            }
            fold(scalar).withUnsafeBufferPointer { output.append($0) }
        }
    }

    private func fold(_ scalar: Unicode.Scalar) -> [UInt8] {
        if let known = known[scalar.value] { return known }
        let folded = Self.special[scalar].map { Array($0.utf8) } ?? decompose(scalar)
        known[scalar.value] = folded
        return folded
    }

    /// The base letters if they are ASCII, or the character itself.
    private func decompose(_ scalar: Unicode.Scalar) -> [UInt8] {
        let own = Array(String(Character(scalar)).utf8)
        // Fractions would read as other numbers: "1½" as 11/2.
        if Self.fractions.contains(where: { $0.contains(scalar.value) }) { return own }
        var result: UnsafePointer<UInt8>?
        let length = canopy_rewrite(decomposition, own, Int32(own.count), &result)
        guard length > 0 else { return own }
        let decomposed = UnsafeBufferPointer(start: result, count: Int(length))
        var base: [UInt8] = []
        for piece in String(decoding: decomposed, as: UTF8.self).unicodeScalars
        where piece.properties.generalCategory != .nonspacingMark {
            let folded = Self.special[piece].map { Array($0.utf8) }
            if let folded {
                base += folded
            } else if piece.value < 0x80 {
                base.append(UInt8(piece.value))
            } else {
                return own
            }
        }
        // A space alone is what a lone accent decomposes to.
        return base.isEmpty || base[0] == 0x20 ? own : base
    }
}
