// What the query DSL accepts, in short and long form, and how it refuses the rest.

import Analysis
import Testing

@testable import Queries

@Suite struct QueryDSLParserTests {
    @Test(arguments: [
        ("{'match_all':{}}", "all"),
        ("{'match_all':{'boost':2.5}}", "all^2.5"),
        ("{'match_none':{}}", "none"),
        ("{'term':{'tag':'red'}}", "tag=\"red\""),
        ("{'term':{'tag':{'value':'red','boost':3}}}", "tag=\"red\"^3.0"),
        ("{'term':{'year':1999}}", "year=1999"),
        (
            "{'terms':{'tag':['red','blue'],'boost':2}}",
            "tag=[\"\\\"red\\\"\", \"\\\"blue\\\"\"]^2.0"
        ),
        ("{'match':{'title':'red ants'}}", "match(title \"red ants\")"),
        (
            "{'match':{'title':{'query':'red ants','operator':'AND',"
                + "'minimum_should_match':'75%'}}}",
            "match(title \"red ants\" operator=and minimum=75%)"
        ),
        (
            "{'match':{'title':{'query':'x','minimum_should_match':-1,'zero_terms_query':'all'}}}",
            "match(title \"x\" minimum=-1 zero=all)"
        ),
        ("{'match_phrase':{'title':'red ants'}}", "phrase(title \"red ants\")"),
        (
            "{'match_phrase':{'title':{'query':'red ants','slop':2,'boost':4}}}",
            "phrase(title \"red ants\" slop=2^4.0)"
        ),
        (
            "{'multi_match':{'query':'ants','fields':['title^3','body']}}",
            "multi(title^3.0,body \"ants\" best_fields)"
        ),
        (
            "{'multi_match':{'query':'ants','fields':'title','type':'phrase','slop':'1'}}",
            "multi(title \"ants\" phrase slop=1)"
        ),
        (
            "{'multi_match':{'query':'ants','type':'most_fields','tie_breaker':0.5}}",
            "multi( \"ants\" most_fields tie=0.5)"
        ),
        ("{'range':{'year':{'gte':1990,'lt':2000}}}", "year in [1990, 2000}"),
        ("{'range':{'year':{'gt':1990}}}", "year in {1990, *]"),
        ("{'range':{'year':{'from':1,'to':2,'include_upper':false}}}", "year in [1, 2}"),
        ("{'range':{'year':{'gte':null,'lte':5}}}", "year in [*, 5]"),
        (
            "{'range':{'day':{'gte':'now-7d/d','format':'yyyy-MM-dd','time_zone':'+02:00'}}}",
            "day in [\"now-7d/d\", *] format=yyyy-MM-dd zone=+02:00"
        ),
        ("{'exists':{'field':'tag'}}", "exists(tag)"),
        ("{'ids':{'values':['b','a',7]}}", "ids(b,a,7)"),
        ("{'ids':{'values':'a'}}", "ids(a)"),
        ("{'prefix':{'tag':'re'}}", "tag:re*"),
        ("{'prefix':{'tag':{'value':'re','boost':2}}}", "tag:re*^2.0"),
        (
            "{'query_string':{'query':'a AND b','default_field':'title','default_operator':'and'}}",
            "string(title 'a AND b' operator=and)"
        ),
        ("{'query_string':{'query':'a','fields':['t^2','b']}}", "string(t^2.0,b 'a')"),
        ("{'query_string':{'query':'a','default_field':'*'}}", "string( 'a')"),
        (
            "{'constant_score':{'filter':{'term':{'tag':'red'}},'boost':2}}",
            "constant(tag=\"red\")^2.0"
        ),
        (
            "{'dis_max':{'queries':[{'term':{'a':1}},{'term':{'b':2}}],'tie_breaker':0.5,"
                + "'boost':2}}",
            "max(a=1^2.0, b=2^2.0; tie 0.5)"
        ),
    ])
    func accepts(_ json: String, _ expected: String) {
        #expect(parsed(json) == expected)
    }

