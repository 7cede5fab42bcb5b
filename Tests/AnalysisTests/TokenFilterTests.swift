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
        (
            #"{"type":"stemmer","language":"spanish_plural"}"#,
            "casas canciones canción jóvenes joven luces luz raíces reyes países país clases"
                + " relojes viajes tabúes tabú niños niña aires lunes inglés ingleses sofás crisis"
                + " ojos mes meses ciudades padres mensajes",
            "casa cancion cancion joven joven luz luz raiz rey pais pais clase"
                + " reloj viaje tabu tabu niño niña aire lunes ingles ingles sofa crisis"
                + " ojo mes mes ciudad padre mensaje"
        ),
        (#"{"type":"snowball","language":"German"}"#, "häuser", "haus"),
        ("porter_stem", "relational", "relat"),
        ("sorani_normalization", "كوردي", "کوردی"),
        ("serbian_normalization", "њуšка џеп", "njuska dzep"),
        ("remove_duplicates", "a a", "a a"), ("trim", "a b", "a b"),
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
                == "a@0[0..<1] a _@0+2[0..<1] c@2[4..<5]")
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
            ##"{"type":"synonym","synonyms":["# note","i-pod, i pod => ipod"]}"##)
        #expect(
            replace.tokens("my i pod x").description
                == "my@0[0..<2] ipod@1[3..<8] x@3[9..<10]")
        let first = try Composed(
            #"{"type":"synonym","synonyms":["big, large"],"expand":false}"#)
        #expect(first.terms("large big") == "big big")
    }

    /// Ways side by side, and what follows stands behind all of them.
    @Test func synonymGraphs() throws {
        let rules = #""synonyms":["ny, new york, big apple city","i pod => ipod"]"#
        let graph = try Composed("lowercase", "{\"type\":\"synonym_graph\",\(rules)}")
        #expect(
            graph.tokens("in NY ok").description
                == "in@0[0..<2] ny@1+4[3..<5] new@1[3..<5] big@1+2[3..<5] york@2+3[3..<5]"
                + " apple@3[3..<5] city@4[3..<5] ok@5[6..<8]")
        #expect(
            graph.tokens("new york").description
                == "ny@0+4[0..<8] new@0[0..<3] big@0+2[0..<8] york@1+3[4..<8] apple@2[0..<8]"
                + " city@3[0..<8]")
        #expect(graph.tokens("my i pod x").description == "my@0[0..<2] ipod@1[3..<8] x@2[9..<10]")
        let flat = try Composed(
            "lowercase", "{\"type\":\"synonym_graph\",\(rules)}", "flatten_graph")
        #expect(
            flat.tokens("in NY ok").description
                == "in@0[0..<2] ny@1+3[3..<5] new@1[3..<5] big@1[3..<5] york@2+2[3..<5]"
                + " apple@2[3..<5] city@3[3..<5] ok@4[6..<8]")
        #expect(flat.tokens("plain words").description == "plain@0[0..<5] words@1[6..<11]")
        // Filters that remove words leave the ways as they are.
        let stopped = try Composed(
            "lowercase", "{\"type\":\"synonym_graph\",\(rules)}",
            #"{"type":"stop","stopwords":["apple","ok"]}"#)
        #expect(
            stopped.tokens("ny ok b").description
                == "ny@0+4[0..<2] new@0[0..<2] big@0+2[0..<2] york@1+3[0..<2] city@3[0..<2]"
                + " b@5[6..<7]")
    }

    @Test func wordDelimiterGraphs() throws {
        let joined = try Composed(
            #"{"type":"word_delimiter_graph","catenate_all":true,"preserve_original":true}"#)
        #expect(
            joined.tokens("x Wi-Fi-4 y").description
                == "x@0[0..<1] Wi-Fi-4@1+3[2..<9] Wi@1[2..<4] WiFi4@1+3[2..<9] Fi@2[5..<7]"
                + " 4@3[8..<9] y@4[10..<11]")
        let only = try Composed(
            #"{"type":"word_delimiter_graph","generate_word_parts":false,"catenate_words":true}"#)
        #expect(only.tokens("wi-fi 1-2").description == "wifi@0[0..<5] 1@1[6..<7] 2@2[8..<9]")
        let overlaid = try Composed(#"{"type":"word_delimiter","catenate_all":true}"#)
        #expect(
            overlaid.tokens("Wi-Fi y").description
                == "Wi@0[0..<2] Fi@1[3..<5] WiFi@1[0..<5] y@2[6..<7]")
    }

    @Test func droppedRepetitions() throws {
        let repeated = try Composed(
            #"{"type":"edge_ngram","min_gram":1,"max_gram":2}"#,
            #"{"type":"truncate","length":1}"#, "remove_duplicates")
        #expect(repeated.tokens("ab a").description == "a@0[0..<2] a@1[3..<4]")
        let trimmed = try Composed("trim", tokenizer: #""keyword""#)
        #expect(trimmed.terms("  a b\n") == "a b")
    }

    /// Filters that make text longer do not multiply without end.
    @Test func growthEnds() throws {
        let double = #"{"type":"pattern_replace","pattern":"^.*$","replacement":"$0$0"}"#
        let longer = try Composed(
            double, double, double, double, double, double, double, double, double, double,
            tokenizer: #""keyword""#)
        let tokens = longer.tokens(String(repeating: "ab", count: 16_000))
        #expect(tokens.terms.map(\.count) == [TextLimits.maximumTermBytes])
        let map = #"{"type":"mapping","mappings":["a => aaaaaaaaaaaaaaaaaaaa"]}"#
        let maps = Array(repeating: map, count: 4).joined(separator: ",")
        let chars = try Composed(chars: "[\(maps)]")
        let text = String(repeating: "a", count: 10)
        var batch = TokenBatch()
        chars.analyzer.analyze(text, into: &batch)
        #expect((1_000_000..<1_400_000).contains(batch.termBytes.count))
        #expect(batch.endOffsets.allSatisfy { $0 <= 10 })
    }

    /// Rules go through what stands before the filter.
    @Test func synonymsAreAnalysed() throws {
        let stemmed = try Composed(
            "lowercase", #"{"type":"stemmer","language":"english"}"#,
            #"{"type":"synonym","synonyms":["Running => Jogging"]}"#)
        #expect(stemmed.terms("runs") == "jog")
    }
}
