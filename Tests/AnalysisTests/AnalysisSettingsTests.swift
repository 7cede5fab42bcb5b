// Analysis settings: what is taken, and how refusals name the place, the reason and the known.

import Testing

@testable import Analysis

struct AnalysisSettingsTests {
    @Test(arguments: [
        (#"{"analyser":{}}"#, "[index.analysis] has no section [analyser]; known: analyzer"),
        (#"{"filter":[]}"#, "[index.analysis.filter] must be an object"),
        (#"{"filter":{"f":{}}}"#, "[index.analysis.filter.f] needs the parameter [type]"),
        (
            #"{"filter":{"f":{"type":"klingon"}}}"#,
            "[index.analysis.filter.f] has the unknown type [klingon]; known: apostrophe"
        ),
        (
            #"{"filter":{"f":{"type":"stop","stopword":"a"}}}"#,
            "[index.analysis.filter.f] unknown parameter [stopword] of type [stop]; known: type,"
                + " stopwords"
        ),
        (
            #"{"filter":{"f":{"type":"stop","stopwords":"_x_"}}}"#,
            "there is no list [_x_]; known: _none_"
        ),
        (#"{"filter":{"f":{"type":"stop","ignore_case":3}}}"#, "must be true or false, got 3"),
        (#"{"filter":{"f":{"type":"length","min":5,"max":2}}}"#, "[min] is 5, above [max]"),
        (
            #"{"filter":{"f":{"type":"ngram","min_gram":0}}}"#,
            "must be a number from 1 to 255, got 0"
        ),
        (#"{"filter":{"f":{"type":"stemmer","language":"x"}}}"#, "cannot be [x]; known: arabic"),
        (#"{"filter":{"f":{"type":"icu_transform","id":"x-Y"}}}"#, "ICU knows no transform [x-Y]"),
        (
            #"{"filter":{"f":{"type":"pattern_replace","pattern":"("}}}"#,
            "is not a regular expression"
        ),
        (
            #"{"filter":{"f":{"type":"pattern_replace","pattern":"a","replacement":"$1"}}}"#,
            "names a group the pattern does not have"
        ),
        (
            #"{"char_filter":{"c":{"type":"mapping","mappings":["a"]}}}"#,
            "is not of the form a => b"
        ),
        (#"{"tokenizer":{"t":{"type":"standard","max_token_length":1}}}"#, "from 2 to 992"),
        (
            #"{"tokenizer":{"t":{"type":"simple_pattern","pattern":"a~b"}}}"#,
            "[~] means something else to Lucene's simple expressions"
        ),
        (
            #"{"tokenizer":{"t":{"type":"char_group","tokenize_on_chars":["ab"]}}}"#,
            "holds single characters or one of digit"
        ),
        (
            #"{"char_filter":{"c":{"type":"icu_normalizer","name":"nfkc_cf","mode":"decompose"}}}"#,
            "can only be [compose]"
        ),
        (
            #"{"analyzer":{"a":{"tokenizer":"standard","#
                + #""filter":["word_delimiter_graph","shingle"]}}}"#,
            "has filter [shingle] behind [word_delimiter_graph]"
        ),
        (#"{"analyzer":{"a":{"type":"whitespace","stopwords":"a"}}}"#, "known: type"),
        (#"{"analyzer":{"a":{"type":"german","stopwords":"_x_"}}}"#, "there is no list [_x_]"),
        (#"{"filter":{"f":{"type":"kstem"}}}"#, "has the unknown type [kstem]"),
        (
            #"{"analyzer":{"a":{"tokenizer":"standard","position_increment_gap":3}}}"#,
            "from 100 to 100"
        ),
        (#"{"analyzer":{"a":{}}}"#, "[index.analysis.analyzer.a] needs the parameter [tokenizer]"),
        (
            #"{"analyzer":{"a":{"type":"klingon"}}}"#,
            "has the unknown type [klingon]; known: custom, arabic"
        ),
        (
            #"{"analyzer":{"a":{"tokenizer":"standard","filter":["f"]}}}"#,
            "[index.analysis.analyzer.a] names the filter [f], which is neither defined nor known"
        ),
        (
            #"{"analyzer":{"a":{"tokenizer":"standard","filter":["keep"]}}}"#,
            "[index.analysis.analyzer.a.filter.keep] needs the parameter [keep_words]"
        ),
        (
            #"{"analyzer":{"a":{"tokenizer":"standard","filters":["f"]}}}"#,
            "unknown parameter [filters]"
        ),
        (
            #"{"normalizer":{"n":{"filter":["stop"]}}}"#,
            "cannot use filter [stop]: normalizers take"
        ),
        (
            #"{"filter":{"s":{"type":"synonym","synonyms":["a => b => c"]}},"#
                + #""analyzer":{"a":{"tokenizer":"standard","filter":["s"]}}}"#,
            "[index.analysis.filter.s] parameter [synonyms]: the rule [a => b => c]"
        ),
    ])
    func refuses(settings: String, reason: String) throws {
        let json = try JSONParser.parse(Array(settings.utf8))
        let section = try #require(json.objectValue)
        do throws(AnalysisSettingsError) {
            _ = try AnalyzerRegistry(settings: section)
            Issue.record("accepted \(settings)")
        } catch {
            #expect(error.reason.contains(reason), "\(error.reason)")
        }
    }

    @Test(arguments: [
        (
            #"{"index":{"analysis":{"filter":{"my.f":{"type":"stop","stopwords":["a"]}}}},"#
                + #""number_of_shards":2}"#,
            #"{"filter":{"my.f":{"type":"stop","stopwords":["a"]}}}"#
        ),
        (
            #"{"index.analysis.analyzer.a.type":"custom","refresh_interval":"1s","#
                + #""analysis.analyzer.a.tokenizer":"standard","#
                + #""analysis":{"analyzer":{"b":{"type":"simple"}}}}"#,
            #"{"analyzer":{"a":{"type":"custom","tokenizer":"standard"},"b":{"type":"simple"}}}"#
        ),
        (#"{"number_of_shards":1}"#, "{}"), ("null", "{}"),
    ])
    func dottedAndNestedKeysAreOneSection(settings: String, section: String) throws {
        let json = try JSONParser.parse(Array(settings.utf8))
        let found = AnalyzerRegistry.section(of: json)
        #expect(JSONValue.object(found).description == section)
    }

    @Test func builtInAnalyzersTakeParameters() throws {
        let stop = try Composed(
            section: #"{"analyzer":{"a":{"type":"standard","stopwords":["b","c"]}}}"#)
        #expect(stop.terms("A B c D") == "a d")
        let pattern = try Composed(
            section: #"{"analyzer":{"a":{"type":"pattern","pattern":",","lowercase":"false"}}}"#)
        #expect(pattern.terms("A,b C") == "A b C")
        let own = try Composed(section: #"{"analyzer":{"a":{"type":"english"}}}"#)
        #expect(own.terms("the cats") == "cat")
        let changed = try Composed(
            section: #"{"analyzer":{"a":{"type":"english","stopwords":["x"],"#
                + #""stem_exclusion":["running"]}}}"#)
        #expect(changed.terms("x the running dogs") == "the running dog")
    }

    @Test func ownAnalyzersComeBeforeBuiltInOnes() throws {
        let json = try JSONParser.parse(
            Array(#"{"analyzer":{"default":{"type":"keyword"}}}"#.utf8))
        let registry = try AnalyzerRegistry(settings: try #require(json.objectValue))
        #expect(registry.makeAnalyzer(named: "default")?.terms(of: "A b").count == 1)
    }

    @Test func normalizers() throws {
        let json = try JSONParser.parse(
            Array(
                (#"{"char_filter":{"c":{"type":"mapping","mappings":["- =>"]}},"#
                    + #""normalizer":{"n":{"type":"custom","char_filter":["c"],"#
                    + #""filter":["lowercase","icu_folding","trim"]}}}"#).utf8))
        let registry = try AnalyzerRegistry(settings: try #require(json.objectValue))
        #expect(registry.normalize(" É-Ä b", with: "n") == "ea b")
        #expect(registry.normalize("--", with: "n") == "")
        #expect(registry.normalize("", with: "n") == "")
        #expect(registry.normalize("É", with: nil) == "É")
        #expect(registry.normalize("É", with: "lowercase") == "é")
        #expect(registry.normalizerNames == ["n"] && registry.containsNormalizer("lowercase"))
    }

    /// Every component of every kind with its parameters left as they are, on any text: no crash,
    /// offsets within the text, arrays that agree, valid UTF-8.
    @Test func anyTextThroughEveryComponent() throws {
        var random = SeededRandom(seed: 47)
        let extra = [
            "keep": #","keep_words":["a"]"#, "keyword_marker": #","keywords":["a"]"#,
            "stemmer_override": #","rules":["a => b"]"#, "synonym": #","synonyms":["a b, c"]"#,
            "synonym_graph": #","synonyms":["a => b c"]"#,
            "dictionary_decompounder": #","word_list":["ab","é"]"#,
            "pattern_replace": #","pattern":"[ab]+","replacement":"xyz""#,
            "mapping": #","mappings":["a => xx","é =>"]"#,
            "icu_transform": #","id":"Any-Latin""#,
            "char_group": #","tokenize_on_chars":["letter","é"]"#,
            "simple_pattern": #","pattern":"[ab]+""#,
            "simple_pattern_split": #","pattern":"[ab]+""#,
        ]
        func definition(_ type: String) -> String {
            "{\"type\":\"\(type)\"\(extra[type] ?? "")}"
        }
        var analyzers: [(String, Analyzer)] = []
        for type in FilterTypes.all.keys.sorted() {
            for tokenizer in ["standard", "keyword"] {
                analyzers.append(
                    (
                        type,
                        try Composed(definition(type), tokenizer: "\"\(tokenizer)\"").analyzer
                    ))
            }
        }
        for type in TokenizerTypes.all.keys.sorted() {
            analyzers.append((type, try Composed(tokenizer: definition(type)).analyzer))
        }
        for type in CharFilterTypes.all.keys.sorted() {
            analyzers.append((type, try Composed(chars: "[\(definition(type))]").analyzer))
        }
        var batch = TokenBatch()
        for (type, analyzer) in analyzers {
            for round in 0..<25 {
                let text = random.text()
                analyzer.analyze(text, into: &batch)
                let count = text.utf8.count
                let counts = [
                    batch.termEnds.count, batch.positions.count, batch.startOffsets.count,
                    batch.endOffsets.count,
                ]
                let isWhole =
                    counts.allSatisfy { $0 == batch.count }
                    && Int(batch.termEnds.last ?? 0) == batch.termBytes.count
                    && zip(batch.startOffsets, batch.endOffsets).allSatisfy {
                        $0 <= $1 && Int($1) <= count
                    }
                    && zip(batch.positions, batch.positions.dropFirst()).allSatisfy { $0 <= $1 }
                    && batch.positions.allSatisfy { $0 < batch.positionCount }
                    && (0..<batch.count).allSatisfy {
                        !batch.term($0).isEmpty
                            && String(validating: batch.term($0), as: UTF8.self) != nil
                    }
                #expect(isWhole, "seed 47, \(type), round \(round): \(text.debugDescription)")
                guard isWhole else { break }
            }
        }
    }

    /// Megabytes without a space, and storms of combining marks, take linear time.
    @Test func hostileTexts() throws {
        let texts = [
            String(repeating: "a", count: 1 << 20), String(repeating: "字", count: 1 << 18),
            "e" + String(repeating: "\u{301}\u{323}", count: 1 << 18),
            String(repeating: "ก", count: 1 << 17), String(repeating: "a\u{200D}", count: 1 << 18),
        ]
        var batch = TokenBatch()
        for name in ["default", "standard", "icu", "german", "thai", "arabic", "keyword"] {
            let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: name))
            for text in texts {
                analyzer.analyze(text, into: &batch)
                #expect(batch.termEnds.allSatisfy { $0 <= UInt32(text.utf8.count * 11) }, "\(name)")
            }
        }
        let folding = try Composed("icu_folding", "lowercase", tokenizer: #""keyword""#)
        for text in texts { _ = folding.tokens(text) }
    }
}

extension SeededRandom {
    /// A text of critical pieces of many scripts.
    fileprivate mutating func text() -> String {
        let pieces = [
            "a", "b", "ab ", "Word", "can't", "l'avion", "3.14", "x_y", " ", "  ", "\n", "-", ".",
            "/", "é", "e\u{301}", "\u{301}", "\u{200D}", "ß", "İ", "ﬁ", "Σς", "日本語", "한국어",
            "ｶﾞ", "ภาษาไทย", "हिन्दी", "العربية", "русский", "ελληνικά", "😀", "👩‍👩‍👧", "\u{3000}",
            "\u{0}", "<b>", "&amp;", "@", "a@b.de", "http://x.y/z", "\u{FFFD}", "ＡＢ",
        ]
        return (0..<below(30)).map { _ in pick(pieces) }.joined()
    }
}
