// Queries under a mapping: analysis, values by type, the normal form, whole requests.

import Analysis
import Testing

@testable import Queries

/// 2026-01-15T12:00:00Z
private let now: Int64 = 1_768_478_400_000

private func schema() throws -> Schema {
    let mappings = """
        {"properties":{
          "title":{"type":"text","fields":{"keyword":{"type":"keyword"}}},
          "body":{"type":"text","analyzer":"english"},
          "tag":{"type":"keyword"},
          "year":{"type":"integer"},
          "views":{"type":"long"},
          "price":{"type":"float"},
          "rating":{"type":"double"},
          "live":{"type":"boolean"},
          "day":{"type":"date"},
          "secret":{"type":"keyword","index":false},
          "user":{"properties":{"name":{"type":"keyword"},"age":{"type":"integer"}}}
        }}
        """
    return try Schema(mappings: try JSONParser.parse(Array(mappings.utf8)), settings: nil)
}

private func normal(_ text: String) -> String {
    do {
        let analyzer = QueryAnalyzer(schema: try schema(), nowMilliseconds: now)
        let form = try analyzer.normalForm(try parse(text))
        #expect(try analyzer.normalForm(form) == form, "normalising \(text) twice differs")
        return outline(form)
    } catch {
        return "\(error)"
    }
}

private func string(_ text: String, _ more: String = "") -> String {
    let quoted = JSONValue.string(text).description.replacing("'", with: "\\u0027")
    return normal("{'query_string':{'query':\(quoted)\(more)}}")
}

@Suite struct QueryAnalyzerTests {
    @Test(arguments: [
        ("{'match':{'title':'Red ANTS'}}", "bool(should: [title:red, title:ants], minimum: 1)"),
        ("{'match':{'title':'ants'}}", "title:ants"),
        ("{'match':{'title':'...'}}", "none"),
        ("{'match':{'title':{'query':'...','zero_terms_query':'all'}}}", "all"),
        ("{'match':{'nowhere':'ants'}}", "none"),
        ("{'match':{'tag':'Red ANTS'}}", "tag:Red ANTS"),
        ("{'match':{'year':'1999'}}", "year:[1999, 1999]"),
        (
            "{'match':{'title':{'query':'red ants','operator':'and','boost':2}}}",
            "bool(must: [title:red^2.0, title:ants^2.0])"
        ),
        (
            "{'match':{'title':{'query':'a b c d','minimum_should_match':'50%'}}}",
            "bool(should: [title:a, title:b, title:c, title:d], minimum: 2)"
        ),
        (
            "{'match':{'title':{'query':'a b','minimum_should_match':'100%'}}}",
            "bool(must: [title:a, title:b])"
        ),
        ("{'match':{'title':{'query':'a b','minimum_should_match':3}}}", "none"),
        (
            "{'match':{'title':'ant ant bee'}}",
            "bool(should: [title:ant^2.0, title:bee], minimum: 1)"
        ),
        ("{'match':{'body':'running ants'}}", "bool(should: [body:ant, body:run], minimum: 1)"),
        ("{'match_phrase':{'title':'Red ants'}}", "title:\"red@0 ants@1\""),
        ("{'match_phrase':{'title':{'query':'red ants','slop':2}}}", "title:\"red@0 ants@1\"~2"),
        ("{'match_phrase':{'title':'ants'}}", "title:ants"),
        (
            "{'multi_match':{'query':'red ants','fields':['title^2','tag']}}",
            "max(tag:red ants, bool(should: [title:red^2.0, title:ants^2.0], minimum: 1))"
        ),
        (
            "{'multi_match':{'query':'ants','fields':['title','body'],'type':'most_fields'}}",
            "bool(should: [body:ant, title:ants], minimum: 1)"
        ),
        (
            "{'multi_match':{'query':'red ants','fields':['title'],'type':'phrase'}}",
            "title:\"red@0 ants@1\""
        ),
        (
            "{'multi_match':{'query':'ants'}}",
            "max(tag:ants, body:ant, title:ants, user.name:ants, title.keyword:ants)"
        ),
        (
            "{'multi_match':{'query':'ants','fields':['title*'],'tie_breaker':0.3}}",
            "max(title:ants, title.keyword:ants; tie 0.3)"
        ),
    ])
    func analysesText(_ query: String, _ expected: String) {
        let result = normal(query)
        #expect(result == expected, "\(query)")
    }

