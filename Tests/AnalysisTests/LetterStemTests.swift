// Which words the default analyzer stems, and which it leaves alone.

import Testing

@testable import Analysis

@Suite struct LetterStemTests {
    private func terms(_ text: String) -> [String] {
        AnalyzerPool.shared.with("default") { $0.terms(of: text).map(\.term.text) } ?? []
    }

    @Test(arguments: [
        ("книга", "книгами"), ("государство", "государства"), ("كتاب", "والكتاب"),
        ("δρόμος", "δρόμου"), ("kitap", "kitapları"), ("ankara", "Ankara'da"),
        ("ankara", "Ankara’nın"), ("orașul", "orașului"), ("Eskişehir", "Eskişehir'de"),
    ])
    func formsOfAWordAreOneTerm(_ one: String, _ other: String) {
        #expect(terms(one).count == 1)
        #expect(terms(one) == terms(other), "\(one), \(other)")
    }

    @Test func allOtherWordsStayAsTheyAre() {
        let text =
            "don't we're they'll could've fox's l'avion o'e running flies grün français ñandú"
        #expect(terms(text) == text.split(separator: " ").map { String($0) })
        #expect(terms("việt nam").count == 2)
        // Words of other scripts do not change what stands beside them.
        #expect(terms("running книгами").first == "running")
        #expect(terms("книгами running") == terms("книгами") + ["running"])
    }

    @Test func beginningsOfWordsAreNotStemmed() {
        let prefix = AnalyzerPool.shared.with("default") { $0.prefix("Книгами") }
        #expect(prefix == Array("книгами".utf8))
    }
}
