// Canonical bytes: the same for every spelling of a request, different for different requests.

import Analysis
import Testing

@testable import Queries

@Suite struct CanonicalTests {
    @Test(arguments: [
        ("{'query':{'term':{'a':'x'}},'size':10}", "{ 'size':10, 'query':{'term':{'a':'x'}} }"),
        ("{}", "{'query':{'match_all':{}},'from':0,'size':10,'track_total_hits':10000}"),
        ("{'query':{'term':{'a':'x'}}}", "{'query':{'term':{'a':{'value':'x','boost':1.0}}}}"),
        (
            "{'query':{'match':{'a':'x'}}}",
            "{'query':{'match':{'a':{'operator':'OR','query':'x'}}}}"
        ),
        ("{'sort':'_score'}", "{'sort':[{'_score':{'order':'desc'}}]}"),
        ("{'sort':'a'}", "{'sort':[{'a':{'order':'asc','missing':'_last'}}]}"),
        ("{'_source':true}", "{'_source':[]}"),
        (
            "{'query':{'bool':{'must':[{'term':{'a':1}}]}}}",
            "{'query':{'bool':{'must':{'term':{'a':1}},'should':[]}}}"
        ),
        ("{}", "{'profile':true,'timeout':'3s'}"),
        (
            "{'query':{'wildcard':{'a':'x**?y'}}}",
            "{'query':{'wildcard':{'a':{'wildcard':'x?*y'}}}}"
        ),
        ("{'query':{'wildcard':{'a':'x*'}}}", "{'query':{'prefix':{'a':'x'}}}"),
        (
            "{'query':{'wildcard':{'a':'1?'}}}",
            "{'query':{'wildcard':{'a':{'value':'1?','case_insensitive':true}}}}"
        ),
        (
            "{'query':{'regexp':{'a':'x.'}}}",
            "{'query':{'regexp':{'a':{'value':'x.','flags':'ALL','max_determinized_states':99}}}}"
        ),
        (
            "{'query':{'fuzzy':{'a':'x'}}}",
            "{'query':{'fuzzy':{'a':{'value':'x','fuzziness':'auto:3,6','transpositions':true}}}}"
        ),
        (
            "{'query':{'match':{'a':{'query':'x','fuzziness':1}}}}",
            "{'query':{'match':{'a':{'query':'x','fuzziness':'1','max_expansions':50}}}}"
        ),
        (
            "{'query':{'function_score':{'weight':2,'query':{'term':{'a':'x'}},'boost':3}}}",
            "{'query':{'function_score':{'query':{'term':{'a':{'value':'x','boost':3}}},"
                + "'functions':[{'weight':2}],'score_mode':'MULTIPLY','boost_mode':'multiply'}}}"
        ),
        (
            "{'query':{'function_score':{'query':{'term':{'a':'x'}}}}}",
            "{'query':{'function_score':{'query':{'term':{'a':'x'}},'functions':[],"
                + "'boost_mode':'replace','max_boost':1}}}"
        ),
        (
            "{'rescore':{'query':{'rescore_query':{'match_all':{}}}}}",
            "{'rescore':[{'window_size':10,'query':{'rescore_query':{'match_all':{}},"
                + "'query_weight':1.0,'score_mode':'total'}}]}"
        ),
        (
            "{'aggs':{'t':{'terms':{'field':'a'}}}}",
            "{'aggregations':{'t':{'terms':{'size':10,'field':'a','shard_size':99}}}}"
        ),
    ])
    func equalRequests(_ a: String, _ b: String) throws {
        #expect(try searched(a).canonicalBytes() == searched(b).canonicalBytes())
    }

