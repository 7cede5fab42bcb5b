// Token filters about apostrophes: possessives, elided articles, Turkish suffixes.

/// Removes a trailing 's, its apostrophe being U+0027, U+2019 or U+FF07.
final class PossessiveFilter: TermFilter {
    func apply(_ term: TermBuffer) {
        guard !term.isEmpty, term.bytes[term.count - 1] | 0x20 == UInt8(ascii: "s") else { return }
        for ending: StaticString in ["'s", "’s", "＇s", "'S", "’S", "＇S"]
        where term.hasSuffix(ending) && term.count > ending.utf8CodeUnitCount {
            return term.truncate(to: term.count - ending.utf8CodeUnitCount)
        }
    }
}

/// Removes an article that lost its vowel: "l'avion" becomes "avion".
final class ElisionFilter: TermFilter {
    private let articles: WordList

    init(_ articles: WordList) { self.articles = articles }

    func apply(_ term: TermBuffer) {
        guard let (place, length) = Apostrophe.first(in: term), place + length < term.count else {
            return
        }
        let article = TermBuffer(capacity: place + 1)
        article.append(UnsafeBufferPointer(start: term.bytes, count: place))
        if articles.contains(article) { term.removeFirst(place + length) }
    }
}

/// Removes an apostrophe and all behind it: "İstanbul'a" becomes "İstanbul".
final class ApostropheFilter: TermFilter {
    func apply(_ term: TermBuffer) {
        if let (place, _) = Apostrophe.first(in: term) { term.truncate(to: place) }
    }
}

private enum Apostrophe {
    /// Place and length in bytes of the first "'" or "’".
    static func first(in term: TermBuffer) -> (place: Int, length: Int)? {
        for index in 0..<term.count {
            if term.bytes[index] == UInt8(ascii: "'") { return (index, 1) }
            if index + 2 < term.count, term.bytes[index] == 0xE2, term.bytes[index + 1] == 0x80,
                term.bytes[index + 2] == 0x99
            {
                return (index, 3)
            }
        }
        return nil
    }
}
