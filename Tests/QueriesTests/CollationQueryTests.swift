// Queries on fields of sort keys: values become keys, and what keys cannot answer is refused.

import Analysis
import Testing

@testable import Queries

private let mappings = """
    {"properties":{"title":{"type":"text"},"name":{"type":"icu_collation_keyword",
      "language":"de","strength":"primary"}}}
    """

private func schema() throws -> Schema {
    try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
}

private func normal(_ text: String, _ schema: Schema) -> String {
    do {
        let analyzer = QueryAnalyzer(schema: schema, nowMilliseconds: 0)
        let form = try analyzer.normalForm(try parse(text))
        #expect(try analyzer.normalForm(form) == form, "normalising \(text) twice differs")
        return outline(form)
    } catch {
        return "\(error)"
    }
}

@Suite struct CollationQueryTests {
    @Test func valuesBecomeKeys() throws {
        let schema = try schema()
        let normalizer = schema["name"]?.normalizer
        func key(_ text: String) -> String { schema.analyzers.normalize(text, with: normalizer) }
        #expect(key("Äpfel") == key("apfel") && key("apfel") != "apfel")
        let apple = "name:\(key("apfel"))"
        for query in [
            "{'term':{'name':'ÄPFEL'}}", "{'match':{'name':'Apfel'}}",
            "{'match_phrase':{'name':'Apfel'}}",
            "{'query_string':{'query':'name:\\u0022Äpfel\\u0022'}}",
            "{'multi_match':{'query':'Äpfel','fields':['name'],'type':'cross_fields'}}",
        ] {
            #expect(normal(query, schema) == apple, "\(query)")
        }
        #expect(
            normal("{'range':{'name':{'gte':'Äpfel','lt':'Ofen'}}}", schema)
                == "name:['\(key("apfel"))', '\(key("ofen"))'}")
        #expect(normal("{'multi_match':{'query':'x','fields':['*']}}", schema) == "title:x")
    }

    @Test(arguments: [
        ("{'prefix':{'name':'a'}}", "prefix"), ("{'wildcard':{'name':'a*b'}}", "wildcard"),
        ("{'regexp':{'name':'a.'}}", "regexp"), ("{'fuzzy':{'name':'ab'}}", "fuzzy"),
        ("{'match':{'name':{'query':'ab','fuzziness':1}}}", "fuzzy"),
        ("{'match_bool_prefix':{'name':'ab'}}", "prefix"),
    ])
    func keysHaveNoBeginnings(query: String, kind: String) throws {
        let answer = normal(query, try schema())
        #expect(
            answer.contains("Can only use \(kind) queries on keyword and text fields"), "\(answer)")
        #expect(answer.contains("[icu_collation_keyword]"), "\(answer)")
    }

    @Test func keysOfAnotherVersionAreNotCompared() throws {
        let schema = try schema()
        let version = try #require(schema["name"]?.collation?.version)
        let text = String(decoding: schema.encoded(), as: UTF8.self)
        let older = try Schema(
            encoded: Array(text.replacing("\"\(version)\"", with: "\"1.2.3.4\"").utf8))
        for query in [
            "{'term':{'name':'a'}}", "{'range':{'name':{'gt':'a'}}}", "{'match':{'name':'a'}}",
            "{'multi_match':{'query':'x','fields':['name'],'type':'cross_fields'}}",
        ] {
            #expect(normal(query, older).contains("version [1.2.3.4] of ICU's order"), "\(query)")
        }
        var request = SearchRequest()
        request.sort = [SortClause(field: .field("name"))]
        let analyzer = QueryAnalyzer(schema: older, nowMilliseconds: 0)
        #expect(throws: RequestError.self) { try analyzer.resolve(request) }
        _ = try QueryAnalyzer(schema: schema, nowMilliseconds: 0).resolve(request)
        #expect(normal("{'exists':{'field':'name'}}", older).contains("name"))
    }
}