    @Test(arguments: [
        ("{'term':{'tag':'Red'}}", "tag:Red"),
        ("{'term':{'title':'Red'}}", "title:Red"),
        ("{'term':{'year':{'value':'1999','boost':2}}}", "year:[1999, 1999]^2.0"),
        ("{'term':{'year':19.5}}", "none"),
        (
            "{'term':{'views':9223372036854775807}}",
            "views:[9223372036854775807, 9223372036854775807]"
        ),
        ("{'term':{'price':0.1}}", "price:[0.10000000149011612, 0.10000000149011612]"),
        ("{'term':{'rating':0.1}}", "rating:[0.1, 0.1]"),
        ("{'term':{'live':true}}", "live:true"),
        ("{'term':{'live':'false'}}", "live:false"),
        ("{'term':{'day':'2026-01-02'}}", "day:[1767312000000, 1767398399999]"),
        ("{'term':{'_id':'7'}}", "ids(7)"),
        ("{'terms':{'tag':['b','a','b']}}", "tag:{a,b}"),
        (
            "{'terms':{'year':[2000,1999,2000]}}",
            "constant(bool(should: [year:[1999, 1999], year:[2000, 2000]], minimum: 1))"
        ),
        ("{'terms':{'tag':[]}}", "none"),
        ("{'ids':{'values':['b','a','b']}}", "ids(a,b)"),
        ("{'range':{'year':{'gt':1990,'lt':2000}}}", "year:[1991, 1999]"),
        ("{'range':{'year':{'gt':1990.5,'lte':'2000'}}}", "year:[1991, 2000]"),
        ("{'range':{'year':{'gt':5,'lt':6}}}", "none"),
        ("{'range':{'year':{'lte':1e300}}}", "year:[*, 9223372036854775807]"),
        ("{'range':{'year':{'gt':1e300}}}", "none"),
        ("{'range':{'views':{'gt':9223372036854775807}}}", "none"),
        ("{'range':{'price':{'gt':1,'lte':1e39}}}", "price:{1.0, *]"),
        ("{'range':{'rating':{'gte':2,'lt':1}}}", "none"),
        ("{'range':{'tag':{'gte':'a','lt':'c'}}}", "tag:['a', 'c'}"),
        ("{'range':{'tag':{}}}", "exists(tag)"),
        ("{'range':{'day':{'gte':'now-1d/d','lt':'now/d'}}}", "day:[1768348800000, 1768435199999]"),
        (
            "{'range':{'day':{'gt':'2026-01-02','lte':'2026-01-03'}}}",
            "day:[1767398400000, 1767484799999]"
        ),
        ("{'range':{'day':{'gte':'2026-01-02','time_zone':'+01:00'}}}", "day:[1767308400000, *]"),
        ("{'range':{'nowhere':{'gte':1}}}", "none"),
        ("{'exists':{'field':'tag'}}", "exists(tag)"),
        (
            "{'exists':{'field':'user'}}",
            "constant(bool(should: [exists(user.age), exists(user.name)], minimum: 1))"
        ),
        ("{'exists':{'field':'nowhere'}}", "none"),
        ("{'prefix':{'title':'Re'}}", "title:Re*"),
    ])
    func readsValues(_ query: String, _ expected: String) {
        let result = normal(query)
        #expect(result == expected, "\(query)")
    }

    @Test(arguments: [
        (
            "{'term':{'year':'abc'}}",
            "[query_shard_exception] failed to create query: field [year] is mapped as integer and "
                + "takes a number; got \"abc\""
        ),
        (
            "{'match':{'live':'maybe'}}",
            "[query_shard_exception] failed to create query: field [live] is mapped as boolean and "
                + "takes true or false; got \"maybe\""
        ),
        (
            "{'term':{'secret':'x'}}",
            "[query_shard_exception] Cannot search on field [secret] since it is not indexed."
        ),
        (
            "{'prefix':{'year':'19'}}",
            "[query_shard_exception] Can only use prefix queries on keyword and text fields - not "
                + "on [year] which is of type [integer]"
        ),
        (
            "{'range':{'title':{'gte':'a'}}}",
            "[query_shard_exception] field [title] is mapped as text, which has no order; use a "
                + "keyword field such as [title.keyword] for ranges"
        ),
        (
            "{'term':{'_index':'books'}}",
            "[query_shard_exception] field [_index] cannot be searched"
        ),
        (
            "{'match_phrase':{'title':{'query':'a b c','boost':500}}}",
            "[illegal_argument_exception] [boost] in [match_phrase] query for field [title] (times "
                + "its number of terms) is [1500.0]; with the boosts around it, it must not exceed "
                + "[1000.0]"
        ),
    ])
    func refuses(_ query: String, _ expected: String) {
        #expect(normal(query) == expected)
    }

