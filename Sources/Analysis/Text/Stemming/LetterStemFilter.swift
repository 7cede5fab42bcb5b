// Stems words whose letters tell their language, for texts whose language nobody has told.

/// Arabic, Cyrillic and Greek words are taken for Arabic, Russian and Greek ones, which most of
/// them are; words of Latin letters for Turkish or Romanian ones if they have a letter of those
/// languages, or an ending that Turkish sets apart from names. All other words stay as they are,
/// and texts of ASCII without apostrophes are not looked at.
final class LetterStemFilter: TokenFilter {
    private let chain: TermFilterChain

    /// Nil when the library lacks a language.
    init?() {
        guard let stemmer = LetterStemmer() else { return nil }
        chain = TermFilterChain([stemmer])
    }

    func apply(to batch: inout TokenBatch) {
        let mayTell = batch.termBytes.contains { $0 >= 0x80 || $0 == UInt8(ascii: "'") }
        if mayTell { chain.apply(to: &batch) }
    }
}

private final class LetterStemmer: TermFilter {
    /// What follows a name and an apostrophe in Turkish, and no contraction of English does.
    private static let turkishEndings = WordList(
        """
        a e i ı u ü ya ye yı yi yu yü na ne nı ni nu nü da de ta te nda nde dan den tan ten
        ndan nden ın in un ün nın nin nun nün yla yle la le daki deki taki teki ndaki ndeki
        lar ler lı li lu lü
        """.split { $0.isWhitespace }.map { String($0) }, ignoringCase: false)
    /// Before an apostrophe.
    private static let shortestName = 3

    private let apostrophe = ApostropheFilter()
    private let arabic: [any TermFilter]
    private let cyrillic: [any TermFilter]
    private let greek: [any TermFilter]
    private let turkish: [any TermFilter]
    private let romanian: [any TermFilter]

    init?() {
        guard let russianStemmer = SnowballFilter("russian"),
            let greekStemmer = SnowballFilter("greek"),
            let turkishStemmer = SnowballFilter("turkish"),
            let romanianStemmer = SnowballFilter("romanian")
        else { return nil }
        arabic = [ScalarMapFilter(Normalizations.arabic), ArabicStemmer()]
        cyrillic = [russianStemmer]
        greek = [LowercaseFilter(.greek), greekStemmer]
        turkish = [ApostropheFilter(), turkishStemmer]
        romanian = [ScalarMapFilter(Normalizations.romanian), romanianStemmer]
    }

    func apply(_ term: TermBuffer) {
        if term.view.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "'") }) { return }
        if endsAsNamesInTurkish(term) { apostrophe.apply(term) }
        for filter in stemmer(term) { filter.apply(term) }
    }

    private func endsAsNamesInTurkish(_ term: TermBuffer) -> Bool {
        let scalars = term.scalars
        guard let place = scalars.firstIndex(where: { $0 == "'" || $0 == "’" }),
            place >= Self.shortestName
        else { return false }
        let ending = TermBuffer(capacity: 16)
        for scalar in scalars[(place + 1)...] { ending.append(scalar) }
        return Self.turkishEndings.contains(ending)
    }

    /// By the first letter that tells.
    private func stemmer(_ term: TermBuffer) -> [any TermFilter] {
        for scalar in term.scalars where scalar.value >= 0x80 {
            switch scalar {
            case "\u{600}"..."\u{6FF}": return arabic
            case "\u{400}"..."\u{52F}": return cyrillic
            case "\u{370}"..."\u{3FF}", "\u{1F00}"..."\u{1FFF}": return greek
            case "ı", "ğ", "ş": return turkish
            case "ă", "ș", "ț", "ţ": return romanian
            default: continue
            }
        }
        return []
    }
}
