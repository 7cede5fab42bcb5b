// What is marked in a text, and where it is cut.

import Analysis
import Queries
import Testing

@testable import Execution

struct HighlightTests {
    private let schema: Schema

    init() throws {
        let mappings = #"""
            {"properties": {"body": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
             "note": {"properties": {"text": {"type": "text", "analyzer": "english"}}},
             "tag": {"type": "keyword"}, "year": {"type": "long"},
             "gram": {"type": "text", "analyzer": "gram"},
             "stem": {"type": "text", "fields":
               {"english": {"type": "text", "analyzer": "english"}}}}}
            """#
        let settings: JSONValue = [
            "analysis": [
                "analyzer": ["gram": ["tokenizer": "gram"]],
                "tokenizer": ["gram": ["type": "ngram", "min_gram": 1, "max_gram": 1]],
            ]
        ]
        schema = try Schema(
            mappings: JSONParser.parse(Array(mappings.utf8)), settings: settings)
    }

    private func highlight(
        _ source: String, _ query: Query, _ fields: [HighlightField],
        requireFieldMatch: Bool = true, orderByScore: Bool = false, escapesHTML: Bool = false
    ) throws -> [String: [String]] {
        let request = HighlightRequest(
            fields: fields.map { field in
                var field = field
                field.requireFieldMatch = field.requireFieldMatch && requireFieldMatch
                field.orderByScore = field.orderByScore || orderByScore
                return field
            }, escapesHTML: escapesHTML)
        let highlighter = Highlighter(
            request, query: query, schema: schema)
        let found = try highlighter.highlight(Array(source.utf8))
        return Dictionary(uniqueKeysWithValues: found.map { ($0.field, $0.fragments) })
    }

    private func term(_ text: String, _ field: String = "body") -> Query {
        .term(field: field, term: Term(text), boost: 1)
    }

    private func phrase(_ words: [String], slop: Int = 0) -> Query {
        .phrase(
            field: "body",
            terms: words.enumerated().map {
                PhraseTerm(term: Term($0.element), position: $0.offset)
            },
            slop: slop, boost: 1)
    }

    @Test func marksTermsAsTheyAreWritten() throws {
        let found = try highlight(
            #"{"body": "The <b>Fox</b> met a fox & two foxes."}"#, term("fox"),
            [HighlightField(name: "body")])
        #expect(
            found == ["body": ["The <b><em>Fox</em></b> met a <em>fox</em> & two foxes."]])
    }

    @Test func marksOnlyWholePhrases() throws {
        let text = #"{"body": "red fox, fox red, red old fox"}"#
        let field = HighlightField(name: "body", preTags: ["["], postTags: ["]"])
        #expect(
            try highlight(text, phrase(["red", "fox"]), [field])
                == ["body": ["[red] [fox], fox red, red old fox"]])
        #expect(
            try highlight(
                #"{"body": "red old fox, x x x x red"}"#, phrase(["red", "fox"], slop: 1), [field])
                == ["body": ["[red] old [fox], x x x x red"]])
        #expect(try highlight(#"{"body": "fox x red"}"#, phrase(["red", "fox"]), [field]) == [:])
    }

    @Test func marksWhatPatternsMatch() throws {
        let text = #"{"body": "red fox, red foxes, rod fax far", "tag": ["axb", "ab"]}"#
        func field(_ name: String) -> HighlightField {
            HighlightField(name: name, preTags: ["["], postTags: ["]"])
        }
        var fuzzy = TermExpansion(
            field: "body",
            pattern: .fuzzy(
                FuzzyWord(word: Term("fox"), distance: 1, prefixLength: 0, transpositions: true)),
            limit: 1)
        #expect(
            try highlight(text, .expanded(fuzzy, boost: 1), [field("body")])
                == ["body": ["red [fox], red foxes, rod [fax] far"]])
        fuzzy.correctsUpTo = 0
        #expect(
            try highlight(text, .expanded(fuzzy, boost: 1), [field("body")])
                == ["body": ["red [fox], red foxes, rod fax far"]])
        #expect(
            try highlight(#"{"body": "fax fxo far"}"#, .expanded(fuzzy, boost: 1), [field("body")])
                == ["body": ["[fax] [fxo] far"]])
        #expect(
            try highlight(
                text, .pattern(field: "tag", .regexp("a.b", .all, ignoresCase: false), boost: 1),
                [field("tag")]) == ["tag": ["[axb]"]])
        let prefix = Query.phrasePrefix(
            PhrasePrefixQuery(
                field: "body", terms: [PhraseTerm(term: Term("red"), position: 0)],
                last: TermExpansion(
                    field: "body", pattern: .wildcard("fox*", ignoresCase: false), limit: 9),
                lastPosition: 1, slop: 0), boost: 1)
        #expect(
            try highlight(text, prefix, [field("body")])
                == ["body": ["[red] [fox], [red] [foxes], rod fax far"]])
    }

    @Test func usesTheFieldsAnalyzerAndPath() throws {
        let found = try highlight(
            #"{"note": [{"text": "He runs"}, {"text": "Running far"}], "tag": ["a b", "c"]}"#,
            .bool(
                BooleanQuery(
                    should: [term("run", "note.text"), term("a b", "tag")], minimumShouldMatch: 1)),
            [HighlightField(name: "note.*"), HighlightField(name: "tag")])
        #expect(
            found == [
                "note.text": ["He <em>runs</em>", "<em>Running</em> far"],
                "tag": ["<em>a b</em>"],
            ])
    }

    @Test func multiFieldsReadTheirParentsText() throws {
        let found = try highlight(
            #"{"body": "Red Fox"}"#, term("Red Fox", "body.raw"),
            [HighlightField(name: "body.raw"), HighlightField(name: "body")])
        #expect(found == ["body.raw": ["<em>Red Fox</em>"]])
    }

    @Test func fieldsMayBeMatchedByOthersTermsWhenAllowed() throws {
        let field = [HighlightField(name: "body")]
        let query = term("fox", "tag")
        #expect(try highlight(#"{"body": "fox"}"#, query, field) == [:])
        #expect(
            try highlight(#"{"body": "fox"}"#, query, field, requireFieldMatch: false)
                == ["body": ["<em>fox</em>"]])
    }

    @Test func prefixesAndNegationsAreToldApart() throws {
        let query = Query.bool(
            BooleanQuery(
                must: [.prefix(field: "body", prefix: Array("fo".utf8), boost: 1)],
                mustNot: [term("hen")]))
        #expect(
            try highlight(#"{"body": "fox food hen"}"#, query, [HighlightField(name: "body")])
                == ["body": ["<em>fox</em> <em>food</em> hen"]])
    }

    @Test func fragmentsAreCutBetweenWordsAndTheBestAreKept() throws {
        let filler = "alpha beta gamma delta "
        let text =
            filler + "fox " + filler + filler + "fox and hen " + filler + filler + "hen fox fox"
        let query = Query.bool(
            BooleanQuery(should: [term("fox"), term("hen")], minimumShouldMatch: 1))
        let source = #"{"body": "\#(text)"}"#
        let field = HighlightField(name: "body", fragmentSize: 30, fragmentCount: 2)
        let inOrder = try #require(try highlight(source, query, [field])["body"])
        #expect(inOrder.count == 2)
        #expect(inOrder.allSatisfy { $0.contains("<em>fox</em>") && $0.contains("<em>hen</em>") })
        let plain = inOrder.map {
            $0.replacing("<em>", with: "").replacing("</em>", with: "")
        }
        #expect(plain.allSatisfy { text.contains($0) && $0.count <= 30 })
        let byScore = try #require(
            try highlight(source, query, [field], orderByScore: true)["body"])
        #expect(byScore.first?.contains("<em>fox</em> <em>fox</em>") == true)
        let whole = HighlightField(name: "body", fragmentCount: 0)
        #expect(try highlight(source, query, [whole])["body"]?.count == 1)
    }

    @Test func characterCountsAreNotByteCounts() throws {
        let text = "äöü äöü äöü fox äöü äöü äöü"
        let found = try highlight(
            #"{"body": "\#(text)"}"#, term("fox"), [HighlightField(name: "body", fragmentSize: 27)])
        #expect(found == ["body": ["äöü äöü äöü <em>fox</em> äöü äöü äöü"]])
    }

    @Test func withoutAMatchTheBeginningCanBeShown() throws {
        var field = HighlightField(name: "body", noMatchSize: 12)
        #expect(
            try highlight(#"{"body": "one two three four"}"#, term("fox"), [field])
                == ["body": ["one two"]])
        field.noMatchSize = 0
        #expect(try highlight(#"{"body": "one two"}"#, term("fox"), [field]) == [:])
    }

    @Test func otherTypesAndMissingFieldsAreLeftOut() throws {
        let found = try highlight(
            #"{"year": 7, "body": null}"#, term("fox"),
            [HighlightField(name: "*"), HighlightField(name: "nowhere")])
        #expect(found == [:])
    }

    private func bracketed(_ name: String = "body", size: Int = 100) -> HighlightField {
        HighlightField(name: name, fragmentSize: size, preTags: ["["], postTags: ["]"])
    }

    @Test func fragmentsAreWholeSentencesAsLongAsTheyFit() throws {
        let text = "One fox ran. Then it slept. No more of it here. A fox? Yes! The end."
        let source = #"{"body": "\#(text)"}"#
        #expect(
            try highlight(source, term("fox"), [bracketed(size: 30)])
                == ["body": ["One [fox] ran. Then it slept.", "A [fox]? Yes! The end."]])
        #expect(
            try highlight(source, term("fox"), [bracketed(size: 14)])
                == ["body": ["One [fox] ran.", "A [fox]? Yes!"]])
        #expect(
            try highlight(source, term("fox"), [bracketed(size: 0)])
                == ["body": ["One [fox] ran.", "A [fox]?"]])
        #expect(
            try highlight(source, term("slept"), [bracketed(size: 5)])
                == ["body": ["[slept]"]])
    }

    @Test func longSentencesAreCutBetweenWordsAroundTheMatch() throws {
        let filler = (0..<60).map { "word\($0)" }.joined(separator: " ")
        let source = #"{"body": "\#(filler) fox \#(filler)"}"#
        let found = try #require(
            try highlight(source, term("fox"), [bracketed(size: 40)])["body"])
        #expect(found == ["word58 word59 [fox] word0 word1 word2"])
        var words = bracketed(size: 40)
        words.boundary = .word
        let dotted = #"{"body": "It is. A fox. That was. \#(filler)"}"#
        #expect(
            try highlight(dotted, term("fox"), [words])
                == ["body": ["It is. A [fox]. That was. word0 word1"]])
    }

    @Test func textWithoutSpacesIsCutBetweenItsWords() throws {
        let japanese = String(repeating: "東京都に住んでいます", count: 30)
        let thai = String(repeating: "ภาษาไทยง่ายมาก", count: 20)
        for (text, word) in [(japanese, "京都"), (thai, "ไทย")] {
            let found = try #require(
                try highlight(
                    #"{"body": "\#(text)"}"#, term(word), [bracketed(size: 25)])["body"])
            #expect(found.count == 5)
            for fragment in found {
                #expect(fragment.contains("[") && fragment.unicodeScalars.count <= 40)
                #expect(text.contains(fragment.filter { $0 != "[" && $0 != "]" }))
            }
        }
    }

    @Test func charactersAreNeverTornApart() throws {
        // Arabic with vowel marks, letters with combining marks, joined emoji, Hindi.
        let words = ["كِتَاب", "e\u{301}te\u{301}", "👩‍👩‍👧", "क्षत्रिय", "🇩🇪", "𝔘𝔫𝔦"]
        for word in words {
            let text = Array(repeating: word, count: 12).joined(separator: " ")
            for size in [1, 2, 3, 7, 25] {
                var field = bracketed("gram", size: size)
                field.boundaryScan = 0
                let source = #"{"gram": "\#(text)"}"#
                let first = String(try #require(word.unicodeScalars.first))
                let found = try highlight(source, term(first, "gram"), [field])["gram"] ?? []
                for fragment in found {
                    let plain = fragment.filter { $0 != "[" && $0 != "]" }
                    #expect(fragment.contains("[") && !plain.isEmpty)
                    #expect(Array(text).firstRange(of: Array(plain)) != nil, "\(fragment)")
                }
            }
        }
    }

    @Test func whatIsSpecialInHTMLIsEscaped() throws {
        #expect(
            try highlight(
                #"{"body": "<b>Fox</b> & \"hen's\" a/b"}"#, term("fox"),
                [HighlightField(name: "body")], escapesHTML: true)
                == [
                    "body": [
                        "&lt;b&gt;<em>Fox</em>&lt;&#x2F;b&gt; &amp; &quot;hen&#x27;s&quot; a&#x2F;b"
                    ]
                ])
    }

    @Test func otherFieldsTermsAreMarkedInOneText() throws {
        let query = Query.bool(
            BooleanQuery(
                should: [term("run", "stem.english"), term("running", "stem"), term("x", "tag")],
                minimumShouldMatch: 1))
        let source = #"{"stem": "Running, he runs x"}"#
        var field = bracketed("stem")
        #expect(try highlight(source, query, [field]) == ["stem": ["[Running], he runs x"]])
        field.matchedFields = ["stem", "stem.english"]
        #expect(try highlight(source, query, [field]) == ["stem": ["[Running], he [runs] x"]])
        field.matchedFields = ["tag"]
        #expect(try highlight(#"{"stem": "x"}"#, query, [field]) == ["stem": ["[x]"]])
    }

    @Test func anotherQueryCanBeHighlighted() throws {
        var field = bracketed()
        field.query = term("hen")
        #expect(
            try highlight(#"{"body": "fox and hen"}"#, term("fox"), [field])
                == ["body": ["fox and [hen]"]])
    }

    @Test(.timeLimit(.minutes(1)))
    func longRowsOfOneWordTakeNoTime() throws {
        let text = Array(repeating: "a", count: 50_000).joined(separator: " ")
        let found = try highlight(
            #"{"body": "\#(text)"}"#, phrase(["a", "a", "b"], slop: 2), [bracketed()])
        #expect(found == [:])
        let all = try highlight(
            #"{"body": "\#(text)"}"#, phrase(["a", "a"], slop: 1), [bracketed()])
        #expect(all["body"]?.count == 5)
    }
}