    @Test(arguments: [
        (
            "{'boosting':{'positive':{'term':{'a':1}},'negative':{'term':{'b':2}},"
                + "'negative_boost':0.5,'boost':3}}",
            "demote(a=1^3.0 by b=2 to 0.5)"
        ),
        (
            "{'boosting':{'positive':{'term':{'a':1}},'negative':{'term':{'b':2}}}}",
            "[parsing_exception] [boosting] query needs [negative_boost]"
        ),
        (
            "{'boosting':{'positive':{'term':{'a':1}},'negative':{'term':{'b':2}},"
                + "'negative_boost':2}}",
            "[illegal_argument_exception] [negative_boost] of [boosting] query must be from 0 to "
                + "1; got [2.0]"
        ),
        (
            "{'multi_match':{'query':'x','type':'cross_fields','fuzziness':1}}",
            "[illegal_argument_exception] [fuzziness] of [multi_match] query is not allowed for "
                + "[type] [cross_fields]; use [best_fields], [most_fields] or [bool_prefix]"
        ),
        (
            "{'multi_match':{'query':'x','type':'cross_fields','operator':'and','fields':['a^2']}}",
            "multi(a^2.0 \"x\" cross_fields operator=and)"
        ),
        (
            "{'combined_fields':{'query':'x','operator':'and','fields':['a^2','b'],'boost':2}}",
            "multi(a^2.0,b \"x\" combined_fields operator=and^2.0)"
        ),
    ])
    func readsDemotionsAndCrossFields(_ json: String, _ expected: String) {
        #expect(parsed(json) == expected)
    }

    @Test(arguments: [
        ("{'bool':{}}", "all"),
        ("{'bool':{'must':{'term':{'a':1}}}}", "bool(must: [a=1])"),
        (
            "{'bool':{'must':[{'term':{'a':1}}],'should':[{'term':{'b':1}}],'boost':2}}",
            "bool(must: [a=1^2.0], should: [b=1^2.0])"
        ),
        (
            "{'bool':{'should':[{'term':{'a':1}},{'term':{'b':1}}]}}",
            "bool(should: [a=1, b=1], minimum: 1)"
        ),
        (
            "{'bool':{'filter':{'term':{'c':1}},'should':[{'term':{'a':1}},{'term':{'b':1}}],"
                + "'minimum_should_match':'50%'}}",
            "bool(should: [a=1, b=1], filter: [c=1], minimum: 1)"
        ),
        (
            "{'bool':{'should':[{'term':{'a':1}},{'term':{'b':1}}],'minimum_should_match':0}}",
            "bool(should: [a=1, b=1], minimum: 1)"
        ),
        (
            "{'bool':{'filter':{'term':{'a':1}},'must_not':{'term':{'b':1}},'boost':7,"
                + "'adjust_pure_negative':true}}",
            "bool(filter: [a=1], mustNot: [b=1])"
        ),
    ])
    func acceptsBool(_ json: String, _ expected: String) {
        #expect(parsed(json) == expected)
    }

