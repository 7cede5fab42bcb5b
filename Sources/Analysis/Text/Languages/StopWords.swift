// Stop words by language: the commonest function words, which say little about a text.

enum StopWords {
    /// The names of the lists, sorted.
    static let languages = lists.keys.sorted()

    /// The words of a list, also as NFKC_Casefold writes them; nil when there is none. "none" is
    /// empty.
    static func named(_ language: String) -> [String]? {
        if language == "none" { return [] }
        guard let text = lists[language] else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let folding = ICUFilter(form: "nfkc_cf") else { return words }
        let term = TermBuffer()
        let folded = words.map { word in
            term.replace(with: Array(word.utf8))
            folding.apply(term)
            return String(decoding: term.view, as: UTF8.self)
        }
        return Array(Set(words).union(folded)).sorted()
    }

    private static let lists: [String: String] = [germanic, romance, northern, slavic, eastern]
        .reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}
