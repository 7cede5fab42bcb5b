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
