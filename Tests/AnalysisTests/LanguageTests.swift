// The analyzers of languages, on a few words each.

import Testing

@testable import Analysis

struct LanguageTests {
    @Test(arguments: [
        ("arabic", "والكتاب كتابان المكتبة", "كتاب كتاب مكتب"),
        ("armenian", "և գրքեր", "գրք"),
        ("basque", "eta zaldiak", "zaldi"),
        ("bengali", "এবং বাড়ীগুলো বাড়ি", "বাড়ি বাড়ি"),
        ("brazilian", "os meninos e as meninas", "menin menin"),
        ("bulgarian", "компютрите и компютър", "компютр компютр"),
        ("catalan", "l'aigua i les llengües", "aigu llengu"),
        ("cjk", "the 東京都", "東京 京都"),
        ("czech", "ženy a muži", "žen muh"),
        ("danish", "undersøgelser og heste", "undersøg hest"),
        ("dutch", "de lichamelijke huizen", "licham huiz"),
        ("english", "The dogs' running", "dog run"),
        ("estonian", "ja raamatutest", "raamat"),
        ("finnish", "talossa ja edeltäjistään", "talo edeltäj"),
        ("french", "L'aviateur et les chevaux", "aviat cheval"),
        ("galician", "os camiños e as casas", "camiño casa"),
        ("german", "Die Häuser und das Haus, Baeume", "haus haus baum"),
        ("greek", "Η Ελλάδα και οι άνθρωποι", "ελλαδ ανθρωπ"),
        ("hindi", "और किताबें किताब", "किताब किताब"),
        ("hungarian", "a házakat és a könyvek", "ház könyv"),
        ("indonesian", "yang membaca buku", "baca buku"),
        ("irish", "Na fearaibh agus an tSráid", "fear sráid"),
        ("italian", "dell'amico e i libri", "amico libri"),
        ("latvian", "un grāmatas grāmatu", "grāmat grāmat"),
        ("lithuanian", "ir knygos", "knyg"),
        ("nepali", "र केटाहरू", "केटा"),
        ("norwegian", "og havnedistriktene", "havnedistrikt"),
        ("persian", "کتاب\u{200C}ها و کتابهاي", "كتاب كتاب"),
        ("portuguese", "as nações e os meninos", "naca menin"),
        ("romanian", "și cărților", "cărţ"),
        ("russian", "и книгами книга", "книг книг"),
        ("serbian", "и књигама", "knjig"),
        ("sorani", "و کتێب", "کتێب"),
        ("spanish", "los niños y las casas", "niñ cas"),
        ("swedish", "och jaktkarlarna", "jaktkarl"),
        ("tamil", "மற்றும் புத்தகங்கள்", "புத்தகம்"),
        ("thai", "ภาษาไทยและ๓", "ภาษา ไทย 3"),
        ("turkish", "Türkiye'nin ISPARTA kitapları ve", "türki ısparta kitap"),
        ("vietnamese", "Tiếng Việt", "tiếng việt"),
        ("yiddish", "און הייזער", "הייז"),
        ("icu", "Résumé ภาษาไทย ΆΛΦΑ", "resume ภาษา ไทย αλφα"),
        ("stop", "The Dog's", "dog s"),
        ("pattern", "A-b,C", "a b c"),
    ])
    func presets(name: String, text: String, expected: String) throws {
        #expect(try preset(name, text) == expected)
    }

    /// A stop word list is looked up folded and as it is written.
    @Test func stopWordsOfEveryLanguage() throws {
        for language in StopWords.languages {
            let words = try #require(StopWords.named(language))
            #expect(words.count >= 10, "\(language)")
            #expect(words.allSatisfy { !$0.isEmpty && !$0.contains(" ") })
            let settings = "{\"type\":\"stop\",\"stopwords\":\"_\(language)_\"}"
            #expect(try Composed(settings).terms(words.joined(separator: " ")) == "", "\(language)")
        }
        #expect(StopWords.named("english")?.count == 33)
        #expect(StopWords.named("klingon") == nil)
    }

    /// Prefixes are written as words are, but not stemmed.
    @Test func prefixes() throws {
        for (name, text, expected) in [
            ("english", "Runn", "runn"), ("standard", "STRAß", "strass"),
            ("german", "Häus", "haus"),
            ("icu", "RÉS", "res"), ("keyword", "A b", "A b"), ("english", "a b", "a b"),
            ("turkish", "ISP", "ısp"),
        ] {
            let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: name))
            #expect(String(decoding: analyzer.prefix(text), as: UTF8.self) == expected, "\(name)")
        }
    }
}