    @Test func differentRequestsDiffer() throws {
        let bodies = [
            "{}", "{'size':11}", "{'from':1}", "{'query':{'match_none':{}}}",
            "{'query':{'match':{'a':'x'}}}", "{'query':{'match':{'a':'y'}}}",
            "{'query':{'match':{'b':'x'}}}", "{'query':{'match_phrase':{'a':'x'}}}",
            "{'query':{'term':{'a':'x'}}}", "{'query':{'term':{'a':1}}}",
            "{'query':{'term':{'a':'1'}}}", "{'query':{'terms':{'a':['x','y']}}}",
            "{'query':{'terms':{'a':['xy']}}}", "{'query':{'prefix':{'a':'x'}}}",
            "{'query':{'prefix':{'a':{'value':'x','case_insensitive':true}}}}",
            "{'query':{'wildcard':{'a':'x?'}}}", "{'query':{'wildcard':{'a':'x\\\\?'}}}",
            "{'query':{'regexp':{'a':'x?'}}}",
            "{'query':{'regexp':{'a':{'value':'x?','flags':'NONE'}}}}",
            "{'query':{'fuzzy':{'a':'x'}}}",
            "{'query':{'fuzzy':{'a':{'value':'x','fuzziness':1}}}}",
            "{'query':{'fuzzy':{'a':{'value':'x','prefix_length':1}}}}",
            "{'query':{'fuzzy':{'a':{'value':'x','max_expansions':7}}}}",
            "{'query':{'fuzzy':{'a':{'value':'x','transpositions':false}}}}",
            "{'query':{'match':{'a':{'query':'x','fuzziness':1}}}}",
            "{'query':{'match':{'a':{'query':'x','fuzziness':1,'fuzzy_max_doc_freq':0,"
                + "'max_expansions':50}}}}",
            "{'query':{'match':{'a':{'query':'x','fuzziness':1,'fuzzy_max_doc_freq':1,"
                + "'max_expansions':50}}}}",
            "{'query':{'match':{'a':{'query':'x','fuzziness':1,'fuzzy_max_doc_freq':1}}}}",
            "{'query':{'match_bool_prefix':{'a':'x'}}}",
            "{'query':{'multi_match':{'query':'x','fields':['a']}}}",
            "{'query':{'multi_match':{'query':'x','fields':['a'],'type':'cross_fields'}}}",
            "{'query':{'boosting':{'positive':{'match_all':{}},'negative':{'match_none':{}},"
                + "'negative_boost':0.5}}}",
            "{'query':{'boosting':{'positive':{'match_all':{}},'negative':{'match_none':{}},"
                + "'negative_boost':0.25}}}",
            "{'query':{'match_phrase_prefix':{'a':'x'}}}",
            "{'query':{'match_phrase_prefix':{'a':{'query':'x','max_expansions':7}}}}",
            "{'query':{'ids':{'values':['a','b']}}}", "{'query':{'ids':{'values':['ab']}}}",
            "{'query':{'range':{'a':{'gte':1}}}}", "{'query':{'range':{'a':{'gt':1}}}}",
            "{'query':{'range':{'a':{'lte':1}}}}", "{'post_filter':{'term':{'a':'x'}}}",
            "{'sort':'a'}", "{'sort':'_doc'}", "{'sort':{'a':'desc'}}",
            "{'sort':{'a':{'missing':'_first'}}}", "{'_source':false}", "{'_source':'a'}",
            "{'_source':{'excludes':'a'}}", "{'track_total_hits':true}",
            "{'track_total_hits':false}", "{'track_total_hits':5}", "{'min_score':1}",
            "{'version':true}", "{'seq_no_primary_term':true}", "{'track_scores':true}",
            "{'aggs':{'t':{'terms':{'field':'a'}}}}", "{'aggs':{'u':{'terms':{'field':'a'}}}}",
            "{'aggs':{'t':{'range':{'field':'a','ranges':[{'to':1}]}}}}",
            "{'aggs':{'t':{'range':{'field':'a','ranges':[{'from':1}]}}}}",
            "{'highlight':{'fields':{'a':{}}}}", "{'highlight':{'fields':{'b':{}}}}",
            "{'highlight':{'fields':{'a':{'order':'score'}}}}",
            "{'highlight':{'fields':{'a':{'boundary_scanner':'word'}}}}",
            "{'highlight':{'fields':{'a':{'boundary_max_scan':7}}}}",
            "{'highlight':{'fields':{'a':{'boundary_scanner_locale':'th'}}}}",
            "{'highlight':{'fields':{'a':{'matched_fields':['b']}}}}",
            "{'highlight':{'fields':{'a':{'highlight_query':{'match_all':{}}}}}}",
            "{'highlight':{'fields':{'a':{}},'encoder':'html'}}",
            "{'suggest':{'a':{'text':'x','term':{'field':'f'}}}}",
            "{'suggest':{'b':{'text':'x','term':{'field':'f'}}}}",
            "{'suggest':{'a':{'text':'y','term':{'field':'f'}}}}",
            "{'suggest':{'a':{'text':'x','term':{'field':'f','size':3}}}}",
            "{'suggest':{'a':{'text':'x','phrase':{'field':'f'}}}}",
            "{'suggest':{'a':{'text':'x','phrase':{'field':'f','confidence':2}}}}",
            "{'suggest':{'a':{'text':'x','completion':{'field':'f'}}}}",
            "{'suggest':{'a':{'text':'x','completion':{'field':'f','fuzzy':true}}}}",
            "{'suggest':{'a':{'text':'x','completion':{'field':'f','skip_duplicates':true}}}}",
            "{'query':{'function_score':{'functions':[{'weight':2}]}}}",
            "{'query':{'function_score':{'functions':[{'weight':3}]}}}",
            "{'query':{'function_score':{'functions':[{'weight':2},{'weight':1}]}}}",
            "{'query':{'function_score':{'functions':[{'weight':2,'filter':{'term':{'a':1}}}]}}}",
            "{'query':{'function_score':{'functions':[{'weight':2}],'boost_mode':'sum'}}}",
            "{'query':{'function_score':{'functions':[{'weight':2}],'score_mode':'sum'}}}",
            "{'query':{'function_score':{'functions':[{'weight':2}],'max_boost':4}}}",
            "{'query':{'function_score':{'functions':[{'weight':2}],'min_score':4}}}",
            "{'query':{'function_score':{'field_value_factor':{'field':'a'}}}}",
            "{'query':{'function_score':{'field_value_factor':{'field':'a','missing':1}}}}",
            "{'query':{'function_score':{'field_value_factor':{'field':'a','factor':3}}}}",
            "{'query':{'function_score':{'field_value_factor':{'field':'a','modifier':'ln'}}}}",
            "{'query':{'function_score':{'random_score':{'seed':1}}}}",
            "{'query':{'function_score':{'random_score':{'seed':2}}}}",
            "{'query':{'function_score':{'gauss':{'a':{'origin':1,'scale':2}}}}}",
            "{'query':{'function_score':{'exp':{'a':{'origin':1,'scale':2}}}}}",
            "{'query':{'function_score':{'gauss':{'a':{'origin':2,'scale':2}}}}}",
            "{'query':{'function_score':{'gauss':{'a':{'origin':1,'scale':2,'offset':2}}}}}",
            "{'query':{'function_score':{'gauss':{'a':{'origin':1,'scale':2,'decay':0.1}}}}}",
            "{'query':{'function_score':{'gauss':{'a':{'origin':1,'scale':2},"
                + "'multi_value_mode':'max'}}}}",
            "{'query':{'terms_set':{'a':{'terms':['x'],'minimum_should_match_field':'n'}}}}",
            "{'query':{'terms_set':{'a':{'terms':['x'],'minimum_should_match_field':'m'}}}}",
            "{'query':{'terms_set':{'a':{'terms':['y'],'minimum_should_match_field':'n'}}}}",
            "{'rescore':{'query':{'rescore_query':{'match_all':{}}}}}",
            "{'rescore':{'query':{'rescore_query':{'match_none':{}}}}}",
            "{'rescore':{'window_size':5,'query':{'rescore_query':{'match_all':{}}}}}",
            "{'rescore':{'query':{'rescore_query':{'match_all':{}},'query_weight':2}}}",
            "{'rescore':{'query':{'rescore_query':{'match_all':{}},'rescore_query_weight':2}}}",
            "{'rescore':{'query':{'rescore_query':{'match_all':{}},'score_mode':'avg'}}}",
            "{'rescore':[{'query':{'rescore_query':{'match_all':{}}}},"
                + "{'query':{'rescore_query':{'match_all':{}}}}]}",
            // Canonically equivalent texts are different texts.
            "{'query':{'term':{'a':'\u{E9}'}}}", "{'query':{'term':{'a':'e\u{301}'}}}",
        ]
        var seen: [[UInt8]: String] = [:]
        for body in bodies {
            let bytes = try searched(body).canonicalBytes()
            #expect(seen[bytes] == nil, "\(body) and \(seen[bytes] ?? "")")
            seen[bytes] = body
        }
    }

