// Rules of synonyms that change while an index serves: what may change, and who may use them.

import Testing

@testable import Analysis

struct SynonymChangeTests {
    static let settings = """
        {"analysis":{
          "filter":{
            "places":{"type":"synonym_graph","updateable":true,"synonyms":["ny, new york"]},
            "fixed":{"type":"synonym","synonyms":["tv, television"]},
            "short":{"type":"stop","stopwords":["a"]}},
          "analyzer":{
            "asked":{"tokenizer":"whitespace","filter":["lowercase","places"]},
            "kept":{"tokenizer":"whitespace","filter":["lowercase","fixed","short"]}}}}
        """
    static let mappings = """
        {"properties":{"title":{"type":"text","analyzer":"kept","search_analyzer":"asked"}}}
        """

    private func index() throws -> Schema {
        try schema(Self.mappings, settings: Self.settings)
    }

    private func changed(_ schema: Schema, _ section: String) throws -> Schema {
        try schema.changing(analysis: try #require(parse(section).objectValue))
    }

    private func terms(_ schema: Schema, _ text: String) throws -> Set<String> {
        let terms = schema.analyzers.pool.with("asked") { $0.terms(of: text).map(\.term.text) }
        return Set(try #require(terms))
    }

    @Test func laterSearchesTakeNewRules() throws {
        let schema = try index()
        #expect(try terms(schema, "NY la") == ["ny", "new", "york", "la"])
        let changed = try changed(
            schema, #"{"filter":{"places":{"synonyms":["la, los angeles"]}}}"#)
        #expect(changed.version == schema.version + 1)
        #expect(try terms(changed, "NY la") == ["ny", "la", "los", "angeles"])
        #expect(try terms(schema, "NY la") == ["ny", "new", "york", "la"], "others go on")
        #expect(changed.fields == schema.fields)
        #expect(try Schema(encoded: changed.encoded()) == changed)
        let filter = changed.analyzers.settings["filter"]?["places"]
        #expect(filter?["type"] == "synonym_graph" && filter?["updateable"] == true)
    }

    @Test func whatIsThereAlreadyChangesNothing() throws {
        let schema = try index()
        for section in [
            "{}", #"{"filter":{"places":{"synonyms":["ny, new york"]}}}"#,
            #"{"filter":{"short":{"stopwords":["a"]}}}"#,
            String(describing: try #require(parse(Self.settings)["analysis"])),
        ] {
            #expect(try changed(schema, section).version == schema.version, "\(section)")
        }
    }

    @Test(arguments: [
        (#"{"filter":{"fixed":{"synonyms":["a, b"]}}}"#, "index.analysis.filter.fixed.synonyms]"),
        (#"{"filter":{"short":{"stopwords":["b"]}}}"#, "index.analysis.filter.short.stopwords]"),
        (
            #"{"filter":{"places":{"updateable":false}}}"#,
            "index.analysis.filter.places.updateable]"
        ),
        (#"{"filter":{"places":{"expand":false}}}"#, "index.analysis.filter.places.expand]"),
        (#"{"filter":{"new":{"type":"stop"}}}"#, "index.analysis.filter.new]"),
        (#"{"filter":{"places":5}}"#, "index.analysis.filter.places]"),
        (#"{"analyzer":{"asked":{"filter":[]}}}"#, "index.analysis.analyzer.asked.filter]"),
        (#"{"tokenizer":{"t":{"type":"standard"}}}"#, "index.analysis.tokenizer.t]"),
        (
            #"{"filter":{"places":{"synonyms":["a => b => c"]}}}"#,
            "[index.analysis.filter.places] parameter [synonyms]: the rule [a => b => c]"
        ),
        (#"{"filter":{"places":{"synonyms":null}}}"#, "needs the parameter [synonyms]"),
    ])
    func everythingElseStays(section: String, reason: String) throws {
        let schema = try index()
        let error = #expect(throws: SchemaError.self) { try changed(schema, section) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
        #expect(error?.type == "illegal_argument_exception")
    }

    /// Documents would keep the terms of rules that are gone.
    @Test func documentsCannotBeAnalysedWithThem() throws {
        let error = #expect(throws: SchemaError.self) {
            try schema(
                #"{"properties":{"x":{"type":"text","analyzer":"asked"}}}"#,
                settings: Self.settings)
        }
        #expect(
            error?.reason.contains(
                "analyzer [asked] contains filters [places] that are not allowed")
                == true, "\(error?.reason ?? "")")
        let asDefault = #expect(throws: SchemaError.self) {
            try schema("{}", settings: Self.settings.replacing(#""asked""#, with: #""default""#))
        }
        #expect(asDefault?.reason.contains("[index.analysis.analyzer.default]") == true)
        _ = try schema(
            "{}", settings: Self.settings.replacing(#""asked""#, with: #""default_search""#))
    }
}
