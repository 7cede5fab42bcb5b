// The pure parts of reading a request: paths, parameters, headers; and indenting an answer.
import Analysis
import Queries
import Testing

@testable import Front

@Suite struct RequestTests {
    @Test(arguments: [
        ("/", Endpoint.node), ("", .node), ("/livez", .live), ("/readyz/", .ready),
        ("/metrics", .metrics), ("/_bulk", .bulk(index: nil)), ("/a/_bulk/", .bulk(index: "a")),
        ("/_search", .search(target: nil)), ("/_all/_search", .search(target: nil)),
        ("/a,b*/_search", .search(target: "a,b*")), ("/a/_count", .count(target: "a")),
        ("/_mget", .multiGet(index: nil)), ("/_cluster/health", .clusterHealth(target: nil)),
        ("/_cluster/health/a", .clusterHealth(target: "a")),
        ("/_cat", .cat(table: nil, target: nil)),
        ("/_cat/indices/a", .cat(table: "indices", target: "a")), ("/a", .index(target: "a")),
        ("/_all", .index(target: "_all")), ("/_mapping", .mapping(target: nil)),
        ("/a/_mappings", .mapping(target: "a")), ("/a/_settings", .settings(target: "a")),
        ("/a/_doc", .newDocument(index: "a")), ("/a/_doc/1", .document(index: "a", id: "1")),
        ("/a/_doc/x%2Fy+z", .document(index: "a", id: "x/y+z")),
        ("/a/_create/1", .create(index: "a", id: "1")),
        ("/a/_update/%C3%A9", .update(index: "a", id: "é")),
        ("/livez/_search", .search(target: "livez")),
        ("/_scrub", .scrub(target: nil)), ("/a/_scrub", .scrub(target: "a")),
        ("/_analyze", .analyze(index: nil)), ("/a/_analyze/", .analyze(index: "a")),
    ])
    func pathsMeanEndpoints(path: String, endpoint: Endpoint) throws {
        let segments = try Endpoint.segments(of: path[...])
        #expect(Endpoint.route(segments) == endpoint)
        #expect(!endpoint.methods.isEmpty && !endpoint.family.isEmpty)
    }

    @Test(arguments: [
        "//", "//_search", "/_nowhere", "/a/b", "/a/_doc/1/2", "/a/_search/b", "/_bulk/a",
        "/_cluster", "/_cluster/state", "/_cat/a/b/c", "/a//_search", "/_doc/1",
    ])
    func otherPathsMeanNothing(path: String) throws {
        let segments = try Endpoint.segments(of: path[...])
        #expect(Endpoint.route(segments) == nil)
    }

    @Test(arguments: ["/%", "/%2", "/%zz", "/%ff", "/a%C3"])
    func brokenEscapesAreRefused(path: String) {
        #expect(throws: RequestError.self) { try Endpoint.segments(of: path[...]) }
    }

    @Test func parametersAreDecodedTakenAndTheRestRefused() throws {
        var parameters = try RequestParameters("q=a+b%26c&pretty&size=&x=1=2")
        #expect(parameters.take("q") == "a b&c")
        #expect(try parameters.flag("pretty") == true)
        #expect(parameters.take("x") == "1=2")
        #expect(parameters.take("size")?.isEmpty == true)
        try parameters.finish("/")
        #expect(throws: RequestError.self) { try RequestParameters("a=1&a=2") }
        #expect(throws: RequestError.self) { try RequestParameters("a=%f") }
        let left = try RequestParameters("zig=1&zag=2")
        let error = #expect(throws: RequestError.self) { try left.finish("/a") }
        #expect(error?.reason.contains("[zig], [zag]") == true)
    }

    @Test(arguments: [
        ("500ms", 0.5), ("5s", 5), ("2m", 120), ("1h", 3_600), ("1d", 86_400), ("0s", 0),
        ("100micros", 0.0001),
    ])
    func durationsHaveUnits(text: String, seconds: Double) throws {
        var parameters = try RequestParameters("t=\(text)")
        #expect(try parameters.duration("t") == .seconds(seconds))
    }

    @Test(arguments: ["5", "s", "-1s", "1w", "99999999999999999999s", "1.5s", "٣s"])
    func otherDurationsAreRefused(text: String) throws {
        #expect(throws: RequestError.self) {
            var parameters = try RequestParameters("t=\(text)")
            _ = try parameters.duration("t")
        }
    }

    @Test func onlyJSONIsJSON() {
        for type in [
            "application/json", "Application/JSON; charset=UTF-8", "application/x-ndjson",
            "application/vnd.elasticsearch+json;compatible-with=8",
            "application/vnd.elasticsearch+x-ndjson; compatible-with=7",
        ] {
            #expect(RequestHeaders.isJSON(type), "\(type)")
        }
        for type in [
            "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
            "text/plain; application/json", "application/json; banana=1", ";",
        ] {
            #expect(!RequestHeaders.isJSON(type), "\(type)")
        }
    }

    @Test func theClientIsReadFromRightToLeft() {
        func client(_ peer: String, _ header: String?) -> String {
            RequestHeaders.client(
                peer: peer, forwardedFor: header, trustedProxies: ["10.0.0.1", "10.0.0.2"])
        }
        #expect(client("1.2.3.4", "9.9.9.9") == "1.2.3.4")
        #expect(client("10.0.0.1", nil) == "10.0.0.1")
        #expect(client("10.0.0.1", "6.6.6.6, 5.5.5.5, 10.0.0.2") == "5.5.5.5")
        #expect(client("10.0.0.1", "10.0.0.2") == "10.0.0.2")
    }

    @Test func hostsLoseTheirPort() {
        #expect(RequestHeaders.hostName("localhost:9200") == "localhost")
        #expect(RequestHeaders.hostName("[::1]:9200") == "::1")
        #expect(RequestHeaders.isAddress("127.0.0.1") && RequestHeaders.isAddress("::1"))
        #expect(!RequestHeaders.isAddress("a.example") && !RequestHeaders.isAddress(""))
    }

    @Test(arguments: [
        "{}", "[]", "null", "\"a\\\"b{\"", "[1,{\"a\":[],\"b\":{}},\"x:y\"]",
        #"{"a":{"b":[1,2,{"c":"\\"}]},"d":-1.5e3}"#,
    ])
    func indentingChangesNoValue(json: String) throws {
        let pretty = PrettyJSON.indented(Array(json.utf8))
        let (read, meant) = try (JSONParser.parse(pretty), JSONParser.parse(Array(json.utf8)))
        #expect(read == meant)
        #expect(PrettyJSON.indented(pretty) == pretty)
    }

    @Test func nodeCountsAreCompared() throws {
        for (text, holds) in [
            ("3", true), (">=3", true), ("ge(4)", false), ("<3", false), ("le(3)", true),
            (">2", true), ("gt(3)", false), ("lt(4)", true), ("4", false),
        ] {
            #expect(try NodeCountCondition(text).holds(for: 3) == holds, "\(text)")
        }
        for text in ["", "x", ">=", "-1", "ge(3"] {
            #expect(throws: RequestError.self) { try NodeCountCondition(text) }
        }
    }

    @Test func sizesAreReadable() {
        for (bytes, text) in [
            (Int64(0), "0b"), (1_023, "1023b"), (1_024, "1kb"), (1_500, "1.4kb"),
            (5 << 30, "5gb"), (Int64.max, "8388608tb"),
        ] {
            #expect(CatTable.size(bytes) == text)
        }
    }
}
