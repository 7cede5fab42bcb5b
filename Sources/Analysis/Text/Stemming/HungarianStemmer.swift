// Light stemming of Hungarian: cases, possessives and plurals of nouns, after the stemmer published
// by Jacques Savoy (University of Neuchâtel).

final class HungarianStemmer: TermFilter {
    static let letters: [Unicode.Scalar: String] = [
        "á": "a", "à": "a", "ä": "a", "é": "e", "è": "e", "ê": "e", "ë": "e", "í": "i", "ì": "i",
        "î": "i", "ï": "i", "ó": "o", "ò": "o", "õ": "o", "ő": "o", "ö": "o", "ú": "u", "ù": "u",
        "ũ": "u", "ű": "u", "û": "u", "ü": "u",
    ]

    private static let vowels: Set<Unicode.Scalar> = ["a", "e", "i", "o", "u", "y"]
    private static let longCases = list(
        "nak nek val vel ert rol ban ben bol nal nel hoz hez tol")
    private static let shortCases = list("at et ot va ve ra re ba be ul ig")

    private let unaccent = ScalarMapFilter(letters)
    private var word: [Unicode.Scalar] = []

    private static func list(_ text: String) -> [[Unicode.Scalar]] {
        SuffixRules.words(text).map { Array($0.unicodeScalars) }
    }

    func apply(_ term: TermBuffer) {
        guard !term.isKeyword else { return }
        unaccent.apply(term)
        word = term.scalars
        removeCase()
        removePossessive()
        removePlural()
        if word.count > 3, let last = word.last, ["a", "e", "i", "o"].contains(last) { drop(1) }
        term.removeAll()
        for scalar in word { term.append(scalar) }
    }

    // MARK: Endings

    private func drop(_ count: Int) { word.removeLast(count) }

    private func ends(with endings: [[Unicode.Scalar]]) -> Bool {
        endings.contains { $0.count <= word.count && word.suffix($0.count).elementsEqual($0) }
    }

    /// The letter `place` letters before the end; 1 is the last.
    private func letter(_ place: Int) -> Unicode.Scalar { word[word.count - place] }

    private func isVowel(_ place: Int) -> Bool { Self.vowels.contains(letter(place)) }

    private static let kent = list("kent")
    private static let assimilated = list("al el")
    private static let superessive = list("on en")

    private func removeCase() {
        if word.count > 6, ends(with: Self.kent) { return drop(4) }
        if word.count > 5 {
            if ends(with: Self.longCases) { return drop(3) }
            if ends(with: Self.assimilated), !isVowel(3), letter(3) == letter(4) { return drop(3) }
        }
        guard word.count > 4 else { return }
        if ends(with: Self.shortCases) { return drop(2) }
        if ends(with: Self.superessive), !isVowel(3) { return drop(2) }
        switch letter(1) {
        case "t", "n": drop(1)
        case "a", "e": if letter(2) == letter(3), !isVowel(2) { drop(2) }
        default: break
        }
    }

    private static let ours4 = list("atok otok etek")
    private static let yours4 = list("itek itok")
    private static let ours3 = list("unk tok tek")
    private static let theirs3 = list("juk")
    private static let many3 = list("ink")
    private static let mine2 = list("am em om ad ed od uk")
    private static let its2 = list("nk ja je")
    private static let many2 = list("im id ik")

    private func removePossessive() {
        if word.count > 6 {
            if !isVowel(5), ends(with: Self.ours4) { return drop(4) }
            if ends(with: Self.yours4) { return drop(4) }
        }
        if word.count > 5 {
            if !isVowel(4), ends(with: Self.ours3) { return drop(3) }
            if isVowel(4), ends(with: Self.theirs3) { return drop(3) }
            if ends(with: Self.many3) { return drop(3) }
        }
        if word.count > 4 {
            if !isVowel(3), ends(with: Self.mine2) { return drop(2) }
            if isVowel(3), ends(with: Self.its2) { return drop(2) }
            if ends(with: Self.many2) { return drop(2) }
        }
        guard word.count > 3 else { return }
        switch letter(1) {
        case "a", "e": if !isVowel(2) { drop(1) }
        case "m", "d": if isVowel(2) { drop(1) }
        case "i": drop(1)
        default: break
        }
    }

    private func removePlural() {
        guard word.count > 3, letter(1) == "k" else { return }
        let isLinked = word.count > 4 && ["a", "o", "e"].contains(letter(2))
        drop(isLinked ? 2 : 1)
    }
}
