// `_scrub` over the wire.

import Testing

@testable import Front

@Suite struct ScrubTests {
    @Test func tellsWhatWasFound() async throws {
        try await FrontHarness().run { client in
            _ = try await client("PUT", "/books")
            let found = try await client("GET", "/_scrub")
            #expect(found.status == 200)
            #expect(
                found.body.contains(
                    """
                    {"running":false,"shards":1,"pending":0,"objects":7,"bytes":9000,"damaged":2,\
                    "mended":1,"oldest_seconds":61,"leaves":[{"name":"leaf-0","shards":1,
                    """.replacing("\n", with: "")))
            #expect(
                found.body.contains(
                    #"{"leaf":"leaf-0","index":"books","shard":1,"kind":"segment","object":"o/1","#
                        + #""reason":"it changed","mended":false,"remedy":"what was done"}"#))
            #expect(found.body.contains(#""failure":"connection refused""#))
            #expect(found.body.contains(#""shard":1,"reason":"no answer"}"#))
            let begun = try await client("POST", "/_scrub")
            #expect(begun.body.hasPrefix(#"{"running":true,"shards":1,"pending":1"#))
            #expect(begun.body.contains(#""failures":[]"#))
        }
    }

    @Test func mayBeAskedOfOneIndex() async throws {
        try await FrontHarness().run { client in
            _ = try await client("PUT", "/books")
            _ = try await client("PUT", "/films")
            #expect(try await client("GET", "/_scrub").body.contains(#""shards":2"#))
            for path in ["/books/_scrub", "/_scrub?index=books"] {
                let found = try await client("POST", path)
                #expect(found.body.contains(#""shards":1"#) && !found.body.contains("films"))
            }
            #expect(try await client("POST", "/_scrub?index=nothing").status == 404)
            #expect(try await client("POST", "/_scrub?now").status == 400)
            #expect(try await client("POST", "/_scrub", "{}").status == 400)
            #expect(try await client("PUT", "/_scrub").status == 405)
        }
    }
}
