// Search bodies and URI parameters.

import Analysis
import Testing

@testable import Queries

@Suite struct SearchBodyTests {
    @Test func emptyBodyIsMatchAll() throws {
        #expect(try searched("") == SearchRequest(indices: ["books"]))
        #expect(try searched(" \n{}") == SearchRequest(indices: ["books"]))
    }

    @Test func readsEveryKey() throws {
        let request = try searched(
            """
            {'query':{'term':{'tag':'red'}},'from':5,'size':20,
             'sort':['year',{'title.keyword':'desc'},{'_score':{'order':'asc'}},
                     {'price':{'order':'desc','missing':'_first','unmapped_type':'long'}},'_doc'],
             '_source':{'includes':['a.*'],'excludes':'a.b'},
             'track_total_hits':true,'track_scores':true,'timeout':'250ms',
             'aggs':{'tags':{'terms':{'field':'tag','size':3,'order':{'_key':'asc'}}},
                     'prices':{'range':{'field':'price','keyed':true,
                       'ranges':[{'to':10},{'key':'mid','from':10,'to':'20.5'},{'from':20.5}]}},
                     'days':{'date_range':{'field':'day','ranges':[{'from':'now-1d/d'}]}}},
             'highlight':{'fields':{'title':{'number_of_fragments':0},'body':{}},
                          'pre_tags':['<b>'],'post_tags':['</b>'],'fragment_size':50},
             'min_score':1.5,'post_filter':{'exists':{'field':'x'}},'version':true,
             'seq_no_primary_term':true,'profile':true}
            """)
        #expect(outline(request.query) == "tag=\"red\"")
        #expect(request.from == 5 && request.size == 20)
        #expect(
            request.sort == [
                SortClause(field: .field("year")),
                SortClause(field: .field("title.keyword"), descending: true),
                SortClause(field: .score, descending: false),
                SortClause(
                    field: .field("price"), descending: true, missingFirst: true,
                    unmappedType: .long),
                SortClause(field: .document),
            ])
        #expect(request.source == .paths(includes: ["a.*"], excludes: ["a.b"]))
        #expect(request.trackTotalHits == .exactly)
        #expect(request.trackScores && request.version && request.sequenceNumber)
        #expect(request.timeout == .milliseconds(250))
        #expect(
            request.aggregations.map(\.aggregation) == [
                .terms(TermsAggregation(field: "tag", size: 3, order: .keyAscending)),
                .range(
                    RangeAggregation(
                        field: "price",
                        ranges: [
                            FacetRange(to: 10), FacetRange(key: "mid", from: 10, to: 20.5),
                            FacetRange(from: 20.5),
                        ], keyed: true)),
                .range(
                    RangeAggregation(
                        field: "day", ranges: [FacetRange(fromText: "now-1d/d")], isDate: true)),
            ])
        #expect(
            request.highlight?.fields == [
                HighlightField(
                    name: "title", fragmentSize: 50, fragmentCount: 0, preTags: ["<b>"],
                    postTags: ["</b>"]),
                HighlightField(
                    name: "body", fragmentSize: 50, preTags: ["<b>"], postTags: ["</b>"]),
            ])
        #expect(request.minimumScore == 1.5)
        #expect(request.postFilter.map(outline) == "exists(x)")
        // It depends on the time of day, so no cache may answer it.
        #expect(request.requestCache == false)
    }

    @Test(arguments: [
        ("{'size':-1}", "[size] of the search body must be a whole number from 0 to 2147483647"),
        ("{'size':9999,'from':2}", "Result window is too large"),
        (
            "{'search_after':[1]}",
            "the search body does not support [search_after]; known are [query"
        ),
        ("{'aggs':{'x':{'cardinality':{'field':'a'}}}}", "unknown aggregation type [cardinality]"),
        ("{'aggs':{'x':{'terms':{'field':'a'},'aggs':{}}}}", "has sub-aggregations"),
        ("{'aggs':{'x':{'terms':{'field':'a','script':'y'}}}}", "does not support [script]"),
        ("{'sort':[{'a':{'missing':7}}]}", "[missing] of [sort] by [a] must be a string"),
        ("{'sort':[{'a':{'order':'desc','mode':'avg'}}]}", "can only be [max]"),
        ("{'highlight':{'fields':{'a':{'type':'other'}}}}", "must be one of [unified, plain, fvh]"),
        ("{'track_total_hits':-5}", "[track_total_hits] must be true, false or a number"),
        ("{'timeout':'5 parsecs'}", "[timeout] must be a time with a unit"),
        ("{'query':{'match_all':{}}", "the body is not valid JSON: line 1, column"),
        ("[]", "the search body must be an object; got an array"),
        ("{'query':{'term':{'a':1}},'aggs':{},'aggregations':{}}", "not both"),
    ])
    func refuses(_ body: String, _ reason: String) {
        #expect(refusal(body).contains(reason), "\(refusal(body))")
    }

    @Test func errorsOfJSONCarryTheirPlace() {
        #expect {
            try QueryDSLParser.parseSearch(Array("{\n\"query\": nul}".utf8))
        } throws: { error in
            (error as? RequestError)?.line == 2
        }
    }

    @Test func scoreAloneIsNoSort() throws {
        #expect(try searched("{'sort':'_score'}").sort.isEmpty)
        #expect(try searched("{'sort':[{'_score':'desc'}]}").sort.isEmpty)
        #expect(try searched("{'sort':{'_score':'asc'}}").sort.count == 1)
    }

    @Test func parametersWin() throws {
        let request = try searched(
            "{'size':3,'query':{'match_all':{}}}",
            [
                ("q", "title:ants"), ("df", "body"), ("default_operator", "AND"), ("size", "7"),
                ("from", "1"), ("sort", "year:desc,_score"), ("_source_includes", "a,b"),
                ("track_total_hits", "5"), ("timeout", "2s"), ("ignore_unavailable", "true"),
                ("allow_no_indices", "false"), ("allow_partial_search_results", "false"),
                ("request_cache", "true"), ("pretty", ""), ("preference", "_local"),
            ])
        #expect(outline(request.query) == "string(body 'title:ants' operator=and)")
        #expect(request.size == 7 && request.from == 1)
        #expect(
            request.sort == [
                SortClause(field: .field("year"), descending: true),
                SortClause(field: .score, descending: true),
            ])
        #expect(request.source == .paths(includes: ["a", "b"], excludes: []))
        #expect(request.trackTotalHits == .upTo(5))
        #expect(request.timeout == .seconds(2))
        #expect(request.ignoreUnavailable && !request.allowNoIndices)
        #expect(!request.allowPartialResults)
        #expect(request.requestCache == true)
    }

    @Test(arguments: [
        ("scroll", "1m", "unrecognized parameter [scroll]; known are [_source"),
        ("size", "many", "[size] must be a whole number"),
        ("q", "a AND", "Failed to parse query string: a clause is missing, at column 6"),
        ("df", "title", "[df] needs [q]"),
        ("version", "maybe", "[version] must be true or false"),
        ("search_type", "scan", "[search_type] must be"),
    ])
    func refusesParameters(_ name: String, _ value: String, _ reason: String) {
        let answer = refusal("{}", [(name, value)])
        #expect(answer.contains(reason), "\(answer)")
    }
}

@Suite struct MinimumShouldMatchTests {
    @Test(arguments: [
        ("2", 5, 2), ("7", 5, 7), ("-2", 5, 3), ("-9", 5, 0), ("75%", 4, 3), ("75%", 5, 3),
        ("-25%", 5, 4), ("-25%", 4, 3), ("0", 3, 0), ("100%", 3, 3), ("2<75%", 2, 2),
        ("2<75%", 3, 2), ("2<-25% 9<-3", 2, 2), ("2<-25% 9<-3", 5, 4), ("2<-25% 9<-3", 10, 7),
        ("2 < 75%", 8, 6), (" 3 ", 4, 3),
    ])
    func resolves(_ text: String, _ clauses: Int, _ expected: Int) throws {
        #expect(try MinimumShouldMatch(text).resolve(optionalClauses: clauses) == expected)
    }

    @Test(arguments: ["", "%", "a", "1 2", "2<", "<3", "1<2<3", "9223372036854775808", "2<75% 3"])
    func refuses(_ text: String) {
        #expect(throws: RequestError.self) { try MinimumShouldMatch(text) }
    }
}