    @Test func refusesBadDatesByFormat() {
        let answer = normal("{'range':{'day':{'gte':'yesterday'}}}")
        #expect(answer.contains("field [day] is mapped as date and takes a date in the format"))
        #expect(answer.hasSuffix("got \"yesterday\""))
    }

    @Test(arguments: [
        (
            "{'bool':{'must':[{'bool':{'must':[{'term':{'tag':'a'}},{'term':{'tag':'b'}}]}}]}}",
            "bool(must: [tag:a, tag:b])"
        ),
        ("{'bool':{'must':[{'term':{'tag':'a'}}]}}", "tag:a"),
        (
            "{'bool':{'should':[{'term':{'tag':'b'}},{'bool':{'should':[{'term':{'tag':'a'}}]}}]}}",
            "bool(should: [tag:a, tag:b], minimum: 1)"
        ),
        ("{'bool':{'must_not':[{'term':{'tag':'a'}}]}}", "bool(filter: [all], mustNot: [tag:a])"),
        ("{'bool':{'filter':[{'match_all':{}}]}}", "bool(filter: [all])"),
        (
            "{'bool':{'filter':[{'term':{'tag':'a'}},{'match_all':{}},{'term':{'tag':'a'}}]}}",
            "bool(filter: [tag:a])"
        ),
        ("{'bool':{'must':[{'match_none':{}},{'term':{'tag':'a'}}]}}", "none"),
        ("{'bool':{'must':[{'term':{'tag':'a'}}],'must_not':[{'match_all':{}}]}}", "none"),
        ("{'bool':{'should':[{'match_none':{}},{'term':{'tag':'a'}}]}}", "tag:a"),
        ("{'bool':{'should':[{'match_none':{}}],'minimum_should_match':1}}", "none"),
        (
            "{'bool':{'must':[{'match_all':{}}],'should':[{'term':{'tag':'a'}}]}}",
            "bool(must: [all], should: [tag:a])"
        ),
        (
            "{'bool':{'filter':[{'bool':{'must':[{'term':{'tag':{'value':'a','boost':5}}}],"
                + "'should':[{'term':{'tag':'b'}}]}}]}}", "bool(filter: [tag:a])"
        ),
        (
            "{'constant_score':{'filter':{'bool':{'must':[{'term':{'tag':'a'}}]}},'boost':3}}",
            "tag:{a}^3.0"
        ),
        (
            "{'constant_score':{'filter':{'range':{'year':{'gte':3}}},'boost':3}}",
            "year:[3, *]^3.0"
        ),
        (
            "{'dis_max':{'queries':[{'term':{'tag':'b'}},{'dis_max':{'queries':"
                + "[{'term':{'tag':'a'}},{'term':{'tag':'b'}}]}}]}}", "max(tag:a, tag:b)"
        ),
    ])
    func simplifies(_ query: String, _ expected: String) {
        #expect(normal(query) == expected)
    }

    @Test(arguments: [
        ("ants", "", "max(tag:ants, body:ant, title:ants, user.name:ants, title.keyword:ants)"),
        ("title:ants", "", "title:ants"),
        (
            "red ants", ",'default_field':'title'",
            "bool(should: [title:red, title:ants], minimum: 1)"
        ),
        (
            "red ants", ",'fields':['title','body']",
            "max(bool(should: [body:ant, body:red], minimum: 1), "
                + "bool(should: [title:red, title:ants], minimum: 1))"
        ),
        ("red AND ants", ",'default_field':'title'", "bool(must: [title:red, title:ants])"),
        (
            "a b c", ",'default_field':'title','minimum_should_match':2",
            "bool(should: [title:a, title:b, title:c], minimum: 2)"
        ),
        ("-red", ",'default_field':'title'", "bool(filter: [all], mustNot: [title:red])"),
        (
            "+red -ants bees", ",'default_field':'title'",
            "bool(must: [title:red], should: [title:bees], mustNot: [title:ants])"
        ),
        (
            "red ants", ",'default_field':'title','default_operator':'and'",
            "bool(must: [title:red, title:ants])"
        ),
        ("\"red ants\"~3", ",'default_field':'title'", "title:\"red@0 ants@1\"~3"),
        ("year:[1990 TO 2000}", "", "year:[1990, 1999]"),
        ("year:>=1990", "", "year:[1990, *]"),
        ("year:< 1990", "", "year:[*, 1989]"),
        (
            "title:(+ant +ant +bee)^2", "", "bool(must: [title:bee^2.0, title:ant^4.0])"
        ),
        (
            "title:(red OR \"blue ants\")^2", "",
            "bool(should: [title:red^2.0, title:\"blue@0 ants@1\"^2.0], minimum: 1)"
        ),
        ("title:An*", "", "title:an*"),
        ("tag:An*", "", "tag:An*"),
        ("tag:*", "", "exists(tag)"),
        ("_exists_:tag", "", "exists(tag)"),
        ("*:*", "", "all"),
        ("title\\:x", ",'default_field':'tag'", "tag:title:x"),
        ("wi-fi", ",'default_field':'title'", "bool(should: [title:fi, title:wi], minimum: 1)"),
        ("", "", "none"),
    ])
    func readsQueryStrings(_ text: String, _ more: String, _ expected: String) {
        #expect(string(text, more) == expected, "\(text)")
    }

