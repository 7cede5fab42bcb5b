// Which searches are looked at twice, and the order that evidence gives.

import Analysis
import Testing

@testable import Queries

@Suite struct RerankingTests {
    private static let mappings = """
        {"properties":{
          "title":{"type":"text","analyzer":"english","fields":{"keyword":{"type":"keyword"}}},
          "body":{"type":"text","analyzer":"english"},
          "plain":{"type":"text"},
          "year":{"type":"integer"}
        }}
        """

    private static func reranking(
        _ body: String, mappings: String = mappings, settings: JSONValue? = nil
    ) throws -> Reranking? {
        let schema = try Schema(
            mappings: try JSONParser.parse(Array(mappings.utf8)), settings: settings)
        let request = try QueryDSLParser.parseSearch(
            Array(body.replacing("'", with: "\"").utf8), parameters: [], indices: ["books"])
        let analyzer = QueryAnalyzer(schema: schema, nowMilliseconds: 0)
        let what = try analyzer.fetchSpecification(for: request)
        let count = try analyzer.resolve(request).count
        if what.reranking != nil { #expect(count >= Reranking.window) }
        return what.reranking
    }

    @Test(arguments: [
        "{'query':{'match':{'body':'How do the running ants live?'}}}",
        "{'query':{'multi_match':{'query':'running ants live','fields':['body']}}}",
        "{'query':{'query_string':{'query':'running ants live','fields':['body']}}}",
        "{'query':{'query_string':{'query':'body:(running ants live)'}}}",
        "{'query':{'bool':{'must':{'match':{'body':'running ants live'}},"
            + "'filter':{'term':{'year':7}},'must_not':{'match':{'plain':'x'}}}}}",
        "{'query':{'match':{'body':'running ants live'}},'from':19,'size':1,'explain':true}",
    ])
    func questionsInEnglishFieldsAre(_ body: String) throws {
        let reranking = try #require(try Self.reranking(body))
        #expect(reranking.fields == [Reranking.Field(path: "body", boost: 1)])
        #expect(reranking.words.map(\.stem.text) == ["run", "ant", "live"])
        #expect(reranking.words.map(\.singular.text) == ["running", "ant", "live"])
    }

    @Test func fieldsComeInTheOrderOfTheMapping() throws {
        let reranking = try #require(
            try Self.reranking(
                "{'query':{'multi_match':{'query':'red ants','fields':['body^2','title*']}}}"))
        #expect(
            reranking.fields == [
                Reranking.Field(path: "title", boost: 1), Reranking.Field(path: "body", boost: 2),
            ])
    }

    @Test func functionWordsCountWhereThereAreNoOthers() throws {
        let reranking = try #require(
            try Self.reranking("{'query':{'match':{'body':'who are you'}}}"))
        #expect(reranking.words.map(\.stem.text) == ["who", "you"])
    }

    @Test(arguments: [
        "{'query':{'match':{'body':'ants'}}}",
        "{'query':{'match':{'body':'the ants'}}}",
        "{'query':{'match':{'plain':'running ants'}}}",
        "{'query':{'multi_match':{'query':'running ants'}}}",
        "{'query':{'multi_match':{'query':'running 7','fields':['body','year'],'lenient':true}}}",
        "{'query':{'multi_match':{'query':'running ants','fields':['body'],'type':'phrase'}}}",
        "{'query':{'match':{'body':{'query':'running ants','fuzziness':'AUTO'}}}}",
        "{'query':{'match_phrase':{'body':'running ants'}}}",
        "{'query':{'query_string':{'query':'running AND ants','fields':['body']}}}",
        "{'query':{'query_string':{'query':'runn* ants','fields':['body']}}}",
        "{'query':{'bool':{'should':[{'match':{'body':'red ants'}},{'match':{'title':'ants'}}]}}}",
        "{'query':{'match':{'body':'running ants'}},'sort':'year'}",
        "{'query':{'match':{'body':'running ants'}},'size':0}",
        "{'query':{'match':{'body':'running ants'}},'from':20}",
        "{'query':{'match':{'body':'running ants'}},'min_score':1}",
        "{'query':{'match':{'body':'running ants'}},'rerank':false}",
        "{'query':{'match':{'body':'running ants'}},'rescore':{'query':{'rescore_query':"
            + "{'match_all':{}}}}}",
        "{}",
    ])
    func othersAreNot(_ body: String) throws {
        #expect(try Self.reranking(body) == nil)
    }

    @Test func anAnalyzerOfOnesOwnIsNotEnglish() throws {
        let settings: JSONValue = [
            "analysis": ["analyzer": ["english": ["tokenizer": "whitespace"]]]
        ]
        let body = "{'query':{'match':{'body':'running ants'}}}"
        #expect(try Self.reranking(body) != nil)
        #expect(try Self.reranking(body, settings: settings) == nil)
    }

    // MARK: The order

    /// Three documents, two of them alike: shares 1, .5, .25; the vectors' products are
    /// c₀ = 1/2·1 + 1/4·0 + 1/16·.6, c₁ = 1·0 + 1/4·1/2 + 1/16·.8 and
    /// c₂ = 1·.6 + 1/4·.8 + 1/16·1/2.
    @Test func valuesAreThoseOfTheFormula() {
        let ranked = Reranker.rank([
            Evidence(score: 8, stems: [1], weights: [1]),
            Evidence(score: 4, stems: [2], weights: [1]),
            Evidence(score: 2, stems: [1, 2], weights: [0.6, 0.8]),
        ])
        let c0 = 0.5 + 0.0375
        let c1 = 0.125 + 0.05
        let c2 = 0.6 + 0.2 + 0.03125
        let values = [0.7 + 0.3 * c0 / c2, 0.35 + 0.3 * c1 / c2, 0.175 + 0.3]
        #expect(ranked.map(\.place) == [0, 2, 1])
        for (ranked, expected) in zip(ranked, [values[0], values[2], values[1]]) {
            #expect(abs(ranked.value - expected / values[0]) < 1e-7)
        }
        #expect(ranked[0].share == 1 && abs(ranked[1].similarity - 1) < 1e-12)
    }

    @Test func withoutEvidenceTheOrderStays() {
        let ranked = Reranker.rank([Evidence](repeating: Evidence(score: 0), count: 3))
        #expect(ranked.map(\.place) == [0, 1, 2])
        #expect(Reranker.rank([]).isEmpty)
        #expect(Reranker.rank([Evidence(score: 3)]).map(\.value) == [1])
    }
}
