// Suggestions: what is read, what is refused, and how corrections are chosen.

import Analysis
import Testing

@testable import Queries

@Suite struct SuggestTests {
    private func analyzer() throws -> QueryAnalyzer {
        let mappings = """
            {"properties":{"title":{"type":"text"},"tag":{"type":"keyword"},"year":{"type":"long"},
             "pairs":{"type":"text","analyzer":"pairs"},"name":{"type":"completion"}}}
            """
        let settings: JSONValue = [
            "analysis": [
                "filter": ["two": ["type": "shingle"]],
                "analyzer": ["pairs": ["tokenizer": "standard", "filter": ["lowercase", "two"]]],
            ]
        ]
        let schema = try Schema(
            mappings: JSONParser.parse(Array(mappings.utf8)), settings: settings)
        return QueryAnalyzer(schema: schema, nowMilliseconds: 0)
    }

    private func analyzed(_ body: String) throws -> [AnalyzedSuggestion] {
        try analyzer().suggestions(for: try searched("{'suggest':\(body)}"))
    }

    @Test func readsEveryKey() throws {
        let request = try searched(
            """
            {'suggest':{'text':'al','one':{'term':{'field':'title','analyzer':'simple','size':3,
               'sort':'frequency','suggest_mode':'popular','max_edits':1,'prefix_length':2,
               'min_word_length':5,'min_doc_freq':0.1,'max_term_freq':7,'accuracy':0.25,
               'string_distance':'damerau_levenshtein','shard_size':9,'max_inspections':2}},
             'two':{'text':'own','phrase':{'field':'title','size':2,'confidence':0.5,
               'max_errors':2,'real_word_error_likelihood':0.9,'gram_size':2,'separator':'_',
               'token_limit':4,'smoothing':{'laplace':{'alpha':0.7}},'analyzer':'simple',
               'direct_generator':[{'field':'tag','size':1}],
               'highlight':{'pre_tag':'<','post_tag':'>'}}}}}
            """)
        var generator = WordGenerator(field: "title")
        generator.size = 3
        generator.mode = .popular
        generator.maximumEdits = 1
        generator.prefixLength = 2
        generator.minimumWordLength = 5
        generator.minimumFrequency = 0.1
        generator.maximumFrequency = 7
        generator.accuracy = 0.25
        var tag = WordGenerator(field: "tag")
        tag.size = 1
        var phrase = PhraseSuggester(field: "title", generators: [tag])
        phrase.size = 2
        phrase.confidence = 0.5
        phrase.maximumErrors = 2
        phrase.realWordErrorLikelihood = 0.9
        phrase.gramSize = 2
        phrase.separator = "_"
        phrase.tokenLimit = 4
        phrase.smoothing = .laplace(alpha: 0.7)
        phrase.analyzer = "simple"
        phrase.tags = HighlightTags(pre: "<", post: ">")
        #expect(
            request.suggestions == [
                NamedSuggestion(
                    name: "one", text: "al",
                    suggester: .term(
                        TermSuggester(generator: generator, analyzer: "simple", sort: .frequency))),
                NamedSuggestion(name: "two", text: "own", suggester: .phrase(phrase)),
            ])
        // Nobody asked for hits.
        #expect(request.query == .matchNone)
        #expect(
            try searched("{'query':{'match_all':{}},'suggest':{}}").query == .matchAll(boost: 1))
    }

    @Test(arguments: [
        ("{'a':{'text':'x'}}", "needs [text] and exactly one of [term, phrase, completion]"),
        ("{'a':{'term':{'field':'title'}}}", "suggestion [a] needs [text]"),
        ("{'a':{'text':'x','other':{'field':'f'}}}", "unknown suggester [other]"),
        ("{'a':{'text':'x','prefix':'y','completion':{'field':'f'}}}", "not both"),
        ("{'a':{'regex':'x.*','completion':{'field':'f'}}}", "[regex]"),
        ("{'a':{'prefix':'x','completion':{'field':'f','contexts':{}}}}", "[contexts]"),
        ("{'a':{'text':'x','term':{}}}", "[term] of suggestion [a] needs [field]"),
        ("{'a':{'text':'x','term':{'field':'f','max_edits':3}}}", "from 1 to 2"),
        ("{'a':{'text':'x','term':{'field':'f','max_term_freq':1.5}}}", "a share below 1"),
        ("{'a':{'text':'x','term':{'field':'f','string_distance':'ngram'}}}", "damerau_levens"),
        ("{'a':{'text':'x','phrase':{'field':'f','collate':{}}}}", "[collate]"),
        ("{'a':{'text':'x','phrase':{'field':'f','smoothing':{}}}}", "exactly one of"),
        ("{'a':{'text':'x','phrase':{'field':'f','direct_generator':[]}}}", "from 1 to"),
        (
            "{'a':{'text':'x','phrase':{'field':'f','direct_generator':[{'pre_filter':'r'}]}}}",
            "[pre_filter]"
        ),
    ])
    func refuses(_ suggest: String, _ reason: String) {
        let refused = refusal("{'suggest':\(suggest)}")
        #expect(refused.contains(reason), "\(refused)")
    }

    @Test(arguments: [
        ("{'a':{'text':'x','term':{'field':'none'}}}", "no mapping found for field [none]"),
        ("{'a':{'text':'x','term':{'field':'year'}}}", "must be an indexed text or keyword"),
        ("{'a':{'text':'x','term':{'field':'title','analyzer':'q'}}}", "unknown analyzer [q]"),
        ("{'a':{'prefix':'x','completion':{'field':'title'}}}", "must be mapped as completion"),
        (
            "{'a':{'text':'a b c d e f','phrase':{'field':'pairs','gram_size':3,"
                + "'direct_generator':{'field':'title','size':50}}}}",
            "rows of words"
        ),
    ])
    func refusesWhatFieldsCannotDo(_ suggest: String, _ reason: String) {
        #expect {
            _ = try analyzed(suggest)
        } throws: { error in
            "\(error)".contains(reason)
        }
    }

    @Test func beginningsAreWrittenAsTheirFieldIs() throws {
        let found = try analyzed(
            """
            {'a':{'prefix':'Old OA','completion':{'field':'name','size':3,'fuzzy':
              {'fuzziness':'AUTO','min_length':2,'prefix_length':9}}},
             'b':{'text':'o','completion':{'field':'name','fuzzy':true,'skip_duplicates':true}},
             'c':{'text':'...','completion':{'field':'name'}}}
            """)
        let form = Array("old\u{1F}oa".utf8)
        let word = FuzzyWord(
            word: Term(form), distance: 2, prefixLength: 6, transpositions: true)
        #expect(
            found.map(\.beginning) == [
                CompletionBeginning(
                    field: "name", form: form, fuzzy: word, size: 3, skipsDuplicates: false),
                CompletionBeginning(
                    field: "name", form: [0x6F], size: 5, skipsDuplicates: true), nil,
            ])
        #expect(SuggestionNeeds(found + found).beginnings.count == 2)
    }

    @Test func wordsHaveTheirPlacesInTheText() throws {
        let words = try analyzed("{'a':{'text':'Ünï 🌲 Oak','term':{'field':'pairs'}}}")[0].words
        #expect(words.map(\.term.text).first == "ünï")
        #expect(words.map(\.offset) == [0, 7] && words.map(\.length) == [3, 3])
    }

    private func known(
        _ expansions: [TermExpansion: [(String, Int, Int64)]], terms: [String: Int64] = [:],
        documents: Int64 = 100
    ) -> CollectionStatistics {
        var result = CollectionStatistics()
        for (expansion, candidates) in expansions {
            result.expansions[expansion] = ExpandedTerms(
                candidates.map {
                    ExpandedTerm(term: Term($0.0), edits: $0.1, documentFrequency: $0.2)
                })
        }
        for (term, count) in terms {
            result.terms[TermKey(field: "title", term: Term(term))] = count
        }
        result.fields["title"] = FieldCounts(documentCount: documents, totalTermFrequency: 900)
        return result
    }

    @Test func optionsKeepTheRules() throws {
        var term = TermSuggester(generator: WordGenerator(field: "title"))
        term.generator.maximumFrequency = 1_000
        func options(_ candidates: [(String, Int, Int64)]) throws -> [String] {
            let expansion = try #require(term.generator.expansion(of: Term("serch")))
            let known = known([expansion: candidates])
            return term.options(for: Term("serch"), known).map {
                "\($0.text) \($0.frequency ?? 0)"
            }
        }
        let found = [("search", 1, 3 as Int64), ("perch", 1, 9), ("sera", 2, 50), ("se", 3, 60)]
        // Two edits of four characters are half; the last has too few.
        #expect(try options(found) == ["perch 9", "search 3", "sera 50"])
        term.sort = .frequency
        #expect(try options(found) == ["sera 50", "perch 9", "search 3"])
        term.generator.size = 1
        #expect(try options(found) == ["sera 50"])
        term.generator.minimumFrequency = 51
        #expect(try options(found) == [])
        term.generator.minimumFrequency = 0
        term.generator.size = 5
        let own = found + [("serch", 0, 9)]
        #expect(try options(own) == [])
        term.generator.mode = .popular
        #expect(try options(own) == ["sera 50"])
        term.generator.mode = .always
        #expect(try options(own) == ["sera 50", "perch 9", "search 3"])
        term.generator.maximumFrequency = 0.08
        #expect(try options(own) == [])
        #expect(term.generator.expansion(of: Term("cat")) == nil)
    }

    @Test func rowsOfWordsDecide() throws {
        let suggestion = try analyzed(
            """
            {'a':{'text':'noble prize','phrase':{'field':'title','gram_size':2,'confidence':1,
             'direct_generator':[{'field':'title','suggest_mode':'always','max_term_freq':100}],
             'highlight':{'pre_tag':'<b>','post_tag':'</b>'}}}}
            """)[0]
        let needs = suggestion.needs
        let noble = try #require(
            needs.expansions.first { "\($0.pattern)".contains("noble") })
        var known = known([noble: [("nobel", 1, 4), ("noble", 0, 30)]], terms: ["noble": 30])
        known.terms[TermKey(field: "title", term: Term("prize"))] = 8
        let rows = suggestion.furtherNeeds(known).terms.map(\.term.text).sorted()
        #expect(rows == ["nobel prize", "noble prize"])
        known.terms[TermKey(field: "title", term: Term("nobel prize"))] = 4
        let options = suggestion.answer(known).entries[0].options
        #expect(options.map(\.text) == ["nobel prize"])
        #expect(options.first?.highlighted == "<b>nobel</b> prize")
        // (4 + 1) / 102, typed so with 0.8; all of these have "prize" behind them.
        let score = 5.0 / 102 * 0.8 * 0.95
        #expect(abs(Double(options.first?.score ?? 0) - score) < 1e-7)
    }

    /// The best rows, kept word by word, are those of looking at every row.
    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func keepsTheBestRows(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var phrase = PhraseSuggester(field: "title")
        phrase.generators[0].mode = .always
        phrase.generators[0].minimumWordLength = 1
        phrase.generators[0].maximumFrequency = 1_000
        phrase.generators[0].size = 1 + random.below(3)
        phrase.gramSize = 1 + random.below(3)
        phrase.size = 1 + random.below(6)
        phrase.confidence = [0, 0.5, 1, 2][random.below(4)]
        phrase.maximumErrors = Double(random.below(4)) + 0.5 * Double(random.below(2))
        if random.below(2) == 0 { phrase.smoothing = .laplace(alpha: 0.5) }
        let words = (0..<1 + random.below(4)).map { _ in
            SuggestedWord(term: Term("ab\(random.below(5))cd"), offset: 0, length: 5)
        }
        var known = known([:])
        for word in words {
            let expansion = try #require(phrase.generators[0].expansion(of: word.term))
            known.expansions[expansion] = ExpandedTerms(
                (0..<4).map { _ in
                    ExpandedTerm(
                        term: Term("ab\(random.below(9))ce"), edits: 1 + random.below(2),
                        documentFrequency: Int64(1 + random.below(20)))
                })
        }
        for key in PhraseCorrector(phrase, words, known).grams {
            known.terms[key] = Int64(random.below(3))
        }
        let corrector = PhraseCorrector(phrase, words, known)
        let found = corrector.options()
        let wanted = everyRow(corrector, phrase, known)
        #expect(found.map(\.text) == wanted.map(\.text), "seed \(seed)")
        for (option, row) in zip(found, wanted) {
            #expect(abs(Double(option.score) - row.score) <= 1e-6 * row.score, "seed \(seed)")
        }
    }

    private func everyRow(
        _ corrector: PhraseCorrector, _ phrase: PhraseSuggester, _ known: CollectionStatistics
    ) -> [(text: String, score: Double)] {
        func count(_ row: ArraySlice<PhraseCorrector.Candidate>) -> Double {
            let text = row.map(\.term.text).joined(separator: " ")
            return Double(known.terms[TermKey(field: "title", term: Term(text))] ?? 0)
        }
        func share(_ part: Double, _ whole: Double) -> Double {
            part == 0 ? 0 : part / max(part, whole)
        }
        func likelihood(_ row: ArraySlice<PhraseCorrector.Candidate>) -> Double {
            guard let word = row.last else { return 1 }
            if row.count == 1 { return Double(word.frequency + 1) / 102 }
            let all = count(row)
            let before =
                row.count == 2 ? Double(row[row.startIndex].frequency) : count(row.dropLast())
            if case .laplace(let alpha) = phrase.smoothing {
                return share(all + alpha, before + 2 * alpha)
            }
            return all > 0 ? share(all, before) : 0.4 * likelihood(row.dropFirst())
        }
        var rows: [(words: [PhraseCorrector.Candidate], errors: Int)] = [([], 0)]
        for choices in corrector.candidates {
            rows = rows.flatMap { row in
                choices.enumerated().map { (row.words + [$1], row.errors + ($0 == 0 ? 0 : 1)) }
            }
        }
        let scored = rows.map { row in
            (
                text: row.words.map(\.term.text).joined(separator: " "), errors: row.errors,
                score: row.words.indices.reduce(1.0) { score, end in
                    let row = row.words[max(0, end - phrase.gramSize + 1)...end]
                    return score * (row[end].channel * likelihood(row))
                }
            )
        }
        let cutoff = (scored.first { $0.errors == 0 }?.score ?? 0) * phrase.confidence
        let count = Double(corrector.candidates.count)
        let limit =
            phrase.maximumErrors >= 1
            ? phrase.maximumErrors : (phrase.maximumErrors * count).rounded()
        return scored.filter { Double($0.errors) <= limit.rounded(.down) && $0.score > cutoff }
            .sorted { $0.score == $1.score ? $0.text < $1.text : $0.score > $1.score }
            .prefix(phrase.size).map { ($0.text, $0.score) }
    }
}