    @Test func resolvesRequests() throws {
        let analyzer = QueryAnalyzer(schema: try schema(), nowMilliseconds: now)
        func resolved(_ body: String) throws -> ShardQuery {
            try analyzer.resolve(try searched(body))
        }
        let plain = try resolved("{'query':{'match':{'title':'ants'}},'from':3,'size':7}")
        #expect(plain.count == 10 && plain.needsScores && plain.needsStatistics)
        let sorted = try resolved(
            "{'query':{'match':{'title':{'query':'ants','boost':3}}},'sort':'year'}")
        #expect(!sorted.needsScores && !sorted.needsStatistics)
        #expect(outline(sorted.query) == "title:ants")
        #expect(try !resolved("{'query':{'term':{'year':3}}}").needsStatistics)
        #expect(try !resolved("{'query':{'match':{'title':'ants'}},'size':0}").needsScores)
        #expect(
            try resolved("{'query':{'match':{'title':'x'}},'size':0,'min_score':1}").needsScores)
        let facets = try resolved(
            """
            {'aggs':{'d':{'date_range':{'field':'day','ranges':[{'from':'now/d','to':'now+1d/d'}]}},
                     't':{'terms':{'field':'day','missing':'2026-01-02'}},
                     'b':{'terms':{'field':'live','missing':true}}}}
            """)
        guard case .range(let range) = facets.aggregations[0].aggregation,
            case .terms(let terms) = facets.aggregations[1].aggregation,
            case .terms(let flags) = facets.aggregations[2].aggregation
        else {
            Issue.record("aggregations changed kind")
            return
        }
        #expect(range.ranges[0].from == 1_768_435_200_000)
        #expect(range.ranges[0].to == 1_768_521_600_000)
        #expect(terms.missing == .integer(1_767_312_000_000))
        #expect(flags.missing == .integer(1))
    }

    @Test(arguments: [
        ("{'sort':'nowhere'}", "No mapping found for [nowhere] in order to sort on"),
        ("{'sort':'title'}", "it is mapped as text, which has no doc_values; use [title.keyword]"),
        ("{'aggs':{'a':{'terms':{'field':'body'}}}}", "cannot aggregate on field [body]"),
        ("{'aggs':{'a':{'range':{'field':'tag','ranges':[{'to':1}]}}}}", "needs a number or date"),
        ("{'aggs':{'a':{'terms':{'field':'year','missing':'x'}}}}", "takes a whole number"),
    ])
    func refusesRequests(_ body: String, _ reason: String) throws {
        let analyzer = QueryAnalyzer(schema: try schema(), nowMilliseconds: now)
        do {
            _ = try analyzer.resolve(try searched(body))
            Issue.record("accepted \(body)")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test func unmappedSortIsAcceptedWithAType() throws {
        let analyzer = QueryAnalyzer(schema: try schema(), nowMilliseconds: now)
        let request = try searched("{'sort':{'nowhere':{'unmapped_type':'long'}}}")
        #expect(try analyzer.resolve(request).sort.count == 1)
    }

    @Test func highlightsExpandPatterns() throws {
        let analyzer = QueryAnalyzer(schema: try schema(), nowMilliseconds: now)
        let request = try searched(
            "{'query':{'match':{'title':'red ants'}},'highlight':{'fields':{'t*':{},'year':{}}}}")
        let specification = try analyzer.fetchSpecification(for: request)
        #expect(specification.highlight?.fields.map(\.name) == ["title", "title.keyword", "tag"])
        #expect(
            specification.query.highlightTerms("title").terms == [Term("red"), Term("ants")])
        #expect(specification.query.highlightTerms("tag").isEmpty)
    }
}
