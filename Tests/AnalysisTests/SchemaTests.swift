// Mappings: what they say, what they refuse, how they merge and print.

import Testing

@testable import Analysis

func schema(_ mappings: String, settings: String? = nil) throws -> Schema {
    try Schema(mappings: parse(mappings), settings: settings.map(parse))
}

struct SchemaTests {
    static let books = """
        {"dynamic":"strict","properties":{
          "title":{"type":"text","analyzer":"english","search_analyzer":"standard",
            "fields":{"keyword":{"type":"keyword","ignore_above":256}}},
          "author":{"properties":{"name":{"type":"keyword"},"born":{"type":"date",
            "format":"yyyy-MM-dd||epoch_second"}}},
          "year":{"type":"integer","index":false},"price":{"type":"double","doc_values":false},
          "sold":{"type":"long"},"rating":{"type":"float"},"new":{"type":"boolean"},
          "added":{"type":"date"},"body":{"type":"text","position_increment_gap":7}}}
        """

    @Test func readsAndPrints() throws {
        let schema = try schema(Self.books)
        #expect(
            schema.fields.map(\.path) == [
                "title", "title.keyword", "author.name", "author.born", "year", "price", "sold",
                "rating", "new", "added", "body",
            ])
        #expect(schema.dynamic == .strict)
        let title = try #require(schema["title"])
        #expect(title.analyzer == "english" && title.searchAnalyzer == "standard")
        #expect(!title.hasColumn && title.isIndexed && title.positionGap == 100)
        #expect(schema["title.keyword"]?.parent == "title")
        #expect(schema["title.keyword"]?.ignoreAbove == 256)
        #expect(schema["added"]?.formats == DateFormat.standard)
        #expect(schema["year"]?.isIndexed == false && schema["price"]?.hasColumn == false)
        #expect(schema.ordinal(of: "sold") == 6 && schema["author"] == nil)
        #expect(schema.isObject("author") && !schema.isObject("title"))
        #expect(schema.mappingsJSON() == (try parse(Self.books)))
    }

    @Test func encodesEverything() throws {
        var schema = try schema(Self.books, settings: #"{"index.mapping.total_fields.limit":"50"}"#)
        schema.version = 42
        schema.dateDetection = false
        #expect(schema.fieldLimit == 50)
        #expect(try Schema(encoded: schema.encoded()) == schema)
        let grown = try DocumentParser(schema: Schema()).parse(Array(#"{"a":{"b":"x"}}"#.utf8))
        let dynamic = try #require(grown.schema)
        #expect(try Schema(encoded: dynamic.encoded()) == dynamic)
        for damaged in ["", "{}", "[1]", #"{"version":1}"#] {
            #expect(throws: SchemaError.self) { try Schema(encoded: Array(damaged.utf8)) }
        }
    }

    @Test(arguments: [
        (
            #"{"properties":{"x":{"type":"geo_point"}}}"#,
            "No handler for type [geo_point] declared on field [x]"
        ),
        (
            #"{"properties":{"x":{"type":"text","foo":1}}}"#,
            "unknown parameter [foo] on mapper [x] of type [text]"
        ),
        (
            #"{"properties":{"x":{"type":"text","doc_values":true}}}"#,
            "unknown parameter [doc_values]"
        ),
        (#"{"properties":{"x":{}}}"#, "No type specified for field [x]"),
        (#"{"properties":{"x":3}}"#, "Expected map for property [properties] on field [x]"),
        (#"{"properties":[]}"#, "but got an array"), (#"[]"#, "mappings must be an object"),
        (#"{"foo":1}"#, "Root mapping definition has unsupported parameters: [foo : 1]"),
        (#"{"dynamic":"maybe"}"#, "[dynamic] must be"),
        (
            #"{"properties":{"x":{"type":"text","analyzer":"kuromoji"}}}"#,
            "analyzer [kuromoji] has not been configured for field [x]; known: arabic, armenian"
        ),
        (#"{"properties":{"x":{"type":"keyword","ignore_above":-1}}}"#, "[ignore_above]"),
        (#"{"properties":{"x":{"type":"keyword","index":"maybe"}}}"#, "must be true or false"),
        (#"{"properties":{"x":{"type":"keyword","store":true}}}"#, "can only be false, got true"),
        (
            #"{"properties":{"x":{"type":"date","format":"qq"}}}"#,
            "mapper [x]: Invalid format: [qq]"
        ),
        (
            #"{"properties":{"x":{"type":"text","fields":{"y":{"type":"text","fields":{}}}}}}"#,
            "without fields of its own"
        ),
        (
            #"{"properties":{"x":{"type":"text","fields":{"y.z":{"type":"text"}}}}}"#,
            "contain a dot"
        ),
        (#"{"properties":{"x":{"type":"object","enabled":false}}}"#, "unknown parameter [enabled]"),
        (#"{"properties":{"x":{"type":"nested"}}}"#, "No handler for type [nested]"),
        (#"{"properties":{"a..b":{"type":"text"}}}"#, "starts or ends with a dot"),
        (#"{"properties":{"":{"type":"text"}}}"#, "cannot be an empty string"),
        (#"{"properties":{"_id":{"type":"text"}}}"#, "is a metadata field"),
        (#"{"properties":{"a":{"type":"text"},"a.b":{"type":"text"}}}"#, "not an object"),
        (#"{"properties":{"a.b":{"type":"text"},"a":{"type":"text"}}}"#, "with an object mapping"),
        (#"{"properties":{"a":{"type":"text"},"a":{"type":"text"}}}"#, "duplicate key"),
    ])
    func refuses(mappings: String, reason: String) {
        do {
            _ = try schema(mappings)
            Issue.record("accepted \(mappings)")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test func takesItsOwnAnalyzers() throws {
        let settings = #"""
            {"index":{"analysis":{
              "analyzer":{"my":{"tokenizer":"whitespace","filter":["lowercase"]},
                          "default_search":{"type":"simple"}},
              "normalizer":{"low":{"filter":["lowercase","asciifolding"]}}}}}
            """#
        let mappings = #"""
            {"properties":{"a":{"type":"text","analyzer":"my"},"b":{"type":"text"},
              "c":{"type":"keyword","normalizer":"low"}}}
            """#
        let schema = try schema(mappings, settings: settings)
        #expect(schema["a"]?.analyzer == "my" && schema["a"]?.searchAnalyzer == "my")
        #expect(schema["b"]?.analyzer == "default")
        #expect(schema["b"]?.searchAnalyzer == "default_search")
        let analyzer = try #require(schema.analyzers.makeAnalyzer(named: "my"))
        #expect(analyzer.terms(of: "A-B c").map(\.term) == [Term("a-b"), Term("c")])
        let parsed = try DocumentParser(schema: schema).parse(Array(#"{"c":"Ünique"}"#.utf8))
        #expect(parsed.fields.map(\.value) == [.keyword("unique")])
        // Stored and read again, it is the same.
        let again = try Schema(encoded: schema.encoded())
        #expect(again == schema)
        #expect(again.analyzers.makeAnalyzer(named: "my") != nil)
        #expect(
            schema.mappingsJSON()["properties"]?["c"]
                == ["type": "keyword", "normalizer": "low"])
    }

    @Test func earlierSchemasKeepTheirAnalyzer() throws {
        let earlier = #"""
            {"version":3,"dynamic":"true","date_detection":true,"field_limit":1000,
             "fields":[{"path":"a","definition":{"type":"text"}}]}
            """#
        #expect(try Schema(encoded: Array(earlier.utf8))["a"]?.analyzer == "standard")
        let now = try schema(#"{"properties":{"a":{"type":"text"}}}"#)
        #expect(try Schema(encoded: now.encoded())["a"]?.analyzer == "default")
    }

    @Test func refusesAnalyzersItDoesNotHave() {
        for (mapping, reason) in [
            (#"{"type":"text","analyzer":"my"}"#, "analyzer [my] has not been configured"),
            (#"{"type":"keyword","normalizer":"my"}"#, "normalizer [my] not found"),
            (#"{"type":"text","normalizer":"my"}"#, "unknown parameter [normalizer]"),
        ] {
            let error = #expect(throws: SchemaError.self) {
                try schema("{\"properties\":{\"a\":\(mapping)}}")
            }
            #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
        }
    }

    @Test func merges() throws {
        let old = try schema(Self.books)
        let same = try old.adding(mappings: parse(Self.books))
        #expect(same == old)
        let more = try old.adding(
            mappings: parse(
                #"{"properties":{"pages":{"type":"integer"},"#
                    + #""title":{"type":"text","analyzer":"english","#
                    + #""fields":{"raw":{"type":"keyword"}}}}}"#))
        #expect(more.version == old.version + 1)
        #expect(more.fields.suffix(2).map(\.path) == ["pages", "title.raw"])
        #expect(more["title"]?.searchAnalyzer == "english")
        #expect(more.multiFields(of: 0) == [1, 12])
    }

    @Test(arguments: [
        (
            #"{"properties":{"year":{"type":"text"}}}"#,
            "mapper [year] cannot be changed from type [integer] to [text]"
        ),
        (
            #"{"properties":{"body":{"type":"text"}}}"#,
            "Cannot update parameter [position_increment_gap] from [7] to [100]"
        ),
        (#"{"properties":{"year":{"properties":{}}}}"#, "can't merge an object mapping [year]"),
        (
            #"{"properties":{"author":{"type":"text"}}}"#,
            "can't merge a non object mapping [author]"
        ),
    ])
    func refusesToMerge(mappings: String, reason: String) throws {
        let old = try schema(Self.books)
        let error = #expect(throws: SchemaError.self) { try old.adding(mappings: parse(mappings)) }
        #expect(error?.type == "illegal_argument_exception")
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func fieldLimit() throws {
        let settings = #"{"index":{"mapping":{"total_fields":{"limit":2}}}}"#
        let two = #"{"properties":{"a":{"type":"text","fields":{"b":{"type":"keyword"}}}}}"#
        let full = try schema(two, settings: settings)
        #expect(full.fieldLimit == 2)
        let error = #expect(throws: SchemaError.self) {
            try full.adding(mappings: parse(#"{"properties":{"c":{"type":"long"}}}"#))
        }
        #expect(error?.reason.contains("Limit of total fields [2] has been exceeded") == true)
    }
}
