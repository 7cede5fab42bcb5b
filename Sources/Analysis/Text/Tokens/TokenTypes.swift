// What kind of token a tokenizer makes, under Lucene's names: shown to people, never indexed.

/// How the tokens of a tokenizer are called.
enum TokenTypes: Sendable {
    /// All the same.
    case word
    /// By script.
    case scripts
    /// By script; characters of East Asia alone or two by two.
    case bigrams
    /// By script, or an address.
    case addresses

    static let plain = "word"
    static let double = "<DOUBLE>"
    static let shingle = "shingle"
    static let synonym = "SYNONYM"

    /// - Parameter term: As the tokenizer made it.
    func type(of term: [UInt8]) -> String {
        let text = String(decoding: term, as: UTF8.self)
        switch self {
        case .word: return Self.plain
        case .scripts: return Self.script(of: text)
        case .bigrams:
            let script = Self.script(of: text)
            guard Self.eastAsian.contains(script) else { return script }
            return text.count > 1 ? Self.double : "<SINGLE>"
        case .addresses:
            if text.contains("@") { return "<EMAIL>" }
            return text.contains("://") || text.lowercased().hasPrefix("www.")
                ? "<URL>" : Self.script(of: text)
        }
    }

    private static let eastAsian = ["<IDEOGRAPHIC>", "<HIRAGANA>", "<KATAKANA>", "<HANGUL>"]

    private static func script(of text: String) -> String {
        var hasLetter = false
        var hasDigit = false
        var found: Set<String> = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: return "<SOUTHEAST_ASIAN>"
            case 0x3041...0x309F: found.insert("<HIRAGANA>")
            case 0x30A1...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: found.insert("<KATAKANA>")
            case 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xAC00...0xD7FB:
                found.insert("<HANGUL>")
            case 0x2E80...0x2FD5, 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF,
                0xF900...0xFAD9, 0x20000...0x323AF:
                found.insert("<IDEOGRAPHIC>")
            default:
                hasLetter = hasLetter || scalar.properties.isAlphabetic
                hasDigit = hasDigit || scalar.properties.generalCategory == .decimalNumber
            }
        }
        if found.count == 1, !hasLetter, let only = found.first { return only }
        if !found.isEmpty { return "<IDEOGRAPHIC>" }
        if hasLetter || text.contains("_") { return "<ALPHANUM>" }
        return hasDigit ? "<NUM>" : "<EMOJI>"
    }
}
