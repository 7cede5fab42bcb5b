// The least that a stemmer can do: plurals and genders. After those published by Jacques Savoy, and
// for Portuguese the plurals of Orengo and Huyck's RSLP; Sorani by the endings of Lucene's stemmer.

extension LightStemmers {
    static let minimalFrench = [
        SuffixRules("aux>al x", remaining: 4),
        SuffixRules("s", remaining: 4), SuffixRules("r", remaining: 4),
        SuffixRules("e", remaining: 4), SuffixRules("é", remaining: 4),
        SuffixRules("ll>l nn>n tt>t ss>s rr>r pp>p mm>m ff>f cc>c", remaining: 3),
    ]

    /// After umlauts are gone.
    static let minimalGerman = [SuffixRules([(4, "nen"), (4, "en se es er"), (4, "n e s r")])]

    static let minimalPortuguese = [
        SuffixRules([
            (1, "ns>m"), (3, "ões>ão"), (1, "ães>ão ais>al éis>el eis>el óis>ol"), (2, "is>il"),
            (2, "les>l res>r"), (3, "s"),
        ])
    ]

    /// Plurals of Spanish by the rules of the Academy's grammar (RAE and ASALE, "Nueva gramática de
    /// la lengua española", 2009, §3.2), backwards; accents go afterwards, since many plurals gain
    /// or lose one. Words that do not change come first, then nouns in -e whose plural looks like
    /// one of a consonant, then what the ending alone decides. A last -és, -ís and -ús mostly
    /// belongs to a singular.
    static let spanishPlural: [SuffixRules] = {
        let same = "lunes martes miércoles jueves viernes herpes isósceles entonces apenas"
        let vowels = "a e i o u á é í ó ú".split(separator: " ")
        let consonants = vowels.flatMap { vowel in
            ["d", "l", "n", "r"].map { "\(vowel)\($0)es>\(vowel)\($0)" }
        }
        return [
            SuffixRules([
                (0, same.split(separator: " ").map { "\($0)>\($0)" }.joined(separator: " ")),
                (0, "aires>aire cines>cine sedes>sede chiles>chile nenes>nene"),
                (0, "cafés>café bebés>bebé mamás>mamá papás>papá sofás>sofá menús>menú"),
                (1, "aces>az eces>ez ices>iz íces>iz oces>oz uces>uz"),
                (1, "eses>es íses>is ises>is oses>os uses>us ojes>oj"),
                (1, "úes>u íes>i"), (2, "yes>y"), (1, consonants.joined(separator: " ")),
                (2, "as>a es>e os>o"),
            ])
        ]
    }()

    static let sorani = [
        SuffixRules([(4, "دا"), (4, "نا"), (4, "ەوە")]),
        SuffixRules([(4, "مان یان تان")]),
        SuffixRules([
            (4, "یەکی"), (4, "ێکی"), (4, "یەک"), (4, "ێک"), (4, "ەکان"), (4, "ەکە"), (4, "کان"),
            (4, "کە"), (4, "یانی"), (4, "انی"), (4, "یانە"), (4, "انە"), (4, "یان"), (4, "ان"),
            (4, "ایە ەیە"), (4, "ە ی"),
        ]),
    ]
}
