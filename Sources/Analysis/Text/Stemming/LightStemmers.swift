// Light stemmers for languages of Europe: lists of endings. Those of German, French, Italian,
// Spanish, Portuguese, Russian and Czech follow the light stemmers published by Jacques Savoy
// and Ljiljana Dolamic (University of Neuchâtel); Bulgarian that of Preslav Nakov; Latvian that
// of Kārlis Krēsliņš; minimal English the S-stemmer of Donna Harman.

enum LightStemmers {
    /// Letters without accents, as the endings below are written.
    static let unaccented: [Unicode.Scalar: String] = [
        "à": "a", "á": "a", "â": "a", "ä": "a", "ã": "a", "è": "e", "é": "e", "ê": "e",
        "ë": "e", "ì": "i", "í": "i", "î": "i", "ï": "i", "ò": "o", "ó": "o", "ô": "o",
        "ö": "o", "õ": "o", "ù": "u", "ú": "u", "û": "u", "ü": "u", "ç": "c",
    ]

    static let german = [
        SuffixRules([
            (3, "ern em en er es e"), (2, "bs>b ds>d fs>f gs>g hs>h ks>k ls>l ms>m ns>n ts>t"),
        ]),
        SuffixRules([
            (3, "est er en"),
            (2, "bst>b dst>d fst>f gst>g hst>h kst>k lst>l mst>m nst>n tst>t"),
        ]),
    ]

    static let spanish = [
        SuffixRules([(3, "eses>es ces>z"), (3, "os as es"), (4, "o a e")])
    ]

    static let italian = [
        SuffixRules([
            (4, "ie he hi ii ia io"), (5, "e i a o"),
        ])
    ]

    static let portuguese = [
        SuffixRules([
            (2, "res>r ses>s les>l zes>z"), (2, "ns>m eis>el éis>el ais>al óis>ol ões>ão ães>ão"),
            (3, "is>il"), (3, "s"),
        ]),
        SuffixRules("mente", remaining: 2),
        SuffixRules([
            (4, "inha>inho iaca>iaco eira>eiro"),
            (3, "osa>oso ica>ico ida>ido ada>ado iva>ivo ama>amo ona>ão"),
            (3, "ora>or esa>ês na>no"),
        ]),
    ]

    /// Behind the endings, once accents are gone.
    static let portugueseVowels = [SuffixRules("e a o", remaining: 4)]

    static let french = [
        SuffixRules("eaux>eau aux>al", remaining: 3),
        SuffixRules([(3, "x s")]),
        SuffixRules([
            (2, "issement>ir issant>ir"), (2, "ivement>if"), (2, "ement"),
            (3, "ficatrice>fier ficateur>fier"), (3, "catrice>quer cateur>quer"),
            (3, "atrice>er ateur>er trice>teur"), (2, "ième"), (3, "teuse>ter"), (3, "euse>eur"),
            (3, "ère>er ive>if folle>fou nelle>n"), (3, "nnelle>n ennelle>en"),
            (3, "ité iste isme"), (4, "ance ence"),
            (4, "ation>er ition>ir"),
        ]),
    ]

    static let frenchEnd = [
        SuffixRules("ie", remaining: 3), SuffixRules("r", remaining: 4),
        SuffixRules("e", remaining: 4), SuffixRules("e", remaining: 4),
        SuffixRules("i", remaining: 4),
        SuffixRules("ll>l nn>n tt>t ss>s rr>r pp>p mm>m ff>f cc>c", remaining: 2),
    ]

    static let russian = [
        SuffixRules([
            (3, "иями оями"),
            (3, "иям иях оях ями оям оьв ами его ему ери ими ого ому ыми оев"),
            (3, "яя ях юю ах ею их ия ию ьв ою ую ям ых ея ам ем ей ём ев ий им"),
            (3, "ая ое ой ом ов ые ый ым ми"), (3, "а е и о у й ы я ь"),
        ]),
        SuffixRules("ь и нн>н", remaining: 1),
    ]

