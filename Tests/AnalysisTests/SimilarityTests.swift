// BM25's parameters in settings and mappings: what they say, what they refuse, how they print.

import Testing

@testable import Analysis

struct SimilarityTests {
    static let mappings = """
        {"properties":{"title":{"type":"text","similarity":"short"},
          "body":{"type":"text","fields":{"exact":{"type":"text","similarity":"BM25"}}},
          "tag":{"type":"keyword"}}}
        """
    static let settings = """
        {"index":{"similarity":{"short":{"type":"BM25","k1":0.9,"b":"0.4"}}},
         "similarity.default.k1":2,"number_of_shards":3}
        """

    @Test func fieldsNameThem() throws {
        let schema = try schema(Self.mappings, settings: Self.settings)
        #expect(schema["title"]?.similarity == Similarity(k1: 0.9, b: 0.4))
        #expect(schema["body"]?.similarity == Similarity(k1: 2, b: 0.75))
        #expect(schema["body.exact"]?.similarity == .standard)
        #expect(try Schema(encoded: schema.encoded()) == schema)
        #expect(
            try parse(Self.settings)["index"]?["similarity"]?["short"]
                == schema.similarities.settings["short"])
        #expect(schema.mappingsJSON()["properties"]?["title"]?["similarity"] == "short")
        #expect(schema.mappingsJSON()["properties"]?["body"]?["similarity"] == nil)
        let plain = try self.plain()
        #expect(plain["body"]?.similarity == .standard && plain.similarities == .standard)
    }

    private func plain() throws -> Schema {
        try schema(#"{"properties":{"body":{"type":"text"}}}"#)
    }

    @Test func aFieldMayChangeIts() throws {
        let schema = try schema(Self.mappings, settings: Self.settings)
        let changed = try schema.adding(
            mappings: parse(#"{"properties":{"title":{"type":"text","similarity":"BM25"}}}"#))
        #expect(changed["title"]?.similarity == .standard && changed.version == schema.version + 1)
    }

    @Test func parametersChangeWithoutIndexingAgain() throws {
        let schema = try schema(Self.mappings, settings: Self.settings)
        func changing(_ section: String) throws -> Schema {
            try schema.changing(similarity: #require(parse(section).objectValue))
        }
        let changed = try changing(
            #"{"short":{"k1":3},"default":{"b":0},"new":{"k1":1}}"#)
        #expect(changed["title"]?.similarity == Similarity(k1: 3, b: 0.4))
        #expect(changed["body"]?.similarity == Similarity(k1: 2, b: 0))
        #expect(changed["body.exact"]?.similarity == .standard)
        #expect(changed.version == schema.version + 1)
        #expect(try Schema(encoded: changed.encoded()) == changed)
        #expect(try changing(#"{"short":{"k1":0.9}}"#) == schema)
        #expect(throws: SchemaError.self) { try changing(#"{"short":{"b":2}}"#) }
    }

    @Test(arguments: [
        (#"{"similarity":{"BM25":{"k1":1}}}"#, "[BM25] is built in"),
        (#"{"similarity":{"a":{"type":"DFR"}}}"#, "has type [DFR]; the only type is [BM25]"),
        (#"{"similarity":{"a":{"k1":-1}}}"#, "[k1] of similarity [a] must be a number from 0"),
        (#"{"similarity":{"a":{"b":1.5}}}"#, "[b] of similarity [a] must be a number from 0 to 1"),
        (#"{"similarity":{"a":{"b":"much"}}}"#, #"got "much""#),
        (#"{"similarity":{"a":{"k3":1}}}"#, "similarity [a] cannot be given [k3 : 1]"),
        (#"{"similarity":{"a":7}}"#, "similarity [a] must be an object"),
    ])
    func wrongSettingsAreNamed(_ settings: String, _ reason: String) throws {
        let error = #expect(throws: SchemaError.self) { try schema("{}", settings: settings) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func anUnknownOneIsNamed() throws {
        let error = #expect(throws: SchemaError.self) {
            try schema(
                #"{"properties":{"x":{"type":"text","similarity":"long"}}}"#,
                settings: Self.settings)
        }
        #expect(
            error?.reason
                == "Unknown Similarity type [long] for field [x]; known: BM25, default, short")
    }
}