    @Test(arguments: [
        (
            "{'nested':{'a':'b'}}",
            "[parsing_exception] unknown query [nested]; known are [bool, boosting, "
                + "combined_fields, constant_score, dis_max, exists, function_score, fuzzy, ids, "
                + "match, match_all, match_bool_prefix, match_none, "
                + "match_phrase, match_phrase_prefix, multi_match, prefix, query_string, range, "
                + "regexp, term, terms, terms_set, wildcard]"
        ),
        ("{}", "[parsing_exception] query malformed, empty clause found"),
        (
            "{'term':{'a':1},'exists':{'field':'b'}}",
            "[parsing_exception] [term] malformed query, expected one query per object but found "
                + "also [exists]; use [bool] to combine queries"
        ),
        (
            "{'match':{'title':{'query':'x','analyzer':'simple'}}}",
            "[parsing_exception] [match] query for field [title] does not support [analyzer]; "
                + "known are [query, operator, minimum_should_match, fuzziness, prefix_length, "
                + "fuzzy_max_doc_freq, max_expansions, fuzzy_transpositions, "
                + "zero_terms_query, lenient, boost]"
        ),
        (
            "{'match':{'a':'x','b':'y'}}",
            "[parsing_exception] [match] query doesn't support multiple fields, found [a] and [b]"
        ),
        (
            "{'match':{'title':{'query':'x','operator':'xor'}}}",
            "[parsing_exception] [operator] of [match] query for field [title] must be one of "
                + "[or, and]; got \"xor\""
        ),
        (
            "{'match':{'title':['x']}}",
            "[parsing_exception] [match] query for field [title] needs a text, number or boolean; "
                + "got an array"
        ),
        (
            "{'range':{'year':{'gt':1,'gte':2}}}",
            "[parsing_exception] [range] query for field [year] takes only one of [gt, gte, from]"
        ),
        (
            "{'range':{'year':{'gte':1,'time_zone':'Europe/Berlin'}}}",
            "[parsing_exception] [time_zone] of [range] query for field [year] must be an offset "
                + "such as +02:00, or Z; got [Europe/Berlin]"
        ),
        (
            "{'term':{'a':{'value':1,'boost':-2}}}",
            "[illegal_argument_exception] negative [boost] are not allowed in [term] query for "
                + "field [a]; got [-2.0]"
        ),
        (
            "{'bool':{'must':{'term':{'a':{'value':1,'boost':900}}},'boost':2}}",
            "[illegal_argument_exception] [boost] in a query is [1800.0]; with the boosts around "
                + "it, it must not exceed [1000.0]"
        ),
        (
            "{'bool':{'must_not_match':[]}}",
            "[parsing_exception] [bool] query does not support [must_not_match]; known are [must, "
                + "should, filter, must_not, minimum_should_match, boost, adjust_pure_negative]"
        ),
        (
            "{'terms':{'a':'x'}}",
            "[parsing_exception] [terms] query for field [a] needs an array of values; got a string"
        ),
        (
            "{'multi_match':{'query':'x','type':'any'}}",
            "[parsing_exception] [type] of [multi_match] query must be one of [best_fields, "
                + "most_fields, phrase, phrase_prefix, bool_prefix, cross_fields, "
                + "combined_fields]; got \"any\""
        ),
        (
            "{'match':{'t':{'query':'x','minimum_should_match':'many'}}}",
            "[illegal_argument_exception] [minimum_should_match] must be a count (2, -1), a "
                + "percentage (75%, -25%) or conditions (2<75% 9<-3); got [many]"
        ),
    ])
    func refuses(_ json: String, _ expected: String) {
        #expect(parsed(json) == expected)
    }

    @Test func refusesDepthAndNumber() {
        let deep =
            String(repeating: "{'bool':{'must':[", count: 60) + "{'match_all':{}}"
            + String(repeating: "]}}", count: 60)
        #expect(refusal("{'query':\(deep)}").contains("nested more than [50] deep"))
        let many =
            "{'bool':{'should':["
            + Array(repeating: "{'match_all':{}}", count: 1024).joined(separator: ",") + "]}}"
        #expect(refusal("{'query':\(many)}").contains("more than [1024] clauses"))
    }

    @Test func countTakesOnlyAQuery() throws {
        let count = try QueryDSLParser.parseCount(Array(#"{"query":{"term":{"a":1}}}"#.utf8))
        #expect(outline(count.query) == "a=1")
        #expect(count.size == 0)
        #expect(count.trackTotalHits == .exactly)
        #expect(throws: RequestError.self) {
            try QueryDSLParser.parseCount(Array(#"{"size":1}"#.utf8))
        }
        let empty = try QueryDSLParser.parseCount([], parameters: [("q", "red")], indices: ["x"])
        #expect(outline(empty.query) == "string( 'red')")
    }
}
