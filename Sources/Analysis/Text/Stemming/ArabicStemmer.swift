// Light stemming of Arabic: the articles and endings of Larkey, Ballesteros and Connell's light10.

final class ArabicStemmer: TermFilter {
    private static let prefixes = ["ال", "وال", "بال", "كال", "فال", "لل", "و"].map {
        Array($0.utf8)
    }
    private static let suffixes = ["ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"].map {
        Array($0.utf8)
    }

    func apply(_ term: TermBuffer) {
        guard !term.isKeyword else { return }
        let length = term.scalarCount
        for prefix in Self.prefixes where term.hasPrefix(prefix) {
            // Letters are two bytes each.
            let letters = prefix.count / 2
            guard length >= (letters == 1 ? 4 : letters + 2) else { continue }
            term.removeFirst(prefix.count)
            break
        }
        for suffix in Self.suffixes where term.hasSuffix(suffix) {
            if term.scalarCount >= suffix.count / 2 + 2 {
                term.truncate(to: term.count - suffix.count)
            }
        }
    }
}
