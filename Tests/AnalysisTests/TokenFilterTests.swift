// Token filters that settings may name.

import Testing

@testable import Analysis

struct TokenFilterTests {
    @Test(arguments: [
        ("lowercase", "ÀB İX", "àb ix"),
        (#"{"type":"lowercase","language":"turkish"}"#, "ISPARTA İzmir", "ısparta izmir"),
        (#"{"type":"lowercase","language":"greek"}"#, "Ελλάς ΆΝΘΡΩΠΟΣ", "ελλασ ανθρωποσ"),
        (
            #"{"type":"lowercase","language":"irish"}"#, "nAthair tSráid Teach",
            "n-athair tsráid teach"
        ),
        ("uppercase", "straße", "STRASSE"),
        (
            "asciifolding", "Ærøskøbing façade Łódź ﬁ ½ ① naïve’s",
            "AEroskobing facade Lodz fi ½ 1 naive's"
        ),
        (#"{"type":"asciifolding","preserve_original":true}"#, "né ab", "ne né ab"),
        ("icu_folding", "Résumé ΆΛΦΑ ① ٣ हिन्दी が", "resume αλφα 1 3 हिन्दी が"),
        (#"{"type":"icu_normalizer","name":"nfc"}"#, "e\u{301}", "é"),
        (#"{"type":"icu_normalizer","name":"nfkc","mode":"decompose"}"#, "é ﬁ", "e\u{301} fi"),
        (
            #"{"type":"icu_transform","id":"Any-Latin; NFD; [:Nonspacing Mark:] Remove"}"#,
            "Москва", "Moskva"
        ),
        (#"{"type":"stop","stopwords":["a","the"]}"#, "a The the b", "The b"),
        (#"{"type":"stop","stopwords":"_german_","ignore_case":true}"#, "Der Hund und ich", "Hund"),
        (#"{"type":"stop","stopwords":"_none_"}"#, "the", "the"),
        ("stop", "to be the best", "best"),
        (#"{"type":"keep","keep_words":["one"]}"#, "one two", "one"),
        (#"{"type":"length","min":2,"max":3}"#, "a ab äöü abcd", "ab äöü"),
        (#"{"type":"truncate","length":2}"#, "äbc d", "äb d"),
        ("reverse", "abc äö", "cba öä"),
        (#"{"type":"pattern_replace","pattern":"(.)\\1","replacement":"$1"}"#, "aabb c", "ab c"),
        (#"{"type":"pattern_replace","pattern":"o","replacement":"0","all":false}"#, "foo", "f0o"),
        ("elision", "l'avion d’un chat", "avion un chat"),
        ("apostrophe", "İstanbul'a gel", "İstanbul gel"),
        ("decimal_digit", "١٢٣ ४५", "123 45"),
        ("cjk_width", "ＡＢ１ ｶﾞ é", "AB1 ガ é"),
        (
            "german_normalization", "bäume baeume quelle neue strauß",
            "baume baume quelle neue strauss"
        ),
        ("scandinavian_folding", "räksmörgås blaabaer", "raksmorgas blabar"),
        ("scandinavian_normalization", "räksmörgås", "ræksmørgås"),
        ("persian_normalization", "یک", "يك"),
        (#"{"type":"ngram","min_gram":1,"max_gram":2}"#, "abc", "a ab b bc c"),
        (#"{"type":"edge_ngram","min_gram":1,"max_gram":2}"#, "abc d", "a ab d"),
        (#"{"type":"edge_ngram","min_gram":1,"max_gram":2,"side":"back"}"#, "abc", "bc c"),
        (
            #"{"type":"edge_ngram","min_gram":2,"max_gram":2,"preserve_original":true}"#, "abc",
            "ab abc"
        ),
        ("unique", "a b a", "a b"),
        (#"{"type":"limit","max_token_count":2}"#, "a b c", "a b"),
        (
            #"{"type":"dictionary_decompounder","word_list":["donau","dampf","schiff"]}"#,
            "donaudampfschiff haus", "donaudampfschiff donau dampf schiff haus"
        ),
        (
            "word_delimiter", "Power-Shot500 j2se O'Neil's wi-fi",
            "Power Shot 500 j 2 se O Neil wi fi"
        ),
        (#"{"type":"word_delimiter","catenate_words":true}"#, "wi-fi-4000", "wi fi wifi 4000"),
        (#"{"type":"word_delimiter_graph","preserve_original":true}"#, "wi-fi a", "wi-fi wi fi a"),
        (
            #"{"type":"word_delimiter","catenate_all":true,"split_on_case_change":false}"#, "aB-1",
            "aB 1 aB1"
        ),
        (#"{"type":"shingle"}"#, "a b c", "a a b b b c c"),
        (
            #"{"type":"shingle","max_shingle_size":3,"output_unigrams":false,"#
                + #""token_separator":""}"#,
            "a b c", "ab abc bc"
        ),
        (#"{"type":"stemmer","language":"english"}"#, "running", "run"),
        (#"{"type":"stemmer","language":"possessive_english"}"#, "owner's dogs", "owner dogs"),
        (
            #"{"type":"stemmer","language":"minimal_english"}"#, "ponies cats glass shoes",
            "pony cat glass shoes"
        ),
        (#"{"type":"snowball","language":"German"}"#, "häuser", "haus"),
        ("porter_stem", "relational", "relat"),
    ])
    func filters(filter: String, text: String, expected: String) throws {
        #expect(try Composed(filter).terms(text) == expected)
    }

    @Test func stemmersLeaveMarkedWords() throws {
        let marked = try Composed(
            #"{"type":"keyword_marker","keywords":["running"]}"#,
            #"{"type":"stemmer","language":"english"}"#)
        #expect(marked.terms("running jumping") == "running jump")
        let pattern = try Composed(
            #"{"type":"keyword_marker","keywords_pattern":"r.*"}"#,
            #"{"type":"stemmer","language":"english"}"#)
        #expect(pattern.terms("running jumping") == "running jump")
        let override = try Composed(
            #"{"type":"stemmer_override","rules":["running, ran => walking"]}"#,
            #"{"type":"stemmer","language":"english"}"#)
        #expect(override.terms("running ran jumping") == "walking walking jump")
    }

    @Test func positionsAndOffsets() throws {
        #expect(
            try Composed(#"{"type":"stop","stopwords":["b"]}"#, #"{"type":"shingle"}"#)
                .tokens("a b c").description
                == "a@0[0..<1] a _@0[0..<1] c@2[4..<5]")
        #expect(
            try Composed("word_delimiter").tokens("x Ab-cD e").description
                == "x@0[0..<1] Ab@1[2..<4] c@2[5..<6] D@3[6..<7] e@4[8..<9]")
        #expect(
            try Composed(#"{"type":"ngram","min_gram":1,"max_gram":1}"#).tokens("ab c").description
                == "a@0[0..<2] b@0[0..<2] c@1[3..<4]")
        let trailing = try Composed(#"{"type":"stop","stopwords":["b"]}"#).analyzer
        var batch = TokenBatch()
        trailing.analyze("a b", into: &batch)
        #expect(batch.count == 1 && batch.positionCount == 2)
    }

    @Test func synonyms() throws {
        let expand = try Composed(
            "lowercase", #"{"type":"synonym","synonyms":["tv, television","ny, new york"]}"#)
        #expect(
            expand.tokens("A TV in NY ok").description
                == "a@0[0..<1] tv@1[2..<4] television@1[2..<4] in@2[5..<7]"
                + " ny@3[8..<10] new@3[8..<10] york@4[8..<10] ok@4[11..<13]")
        #expect(Set(expand.tokens("new york").texts) == ["new", "york", "ny"])
        let replace = try Composed(
            ##"{"type":"synonym_graph","synonyms":["# note","i-pod, i pod => ipod"]}"##)
        #expect(
            replace.tokens("my i pod x").description
                == "my@0[0..<2] ipod@1[3..<8] x@3[9..<10]")
        let first = try Composed(
            #"{"type":"synonym","synonyms":["big, large"],"expand":false}"#)
        #expect(first.terms("large big") == "big big")
    }

    /// Rules go through what stands before the filter.
    @Test func synonymsAreAnalysed() throws {
        let stemmed = try Composed(
            "lowercase", #"{"type":"stemmer","language":"english"}"#,
            #"{"type":"synonym","synonyms":["Running => Jogging"]}"#)
        #expect(stemmed.terms("runs") == "jog")
    }
}
