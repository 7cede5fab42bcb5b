// The analyzers of languages, on a few words each.

import Testing

@testable import Analysis

struct LanguageTests {
    @Test(arguments: [
        ("arabic", "والكتاب كتابان المكتبة", "كتاب كتاب مكتب"),
        ("armenian", "և գրադարաններ գրադարանից", "գրադար գրադար"),
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
        ("french", "L'avion et les chevaux", "avion cheval"),
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
        ("thai", "ภาษาไทยและ ๓", "ภาษา ไทย 3"),
        ("turkish", "Türkiye'nin ISPARTA kitapları ve", "türki ıspar kitap"),
        ("vietnamese", "Tiếng Việt", "tiếng việt"),
        ("yiddish", "און הייזער", "הײז"),
        ("icu", "Résumé ภาษาไทย ΆΛΦΑ", "resume ภาษา ไทย αλφα"),
        ("stop", "The Dog's", "dog s"),
        ("pattern", "A-b,C", "a b c"),
    ])
    func presets(name: String, text: String, expected: String) throws {
        #expect(try preset(name, text) == expected)
    }

    @Test(arguments: [
        ("light_swedish", "flickorna hästens", "flick häst"),
        ("light_norwegian", "havnedistriktene muligheter", "havnedistrikt mulig"),
        ("light_nynorsk", "elvane jentene", "elv jent"),
        ("minimal_norwegian", "sirklene bilens", "sirkl bil"),
        ("minimal_nynorsk", "elvane", "elv"),
        ("light_finnish", "talossa edeltäjien", "talo edeltaj"),
        ("light_hungarian", "házakat házakban ház könyvek kutyákkal", "haz haz haz konyv kuty"),
        ("minimal_french", "chevaux personnes", "cheval person"),
        ("minimal_german", "Häuser katzen", "Haus katz"),
        ("minimal_portuguese", "questões animais", "questão animal"),
        ("light_german", "häuser", "haus"), ("light_french", "chevaux", "cheval"),
        ("light_italian", "ragazzi ragazza amici", "ragazz ragazz amici"),
        ("light_spanish", "casas", "cas"),
        ("light_portuguese", "nações", "naca"), ("light_russian", "книгами", "книг"),
        ("sorani", "کتێبەکان", "کتێب"), ("bulgarian", "компютрите", "компютр"),
        ("porter2", "generously", "generous"), ("german2", "haeuser quelle", "haus quell"),
    ])
    func stemmers(language: String, text: String, expected: String) throws {
        let filter = "{\"type\":\"stemmer\",\"language\":\"\(language)\"}"
        #expect(try Composed(filter).terms(text) == expected)
    }

    /// Every stemmer, on words of every script: never longer by much, never nothing, always the
    /// same.
    @Test func everyStemmer() throws {
        var random = SeededRandom(seed: 59)
        let letters =
            Array("abdefghiklmnoprstuvyzäöüßéñčşıа".unicodeScalars)
            + Array("бвгежиклнорстяյանքλογεςबकतेाالكتبهاתரல்".unicodeScalars)
        let words = (0..<400).map { _ in
            String(
                String.UnicodeScalarView(
                    (0...random.below(14)).map { _ in letters[random.below(letters.count)] }))
        }
        for name in FilterTypes.stemmers.keys.sorted() {
            let stemmer = try Composed("{\"type\":\"stemmer\",\"language\":\"\(name)\"}")
            for word in words {
                let stem = stemmer.terms(word)
                #expect(
                    !stem.isEmpty && stem.utf8.count <= 2 * word.utf8.count + 8
                        && stem == stemmer.terms(word), "seed 59, \(name): \(word)")
            }
        }
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