    static let bulgarian = [
        SuffixRules("ища", remaining: 3),
        SuffixRules([(4, "ият"), (4, "ът то те та ия"), (3, "ят")]),
        SuffixRules([
            (3, "овци>о ове"), (4, "еве>й"), (4, "та"), (4, "ци>к зи>г"), (3, "си>х"), (4, "и"),
        ]),
        SuffixRules("я", remaining: 3),
        SuffixRules("а о е", remaining: 3),
        SuffixRules("ен>н", remaining: 3),
        // The fleeting vowel: "компютър" meets "компютри".
        SuffixRules(
            "бвгджзклмнпрстфхцчш".map { "ъ\($0)>\($0)" }.joined(separator: " "), remaining: 4),
    ]

    static let czech = [
        SuffixRules([
            (3, "atech"), (3, "ětem etem atům"),
            (3, "ech ich ích ého ěmi emi ému ete eti iho ího ími imu ách ata aty ých ama ami"),
            (3, "ové ovi ými"), (3, "em es ém ím ům at ám os us ým mi ou"),
            (3, "a e i o u ů y á é í ý ě"),
        ]),
        SuffixRules("ov in ův", remaining: 4),
        SuffixRules("čt>ck št>sk c>k č>k z>h ž>h", remaining: 1),
    ]

    static let latvian = [
        SuffixRules([
            (3, "ajiem ajai ajam ajām ajos ajās"), (3, "iem ajā"),
            (2, "ais ai ei ām am ēm īm im um us as ās es os ij īs ēs is ie"),
            (3, "u a i e ā ē ī ū o s š"),
        ])
    ]

    static let estonian = [
        SuffixRules([
            (3, "desse tesse delt telt dele tele dest test deks teks dega tega dena deni"),
            (3, "sse des tes del tel ks st lt le ga ta ni na"), (3, "de te id s l d t"),
        ]),
        SuffixRules("a e i u o", remaining: 3),
    ]

    static let galician = [
        SuffixRules([
            (2, "ns>n ais>al óis>ol eis>el ces>z res>r les>l ses>s"), (3, "is>il"), (3, "s"),
        ])
    ]

    /// The plural s: "ponies" becomes "pony", "cats" "cat"; "glass", "corpus" and "shoes" stay.
    static let minimalEnglish = [
        SuffixRules([
            (1, "aies>aies eies>eies"), (1, "ies>y"),
            (1, "us>us ss>ss aes>aes oes>oes ees>ees"), (2, "s"),
        ])
    ]

    static let bengali = [
        SuffixRules(
            "গুলোকে গুলোর গুলিতে গুলোতে গুলো গুলি গুলা দেরকে দের খানা খানি টিকে টিতে টির টার টি টা"
                + " রা কে তে ের েতে য়ের র ে", remaining: 2)
    ]
}

/// Doubled letters become one: "appelle" and "apele" meet.
final class DoubledLettersFilter: TermFilter {
    private let shortest: Int

    /// Words of fewer characters stay as they are.
    init(shortest: Int) { self.shortest = shortest }

    func apply(_ term: TermBuffer) {
        guard !term.isKeyword, term.scalarCount >= shortest else { return }
        var previous: Unicode.Scalar?
        term.rewrite { scalar, output in
            if scalar != previous || !scalar.properties.isAlphabetic { output.append(scalar) }
            previous = scalar
        }
    }
}

/// Letters without accents in words long enough to be stemmed.
final class UnaccentFilter: TermFilter {
    private let map: ScalarMapFilter
    private let shortest: Int

    init(_ letters: [Unicode.Scalar: String] = LightStemmers.unaccented, shortest: Int) {
        map = ScalarMapFilter(letters)
        self.shortest = shortest
    }

    func apply(_ term: TermBuffer) {
        if !term.isKeyword, term.scalarCount >= shortest { map.apply(term) }
    }
}
