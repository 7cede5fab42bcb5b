// Hostile input: the parsers answer or refuse, whatever the bytes.

import Analysis
import Testing

@testable import Queries

@Suite struct ParserFuzzTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func queryStringsNeverCrash(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "a", "title", ":", "(", ")", "\"", "[", "]", "{", "}", " TO ", "*", "?", "~", "^", "2",
            " ", "AND", "OR", "NOT", "&&", "||", "+", "-", "!", "\\", "/", ">", "<", "=",
            "é", "日",
            "_exists_", "99999999999999999999", "year", "now-1d", "a*b", "/a.c/", "~1", "[^b]",
        ]
        let mappings: JSONValue = [
            "properties": ["title": ["type": "text"], "year": ["type": "integer"]]
        ]
        let schema = try Schema(mappings: mappings, settings: nil)
        let analyzer = QueryAnalyzer(schema: schema, nowMilliseconds: 0)
        var accepted = 0
        for _ in 0..<3000 {
            let text = (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }
                .joined()
            let query = Query.queryString(QueryStringQuery(text: text))
            do {
                let form = try analyzer.normalForm(query)
                let again = try analyzer.normalForm(form)
                #expect(again == form, "seed \(seed): \(text)")
                accepted += 1
            } catch {
                #expect(error.status == 400, "seed \(seed): \(text)")
            }
        }
        #expect(accepted > 100)
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func bodiesNeverCrash(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bodies = [
            "{'query':{'bool':{'must':[{'match':{'title':{'query':'a b','boost':2}}}],"
                + "'filter':{'range':{'year':{'gte':1,'lt':'now'}}},"
                + "'minimum_should_match':'2<75%'}},"
                + "'sort':[{'year':{'order':'desc','missing':'_last'}}],'size':3,'from':1}",
            "{'aggs':{'t':{'terms':{'field':'tag','size':5,'order':[{'_count':'desc'}]}},"
                + "'r':{'range':{'field':'year','ranges':[{'from':1,'to':2}]}}},'timeout':'1s',"
                + "'highlight':{'fields':{'title':{}}},'_source':['a*'],'track_total_hits':7}",
            "{'query':{'dis_max':{'queries':[{'ids':{'values':['x']}},{'exists':{'field':'a'}},"
                + "{'terms':{'a':[1,2.5,true]}},{'query_string':{'query':'a:b AND c*'}}]}}}",
            "{'query':{'bool':{'should':[{'regexp':{'a':{'value':'a(b|c)~d{2,3}','flags':'ALL'}}},"
                + "{'wildcard':{'a':{'value':'a*?b','case_insensitive':true}}},"
                + "{'fuzzy':{'a':{'value':'abcdef','fuzziness':'AUTO:3,6','prefix_length':1}}},"
                + "{'match_phrase_prefix':{'a':{'query':'x y','max_expansions':5}}}]}}}",
        ].map { Array($0.replacing("'", with: "\"").utf8) }
        let tokens = ["{", "}", "[", "]", ",", ":", "null", "-1", "1e999", "\"\"", "true", "\"a\""]
            .map { Array($0.utf8) }
        for _ in 0..<3000 {
            var body = bodies[random.below(bodies.count)]
            for _ in 0...random.below(3) {
                let place = random.below(body.count)
                switch random.below(3) {
                case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
                case 1:
                    body.replaceSubrange(place...place, with: tokens[random.below(tokens.count)])
                default: body.removeSubrange(place..<min(body.count, place + random.below(9)))
                }
            }
            do {
                let request = try QueryDSLParser.parseSearch(body)
                #expect(!request.canonicalBytes().isEmpty)
            } catch {
                #expect(error.status == 400 && !error.reason.isEmpty, "seed \(seed)")
            }
        }
    }
}
