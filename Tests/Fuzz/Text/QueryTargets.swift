// Searches as clients send them: parsed, resolved, brought into canonical form, and run.

import Analysis
import Execution
import Queries
import Segments
import Storage

enum QueryTarget {
    static let target = FuzzTarget(
        name: "query", reads: "QueryDSLParser, QueryAnalyzer, Searcher: any search body",
        seeds: { seeds.map { Array($0.utf8) } }, run: run)

    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        let body = [UInt8](bytes)
        _ = try? QueryDSLParser.parseCount(body)
        try FuzzedRequest.run(QueryDSLParser.parseSearch(body))
    }

    private static let seeds = [
        #"{"query":{"match":{"body":{"query":"w0 w1","operator":"and","boost":2}}},"size":3}"#,
        #"""
        {"query":{"bool":{"must":[{"term":{"tag":"t1"}}],"should":[{"match_phrase":{"body":
        {"query":"w0 w1","slop":2}}}],"filter":[{"range":{"year":{"gte":1990,"lt":"2005"}}}],
        "must_not":{"exists":{"field":"plain"}},"minimum_should_match":"50%"}}}
        """#,
        #"{"query":{"query_string":{"query":"body:(w0 +w1) tag:t* year:[1990 TO *]"}}}"#,
        #"{"query":{"multi_match":{"query":"w0","fields":["body^2","title"],"tie_breaker":0.3}}}"#,
        #"""
        {"query":{"match_all":{}},"aggs":{"a":{"terms":{"field":"tag","size":3}},"b":{"range":
        {"field":"price","ranges":[{"to":3},{"from":3,"key":"x"}]}}},
         "sort":[{"year":"desc"},"_score"]}
        """#,
        #"""
        {"query":{"dis_max":{"queries":[{"prefix":{"tag":"t"}},{"ids":{"values":["d1","d2"]}},
        {"terms":{"tag":["t0","t3"]}}]}},"highlight":{"fields":{"body":{"fragment_size":20}}}}
        """#,
        #"""
        {"query":{"constant_score":{"filter":{"term":{"flag":true}},"boost":3}},"from":1,"_source":
        {"includes":["b*"],"excludes":"year"},"track_total_hits":7,"min_score":0.1,"post_filter":
        {"exists":{"field":"price"}},"timeout":"2s","version":true}
        """#,
        #"""
        {"query":{"bool":{"should":[{"wildcard":{"tag":{"value":"t*?1","case_insensitive":true}}},
        {"regexp":{"body":{"value":"w[0-3]{1,2}|~(w.)&<1-7>@","flags":"ALL"}}}],"must":{"match":
        {"body":{"query":"w1 w22","fuzziness":"AUTO:2,4","prefix_length":1,"max_expansions":3}}}}},
        "highlight":{"fields":{"body":{}}}}
        """#,
        #"""
        {"query":{"function_score":{"query":{"term":{"body":"w0"}},"functions":[{"gauss":{"year":
        {"origin":2000,"scale":5,"offset":1,"decay":0.3}},"filter":{"term":{"tag":"t1"}}},
        {"weight":2,"field_value_factor":{"field":"price","modifier":"log1p","missing":1}},
        {"random_score":{"seed":7}}],"score_mode":"avg","boost_mode":"sum","max_boost":9,
        "min_score":0.5}},"rescore":{"window_size":5,"query":{"rescore_query":{"terms_set":{"tag":
        {"terms":["t1","t2"],
        "minimum_should_match_field":"year"}}},"query_weight":0.5,"score_mode":"max"}}}
        """#,
        #"{"query":{"fuzzy":{"tag":{"value":"t12","fuzziness":2,"transpositions":false}}}}"#,
        #"""
        {"query":{"match_phrase_prefix":{"body":{"query":"w0 w","slop":1,"max_expansions":4}}},
        "post_filter":{"match_bool_prefix":{"body":"w1 w"}}}
        """#,
        #"""
        {"query":{"multi_match":{"query":"w0 w","fields":["body","title"],"type":"phrase_prefix"}}}
        """#,
        #"""
        {"query":{"match":{"body":"w1"}},"highlight":{"fields":{"b*":{"highlight_query":{"match":
        {"title":"w2"}},"require_field_match":false,"boundary_scanner":"word","order":"score"},
        "tag":{"matched_fields":["tag","body"],"no_match_size":9}},"encoder":"html"}}
        """#,
        #"""
        {"suggest":{"c":{"prefix":"w1","completion":{"field":"name","size":3}},"d":{"text":"w3 w",
        "completion":{"field":"name","skip_duplicates":true,"fuzzy":{"fuzziness":1,
        "min_length":2,"prefix_length":0,"transpositions":false}}}}}
        """#,
        #"""
        {"suggest":{"text":"w12 wx","a":{"term":{"field":"body","min_word_length":1,"suggest_mode":
        "always","max_term_freq":9000}},"b":{"phrase":{"field":"body","gram_size":2,"confidence":0,
        "max_errors":2,"direct_generator":[{"field":"body","min_word_length":2,"suggest_mode":
        "always"}],"highlight":{"pre_tag":"<","post_tag":">"}}}},"size":0}
        """#,
        #"""
        {"query":{"boosting":{"positive":{"multi_match":{"query":"w0 w1","fields":["body","title"],
        "type":"cross_fields"}},"negative":{"term":{"tag":"t1"}},"negative_boost":0.5}}}
        """#,
    ]
}

enum QueryStringTarget {
    static let target = FuzzTarget(
        name: "query-string", reads: "QueryStringLexer, QueryStringParser: Lucene's syntax",
        seeds: seeds, run: run)

    /// default operator and whether to name fields, text.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let flags = input.byte()
        var parameters = [("q", String(decoding: input.rest, as: UTF8.self))]
        if flags & 1 != 0 { parameters.append(("default_operator", "AND")) }
        if flags & 2 != 0 { parameters.append(("df", "body")) }
        if flags & 4 != 0 { parameters.append(("lenient", "true")) }
        try FuzzedRequest.run(QueryDSLParser.parseSearch([], parameters: parameters))
    }

    private static func seeds() -> [[UInt8]] {
        let texts = [
            "w0 w1", "+w0 -w1 w2^2", "body:\"w0 w1\"~2 OR tag:t1", "(w0 AND w1) OR NOT w2",
            "year:[1990 TO 2000} price:>=3 flag:true", "tag:t* _exists_:price *:*",
            "w0\\:x \"a b\"^3 {a TO b]", "year:(1990 OR 1991) title:w*",
            "w?*1 tag:*1 -w22~1 body:w123~", "/w[0-3]+(1|2)?/ OR tag:/t<1-9>/^2",
        ]
        return texts.enumerated().map { [UInt8($0 & 7)] + $1.utf8 }
    }
}

/// Any request against a segment that is right.
enum FuzzedRequest {
    private static let segment = Result {
        try SegmentReader(MappedBytes(owned: BaseSegment.all.get()[0].image), name: "base")
    }

    static func run(_ request: SearchRequest) throws {
        _ = request.canonicalBytes()
        let schema = try BaseSegment.schema.get()
        let analyzer = QueryAnalyzer(schema: schema, nowMilliseconds: 1_700_000_000_000)
        let suggestions = try analyzer.suggestions(for: request)
        var query = try analyzer.resolve(request)
        query.suggested = SuggestionNeeds(suggestions)
        let again = try analyzer.normalForm(query.query)
        try require(again == query.query, "normalising \(query.query) again gives \(again)")
        let segment = try segment.get()
        let searcher = Searcher(
            shards: [
                ShardView(shard: 0, segments: [SegmentView(segment: segment, live: nil)])
            ], schema: schema)
        let search = searcher.begin(query) { false }
        let hits = try search.hits(search.statistics())
        try SaneHits.check(hits, query, documentCount: segment.documentCount)
        var known = try search.suggested()
        for suggestion in suggestions {
            var further = query
            further.suggested = suggestion.furtherNeeds(known)
            known.add(try searcher.begin(further) { false }.suggested())
        }
        for suggestion in suggestions { try check(suggestion.answer(known)) }
        for (found, beginning) in zip(try search.completions(), query.suggested.beginnings) {
            try require(found.count <= beginning.size, "\(found.count) completions")
            for completion in found {
                let document = Int(completion.hit.address.document)
                try require(document < segment.documentCount, "a completion of no document")
            }
        }
        let what = try analyzer.fetchSpecification(for: request)
        _ = try searcher.fetch(hits.hits.prefix(3).map(\.address), what, shouldStop: { false })
    }

    private static func check(_ answer: SuggestAnswer) throws {
        for option in answer.entries.flatMap(\.options) {
            try require(
                option.score >= 0 && option.score.isFinite, "\(option.text) scores \(option.score)")
        }
    }
}
