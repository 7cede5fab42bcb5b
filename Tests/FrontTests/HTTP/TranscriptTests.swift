// Every endpoint over a real socket, as conversations that can be read under Goldens.
import Testing

@testable import Front

@Suite struct TranscriptTests {
    static let books = #"{"mappings":{"properties":{"title":{"type":"text"}}}}"#

    @Test func nodeAndProbes() async throws {
        var harness = FrontHarness()
        harness.readiness = { ["leaf-0 does not answer"] }
        try await harness.run { client in
            var transcript = Transcript(client)
            try await transcript.call("GET", "/")
            try await transcript.call("HEAD", "/")
            try await transcript.call("GET", "/?pretty", nil, ["X-Opaque-Id": "mine-7"])
            try await transcript.call("GET", "/livez")
            try await transcript.call("GET", "/readyz")
            try transcript.check("node")
        }
    }

    @Test func indices() async throws {
        try await FrontHarness().run { client in
            var transcript = Transcript(client)
            try await transcript.call("HEAD", "/books")
            try await transcript.call("PUT", "/books", Self.books)
            try await transcript.call("PUT", "/books", Self.books)
            try await transcript.call("HEAD", "/books")
            try await transcript.call("GET", "/books")
            try await transcript.call("GET", "/books/_mapping")
            try await transcript.call("GET", "/_mapping/")
            let more = #"{"properties":{"year":{"type":"integer"}}}"#
            try await transcript.call("PUT", "/books/_mapping", more)
            let changed = #"{"properties":{"year":{"type":"text"}}}"#
            try await transcript.call("PUT", "/books/_mapping", changed)
            try await transcript.call("PUT", "/books/_mapping")
            try await transcript.call("PUT", "/_mapping", more)
            try await transcript.call("GET", "/books/_mapping")
            let settings = #"{"index":{"refresh_interval":"5s"}}"#
            try await transcript.call("PUT", "/books/_settings", settings)
            try await transcript.call("GET", "/books/_settings")
            try await transcript.call("PUT", "/books/_settings", #"{"index":{"colour":1}}"#)
            try await transcript.call("POST", "/books/_refresh")
            try await transcript.call("POST", "/_flush")
            try await transcript.call("POST", "/nowhere/_refresh")
            try await transcript.call("POST", "/nowhere/_refresh?ignore_unavailable")
            try await transcript.call("DELETE", "/books")
            try await transcript.call("DELETE", "/books")
            try transcript.check("indices")
        }
    }

    @Test func documents() async throws {
        try await FrontHarness().run { client in
            var transcript = Transcript(client)
            let oak = #"{"title": "Oak",  "year": 1999}"#
            try await transcript.call("PUT", "/books/_doc/1", oak)
            try await transcript.call("PUT", "/books/_doc/1?refresh=true", oak)
            try await transcript.call("POST", "/books/_doc", oak)
            try await transcript.call("PUT", "/books/_create/1", oak)
            try await transcript.call("PUT", "/books/_doc/1?op_type=create", oak)
            try await transcript.call("GET", "/books/_doc/1")
            try await transcript.call("GET", "/books/_doc/1?_source=year")
            try await transcript.call("HEAD", "/books/_doc/1")
            try await transcript.call("GET", "/books/_doc/none")
            try await transcript.call("GET", "/nowhere/_doc/1")
            try await transcript.call("POST", "/books/_update/1", #"{"doc":{"year":2000}}"#)
            try await transcript.call("POST", "/books/_update/9", #"{"doc":{"year":2000}}"#)
            try await transcript.call("POST", "/books/_update/1", #"{"script":{}}"#)
            try await transcript.call("POST", "/books/_update/1", #"{"doc":"#)
            let conditions = "/books/_doc/1?if_seq_no=3&version=2"
            try await transcript.call("PUT", conditions, oak)
            try await transcript.call("PUT", "/books/_doc/1?refresh=soon", oak)
            try await transcript.call("PUT", "/books/_doc/1", #"{"title": "#)
            try await transcript.call("PUT", "/books/_doc/1")
            try await transcript.call("DELETE", "/books/_doc/1")
            try await transcript.call("DELETE", "/books/_doc/1")
            try await transcript.call("PUT", "/books/_doc/a%2Fb%20c", oak)
            let wanted = #"{"docs":[{"_id":"a/b c"},{"_index":"nowhere","_id":"1"}]}"#
            try await transcript.call("POST", "/books/_mget", wanted)
            try await transcript.call("GET", "/books/_mget?_source=false", #"{"ids":["a/b c",7]}"#)
            try await transcript.call("GET", "/books/_mget", #"{"ids":["a/b c","x"]}"#)
            try transcript.check("documents")
        }
    }

    @Test func searches() async throws {
        let harness = FrontHarness()
        try await harness.run { client in
            var transcript = Transcript(client)
            let query = #"{"query":{"match":{"title":"trees"}}}"#
            try await transcript.call("POST", "/books/_search", query)
            transcript.note("The same in other words comes from the cache")
            let same = #"{ "size": 10, "query": {"match": {"title": {"query": "trees"}}} }"#
            try await transcript.call("GET", "/books/_search/?typed_keys", same)
            try await transcript.call("GET", "/books/_search?q=trees&rest_total_hits_as_int")
            try await transcript.call("GET", "/books/_search?q=trees&request_cache=false&size=0")
            try await transcript.call("GET", "/_count?q=trees")
            try await transcript.call("POST", "/books/_search?colour=red", query)
            try await transcript.call("POST", "/books/_search?filter_path=hits", query)
            try await transcript.call("POST", "/books/_search", #"{"querry":{}}"#)
            try await transcript.call("POST", "/books/_search", "{\n \"query\" {}}")
            harness.search.answers { _ in Samples.corrections }
            transcript.note("Corrections, word by word and as a whole, and completions")
            let wrong = #"""
                {"suggest":{"text":"teh oka","word":{"term":{"field":"title"}},\#
                "whole":{"phrase":{"field":"title"}},\#
                "begun":{"prefix":"o","completion":{"field":"name"}}}}
                """#
            try await transcript.call("POST", "/books/_search", wrong)
            try await transcript.call("POST", "/books/_search?typed_keys", wrong)
            let collate = #"{"text":"oka","phrase":{"field":"title","collate":{}}}"#
            try await transcript.call(
                "POST", "/books/_search", #"{"suggest":{"whole":\#(collate)}}"#)
            let distance = #"{"text":"oka","term":{"field":"title","string_distance":"ngram"}}"#
            try await transcript.call(
                "POST", "/books/_search", #"{"suggest":{"word":\#(distance)}}"#)
            harness.search.answers { _ in
                var partial = Samples.response
                partial.hits = []
                partial.facets = []
                partial.timedOut = true
                partial.shards = .init(
                    total: 2, successful: 1, failed: 1,
                    failures: [
                        .init(
                            index: "books", shard: 1, node: "leaf-1", type: "timeout_exception",
                            reason: "no answer in time")
                    ])
                return partial
            }
            transcript.note("A partial answer is never remembered")
            try await transcript.call("GET", "/books/_search?q=partial")
            try await transcript.call("GET", "/books/_search?q=partial")
            try transcript.check("searches")
        }
    }

    @Test func bulk() async throws {
        try await FrontHarness().run { client in
            var transcript = Transcript(client)
            let body = """
                {"index":{"_id":"1"}}
                {"title":"Oak"}
                {"create":{"_index":"other","_id":"1","routing":"r"}}
                {"title":"Elm"}
                {"create":{"_index":"other","_id":"1"}}
                {"title":"Elm"}
                {"index":{"_id":"2"}}
                {"title":
                {"update":{"_id":"1"}}
                {"doc":{"title":"Ash"}}
                {"update":{"_id":"1"}}
                {"script":{}}
                {"index":{"_id":"3","colour":"red"}}
                {"title":"Fir"}
                {"delete":{"_id":"1"}}
                {"index":{}}
                {"title":"Yew"}

                """
            try await transcript.call("POST", "/books/_bulk?refresh=true", body)
            let ndjson = ["Content-Type": "application/x-ndjson"]
            let first = "{\"index\":{\"_id\":\"1\"}}\n{\"a\":1}\n"
            try await transcript.call("PUT", "/books/_bulk/", first, ndjson)
            transcript.note("What cannot be told apart is refused whole, naming the line")
            try await transcript.call("POST", "/books/_bulk", first + "{\"banana\":{}}\n{}\n")
            try await transcript.call("POST", "/books/_bulk", first + "{\"index\"\n{}\n")
            try await transcript.call("POST", "/books/_bulk", first + "{\"index\":{}}\n")
            try await transcript.call(
                "POST", "/books/_bulk", first + "{\"delete\":{\"_id\":\"1\"}}")
            try await transcript.call("POST", "/_bulk", first)
            try await transcript.call("POST", "/_bulk")
            try transcript.check("bulk")
        }
    }

    @Test func healthAndTables() async throws {
        let harness = FrontHarness()
        try await harness.run { client in
            var transcript = Transcript(client)
            _ = try await client("PUT", "/books", Self.books)
            _ = try await client("PUT", "/poems", Self.books)
            try await transcript.call("GET", "/_cluster/health")
            try await transcript.call("GET", "/_cluster/health/books?level=indices")
            try await transcript.call("GET", "/_cluster/health?wait_for_nodes=%3E%3D9&timeout=1s")
            try await transcript.call("GET", "/_cluster/health?wait_for_status=purple")
            for table in ["", "/indices?v", "/indices?format=json&h=i,dc&s=index:desc"] {
                try await transcript.call("GET", "/_cat\(table)")
            }
            for table in ["/indices/poems?h=index,store.size&bytes=b", "/indices?h=colour"] {
                try await transcript.call("GET", "/_cat\(table)")
            }
            for table in ["/shards?v", "/nodes?v", "/health?v", "/count?v", "/nodes?help"] {
                try await transcript.call("GET", "/_cat\(table)")
            }
            try await transcript.call("GET", "/_cat/bananas")
            try transcript.check("tables")
        }
    }

    @Test func refusals() async throws {
        var harness = FrontHarness()
        harness.configuration.maximumBodyBytes = 1_000
        try await harness.run { client in
            var transcript = Transcript(client)
            try await transcript.call("GET", "/books/_banana")
            try await transcript.call("GET", "/_hidden")
            try await transcript.call("PUT", "/..%2Fetc/x")
            try await transcript.call("GET", "/%ff/_search")
            try await transcript.call("PATCH", "/books")
            try await transcript.call("DELETE", "/_search")
            try await transcript.call("GET", "/?colour=red")
            try await transcript.call("GET", "/_cat/indices?v&v")
            let plain = ["Content-Type": "text/plain"]
            try await transcript.call("POST", "/books/_search", "{}", plain)
            try await transcript.call("POST", "/books/_search", "{}", ["Content-Type": ""])
            let elastic = ["Content-Type": "application/vnd.elasticsearch+json;compatible-with=8"]
            try await transcript.call("POST", "/books/_count", "{}", elastic)
            try await transcript.call("POST", "/books/_search", "{}", ["Content-Encoding": "gzip"])
            try await transcript.call("POST", "/books/_search", "{}", ["Content-Encoding": "br"])
            let large = "{\"a\":\"" + String(repeating: "x", count: 1_200) + "\"}"
            let answer = try await client("POST", "/books/_search", large)
            #expect(answer.status == 413)
            #expect(answer.body.contains("1000 bytes"))
            try await transcript.call("GET", "/", nil, ["Host": "attacker.example"])
            try await transcript.call("GET", "/livez", nil, ["Host": "attacker.example"])
            harness.search.answers { _ in throw FrontError.tooManyRequests(reason: "too many") }
            try await transcript.call("GET", "/_search")
            try transcript.check("refusals")
        }
    }

    static let poems =
        #"{"settings":{"analysis":{"#
        + #""filter":{"s":{"type":"synonym_graph","synonyms":["ny, new york"]}},"#
        + #""analyzer":{"mine":{"tokenizer":"whitespace","char_filter":["html_strip"],"#
        + #""filter":["lowercase","s"]}},"normalizer":{"low":{"filter":["lowercase"]}}}},"#
        + #""mappings":{"properties":{"title":{"type":"text","analyzer":"mine"},"#
        + #""tag":{"type":"keyword","normalizer":"low"},"year":{"type":"integer"}}}}"#

    @Test func analysis() async throws {
        try await FrontHarness().run { client in
            var transcript = Transcript(client)
            let standard = #"{"analyzer":"standard","text":"The 2 QUICK Foxes"}"#
            try await transcript.call("GET", "/_analyze", standard)
            try await transcript.call("POST", "/_analyze?pretty", #"{"text":["東京都","a"]}"#)
            let parts =
                #"{"tokenizer":"whitespace","#
                + #""filter":["lowercase",{"type":"stop","stopwords":["a"]}],"#
                + #""text":"A Fox","explain":true}"#
            try await transcript.call("POST", "/_analyze", parts)
            try await transcript.call("PUT", "/poems", Self.poems)
            try await transcript.call("GET", "/poems")
            let title =
                #"{"field":"title","text":"<b>NY</b>","explain":true,"attributes":["bytes"]}"#
            try await transcript.call("POST", "/poems/_analyze", title)
            try await transcript.call("POST", "/poems/_analyze", #"{"field":"tag","text":"Ab C"}"#)
            let named = #"{"analyzer":"english","text":"foxes","explain":true}"#
            try await transcript.call("POST", "/_analyze?index=poems", named)
            transcript.note("Refused")
            let bad = [
                "", "[]", "{}", #"{"text":5}"#, #"{"text":"a","colour":1}"#,
                #"{"text":"a","analyzer":"klingon"}"#, #"{"text":"a","explain":1}"#,
                #"{"text":"a","analyzer":"standard","filter":["stop"]}"#,
                #"{"text":"a","tokenizer":{"type":"ngram","min_gram":0}}"#,
                #"{"text":"a","attributes":["keyword"]}"#, #"{"text":"a","field":"year"}"#,
            ]
            for body in bad {
                try await transcript.call("POST", "/poems/_analyze", body)
            }
            try await transcript.call("POST", "/nowhere/_analyze", #"{"text":"a"}"#)
            try await transcript.call("POST", "/poems/_analyze?index=other", #"{"text":"a"}"#)
            try await transcript.call("DELETE", "/_analyze")
            let change = #"{"analysis":{"analyzer":{"x":{"type":"simple"}}}}"#
            try await transcript.call("PUT", "/poems/_settings", change)
            try transcript.check("analysis")
        }
    }

    static let live =
        #"{"settings":{"analysis":{"filter":{"s":{"type":"synonym_graph","updateable":true,"#
        + #""synonyms":["ny, new york"]}},"#
        + #""analyzer":{"asked":{"tokenizer":"whitespace","filter":["s"]}}}},"#
        + #""mappings":{"properties":{"title":{"type":"text","search_analyzer":"asked"},"#
        + #""name":{"strength":"primary","type":"icu_collation_keyword","language":"de"}}}}"#

    @Test func languages() async throws {
        try await FrontHarness().run { client in
            var transcript = Transcript(client)
            try await transcript.call("PUT", "/live", Self.live)
            let rules = #"{"index.analysis.filter.s.synonyms":["la, los angeles"]}"#
            try await transcript.call("PUT", "/live/_settings", rules)
            try await transcript.call("GET", "/live")
            let wrong = #"{"analysis":{"filter":{"s":{"expand":false}}}}"#
            try await transcript.call("PUT", "/live/_settings", wrong)
            let other = #"{"properties":{"name":{"type":"icu_collation_keyword"}}}"#
            try await transcript.call("PUT", "/live/_mapping", other)
            let asked = #"{"properties":{"body":{"type":"text","analyzer":"asked"}}}"#
            try await transcript.call("PUT", "/live/_mapping", asked)
            try transcript.check("languages")
        }
    }

    @Test func limits() async throws {
        var harness = FrontHarness()
        harness.configuration.rateLimits = RateLimits(
            perClient: RateLimitPolicy(unitsPerSecond: 0.5, burst: 6))
        try await harness.run { client in
            var transcript = Transcript(client)
            try await transcript.call("GET", "/_cat/indices")
            transcript.note("A search that misses costs four more")
            try await transcript.call("GET", "/_search?q=a&size=0")
            try await transcript.call("GET", "/_cat/indices")
            try await transcript.call("GET", "/livez")
            harness.clock.advance(.seconds(2))
            transcript.note("Two seconds later")
            try await transcript.call("GET", "/_cat/indices")
            try transcript.check("limits")
        }
    }
}
