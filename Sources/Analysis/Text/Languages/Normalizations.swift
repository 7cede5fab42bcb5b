// Characters that a language writes in several ways, and the one way that is indexed.

enum Normalizations {
    /// Alef without hamza or madda, dotless yeh as yeh, teh marbuta as heh; vowels and tatweel
    /// dropped.
    static let arabic: [Unicode.Scalar: String] = [
        "\u{622}": "\u{627}", "\u{623}": "\u{627}", "\u{625}": "\u{627}", "\u{649}": "\u{64A}",
        "\u{629}": "\u{647}", "\u{640}": "", "\u{64B}": "", "\u{64C}": "", "\u{64D}": "",
        "\u{64E}": "", "\u{64F}": "", "\u{650}": "", "\u{651}": "", "\u{652}": "",
    ]

    /// Farsi yeh and keheh as the Arabic letters, heh with yeh as heh, hamza above dropped.
    static let persian: [Unicode.Scalar: String] = [
        "\u{6CC}": "\u{64A}", "\u{6D2}": "\u{64A}", "\u{6A9}": "\u{643}", "\u{6C0}": "\u{647}",
        "\u{6C1}": "\u{647}", "\u{654}": "",
    ]

    /// Indic digits and signs that fonts and keyboards confuse.
    static let indic: [Unicode.Scalar: String] = ["\u{200C}": "", "\u{200D}": ""]

    /// Long and short vowels and the three s as one, chandrabindu as anusvara.
    static let bengali: [Unicode.Scalar: String] = [
        "ঈ": "ই", "ঊ": "উ", "\u{9C0}": "\u{9BF}", "\u{9C2}": "\u{9C1}", "শ": "স", "ষ": "স",
        "ণ": "ন", "\u{981}": "", "\u{200C}": "", "\u{200D}": "",
    ]

    /// Kurdish: yeh and keheh as such, heh with a joiner as the vowel; vowels, tatweel and format
    /// characters dropped.
    static let sorani: [Unicode.Scalar: String] = [
        "\u{64A}": "\u{6CC}", "\u{649}": "\u{6CC}", "\u{643}": "\u{6A9}", "\u{6BE}": "\u{647}",
        "\u{692}": "\u{695}", "\u{640}": "", "\u{64B}": "", "\u{64C}": "", "\u{64D}": "",
        "\u{64E}": "", "\u{64F}": "", "\u{650}": "", "\u{651}": "", "\u{652}": "",
        "\u{200C}": "", "\u{200D}": "", "\u{200E}": "", "\u{200F}": "",
    ]

    /// Serbian in Latin letters without diacritics, from either alphabet.
    static let serbian: [Unicode.Scalar: String] = [
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "dj", "е": "e", "ж": "z",
        "з": "z", "и": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n",
        "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u",
        "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s",
        "š": "s", "đ": "dj", "č": "c", "ć": "c", "ž": "z",
    ]

    /// s and t with comma below as libstemmer writes them, with cedilla.
    static let romanian: [Unicode.Scalar: String] = [
        "ș": "ş", "ț": "ţ", "Ș": "Ş", "Ț": "Ţ",
    ]
}

/// Articles that lose their vowel before a word.
enum Elisions {
    static let french = [
        "l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu",
    ]
    static let italian = [
        "c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl",
        "degl", "negl", "sugl", "un", "m", "t", "s", "v", "d",
    ]
    static let catalan = ["d", "l", "m", "n", "s", "t"]
    static let irish = ["d", "m", "b"]
}
