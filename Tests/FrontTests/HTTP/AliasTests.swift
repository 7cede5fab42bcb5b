// `_aliases` and `_alias` over the wire.

import Testing

@testable import Front

@Suite struct AliasTests {
    @Test func namesAreGivenMovedAndTaken() async throws {
        try await FrontHarness().run { client in
            for index in ["books-1", "books-2"] {
                #expect(try await client("PUT", "/\(index)").status == 200)
            }
            #expect(try await client("PUT", "/books-1/_alias/books").status == 200)
            let moved = try await client(
                "POST", "/_aliases",
                """
                {"actions": [{"remove": {"index": "books-1", "alias": "books"}},
                {"add": {"indices": ["books-2"], "aliases": ["books", "tomes"],
                "is_write_index": true}}]}
                """)
            #expect(moved.status == 200 && moved.body.contains("\"acknowledged\":true"))
            let all = try await client("GET", "/_alias")
            #expect(
                all.body.contains(
                    "{\"books-1\":{\"aliases\":{}},\"books-2\":{\"aliases\":{\"books\":"
                        + "{\"is_write_index\":true},\"tomes\":{\"is_write_index\":true}}}}"))
            let some = try await client("GET", "/_alias/to*")
            #expect(some.body.contains("tomes") && !some.body.contains("books-1"))
            #expect(try await client("GET", "/books-2").body.contains("\"tomes\":"))
            #expect(try await client("GET", "/_cat/aliases").body.contains("tomes books-2 true"))
            #expect(try await client("DELETE", "/books-2/_alias/tomes").status == 200)
            #expect(try await client("GET", "/_alias/tomes").status == 404)
            #expect(try await client("HEAD", "/books-2/_alias/books").status == 200)
        }
    }

    @Test(arguments: [
        ("POST", "/_aliases", "{}", 400), ("POST", "/_aliases", "[", 400),
        ("POST", "/_aliases", "{\"actions\":[]}", 400),
        ("POST", "/_aliases", "{\"actions\":[{\"swap\":{}}]}", 400),
        ("POST", "/_aliases", "{\"actions\":[{\"add\":{\"index\":\"a\"}}]}", 400),
        (
            "POST", "/_aliases",
            "{\"actions\":[{\"add\":{\"index\":\"a\",\"alias\":\"b\",\"filter\":{}}}]}", 400
        ),
        (
            "POST", "/_aliases",
            "{\"actions\":[{\"add\":{\"index\":\"a\",\"alias\":[]}}]}", 400
        ),
        ("PUT", "/a/_alias/b", "", 404), ("PUT", "/a/_alias/b", "{\"routing\":1}", 400),
        ("DELETE", "/_alias/b", "", 400), ("DELETE", "/a/_alias/b", "", 404),
        ("DELETE", "/_aliases", "", 405), ("GET", "/_alias/b", "", 404),
    ])
    func whatCannotBe(_ method: String, _ path: String, _ body: String, _ status: Int) async throws
    {
        try await FrontHarness().run { client in
            let answer = try await client(method, path, body)
            #expect(answer.status == status)
        }
    }
}
