// Light stemming of Hindi by Ramanathan and Rao's endings, as normalised text has them.

final class HindiStemmer: TermFilter {
    private static let endings: SuffixRules = {
        let endings = """
            ाएंगी ाएंगे ाऊंगी ाऊंगा ाइयाँ ाइयों ाइयां
            ाएगी ाएगा ाओगी ाओगे एंगी ेंगी एंगे ेंगे ूंगी ूंगा ातीं नाओं नाएं ताओं ताएं ियाँ ियों ियां
            ाकर ाइए ाईं ाया ेगी ेगा ोगी ोगे ाने ाना ाते ाती ाता तीं ाओं ाएं ुओं ुएं ुआं
            कर ाओ िए ाई ाए ने नी ना ते ीं ती ता ाँ ां ों ें
            ो े ू ु ी ि ा
            """
        let normalizer = HindiNormalizer()
        let term = TermBuffer()
        let normalized = SuffixRules.words(endings).map { ending in
            term.replace(with: Array(ending.utf8))
            normalizer.apply(term)
            return String(decoding: term.view, as: UTF8.self)
        }
        return SuffixRules(normalized.joined(separator: " "), remaining: 2)
    }()

    func apply(_ term: TermBuffer) {
        if !term.isKeyword { Self.endings.apply(term) }
    }
}

/// Spellings that differ by habit: nuktas, chandrabindu, long vowels, the virama.
final class HindiNormalizer: TermFilter {
    private static let map: [Unicode.Scalar: String] = [
        "ँ": "ं", "\u{93C}": "", "\u{94D}": "", "\u{200C}": "", "\u{200D}": "",
        "\u{929}": "न", "\u{931}": "र", "\u{934}": "ळ", "\u{958}": "क", "\u{959}": "ख",
        "\u{95A}": "ग", "\u{95B}": "ज", "\u{95C}": "ड", "\u{95D}": "ढ", "\u{95E}": "फ",
        "\u{95F}": "य", "ऍ": "ए", "ऎ": "ए", "ऑ": "ओ", "ऒ": "ओ", "आ": "अ", "ई": "इ", "ऊ": "उ",
        "ॠ": "ऋ", "ॡ": "ऌ", "ऐ": "ए", "औ": "ओ", "\u{940}": "\u{93F}",
        "\u{942}": "\u{941}", "\u{944}": "\u{943}", "\u{963}": "\u{962}", "\u{945}": "\u{947}",
        "\u{946}": "\u{947}", "\u{948}": "\u{947}", "\u{949}": "\u{94B}", "\u{94A}": "\u{94B}",
        "\u{94C}": "\u{94B}",
    ]

    private let characters = ScalarMapFilter(map)

    func apply(_ term: TermBuffer) {
        // A dead n sounds like the dot above.
        if term.view.contains(0xE0) {
            var pending = false
            term.rewrite { scalar, output in
                if pending {
                    output.append(scalar == "\u{94D}" ? "ं" : "न" as Unicode.Scalar)
                    pending = false
                    if scalar == "\u{94D}" { return }
                }
                if scalar == "न" { pending = true } else { output.append(scalar) }
            }
            if pending { term.append("न" as Unicode.Scalar) }
        }
        characters.apply(term)
    }
}
