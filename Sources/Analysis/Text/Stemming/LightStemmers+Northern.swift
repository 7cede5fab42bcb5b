// Light stemmers of the North, after those published by Jacques Savoy (University of Neuchâtel),
// and for Norwegian by Jan Høydahl.

extension LightStemmers {
    /// The s of a possessive, before the endings.
    private static let possessive = SuffixRules("s", remaining: 4)

    static let swedish = [
        possessive,
        SuffixRules(
            "elser heten arne erna ande else aste orna aren are ast het ar er or en at te et t a"
                + " e n",
            remaining: 3),
    ]

    static let norwegian = [
        possessive,
        SuffixRules(
            "heter heten dom het elser elsen ende else este eren ere est ene er en et st te a e n",
            remaining: 3),
    ]

    static let nynorsk = [
        possessive,
        SuffixRules(
            "heita heiter leiken leikar dom heit semd leik elser elsen ande else aste aren are ast"
                + " ene ane er en et ar te a e n", remaining: 3),
    ]

    static let minimalNorwegian = [
        possessive, SuffixRules("ene er en et a e", remaining: 3),
    ]

    static let minimalNynorsk = [
        possessive, SuffixRules("ene ane er en et ar a e", remaining: 3),
    ]

    /// Words of four letters or more, after ä and å became a, ö o.
    static let finnish = [
        SuffixRules("kin", remaining: 6), SuffixRules("ko", remaining: 7),
        SuffixRules([(4, "dellinen"), (3, "dellisuus")]),
        SuffixRules([(3, "lla tse sti"), (4, "ni"), (5, "aa>a")]),
        SuffixRules([
            (5, "nnen>s"), (4, "ntena>s"), (5, "tten"), (4, "eiden"),
            (3, "neen niin seen teen inen"), (4, "han hen hin hon hun hyn"), (4, "den>s"),
            (3, "ksen>s"), (4, "ssa sta lla lta tta ksi lle"), (4, "na ne"), (3, "nei"),
            (3, "ja ta"), (4, "a"), (3, "an en in on un yn"), (4, "n"),
        ]),
        SuffixRules("hde>ksi", remaining: 3), SuffixRules([(3, "ei at"), (3, "t s j e a i")]),
        SuffixRules("e o u", remaining: 8), SuffixRules("i", remaining: 4),
    ]

    static let finnishLetters: [Unicode.Scalar: String] = ["ä": "a", "å": "a", "ö": "o"]
}