    @Test func indicesCount() throws {
        let a = try QueryDSLParser.parseSearch([], indices: ["a", "b"])
        let b = try QueryDSLParser.parseSearch([], indices: ["a,b"])
        #expect(a.canonicalBytes() != b.canonicalBytes())
    }

    @Test func timeDependentRequestsAreNotCached() throws {
        #expect(try searched("{'query':{'range':{'d':{'gte':'now-1d'}}}}").requestCache == false)
        #expect(
            try searched("{}", [("q", "d:[now-1d TO now]"), ("request_cache", "true")])
                .requestCache == false)
        #expect(try searched("{'query':{'range':{'d':{'gte':'2020'}}}}").requestCache == nil)
        for (function, isRelative) in [
            ("'random_score':{}", true), ("'random_score':{'seed':1}", false),
            ("'exp':{'d':{'scale':'1d'}}", true),
            ("'exp':{'d':{'origin':'now-1d','scale':'1d'}}", true),
            ("'exp':{'d':{'origin':'2020','scale':'1d'}}", false),
            ("'functions':[{'weight':1,'filter':{'range':{'d':{'gt':'now'}}}}]", true),
        ] {
            let query = "{'function_score':{\(function)}}"
            let wanted: Bool? = isRelative ? false : nil
            #expect(try searched("{'query':\(query)}").requestCache == wanted, "\(function)")
            let rescore = "{'rescore':{'query':{'rescore_query':\(query)}}}"
            #expect(try searched(rescore).requestCache == wanted, "\(function)")
        }
        for (text, isRelative) in [
            ("d:[now-1d TO *]", true), ("now", true), ("-now", true), ("NOT (nowhere)", true),
            ("know snow", false), ("renown", false), ("1now", false), ("", false),
        ] {
            let body = "{'query':{'query_string':{'query':'\(text)'}}}"
            #expect(try searched(body).requestCache == (isRelative ? false : nil), "\(text)")
        }
    }
}
