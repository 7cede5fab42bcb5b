// The token of a write's answer: brought, taken back, and refused when it is damaged.

import Cluster
import Queries
import Testing

@testable import Front

@Suite struct SessionTests {
    private static let paths: [(String, String, String?)] = [
        ("POST", "/books/_search", "{}"), ("POST", "/books/_count", "{}"),
        ("POST", "/books/_explain/1", #"{"query":{"match_all":{}}}"#),
        ("GET", "/books/_doc/1", nil), ("POST", "/books/_mget", #"{"ids":["1","2"]}"#),
    ]

    @Test func writesBringATokenAndReadsTakeIt() async throws {
        let front = FrontHarness()
        var token = SessionToken()
        token.note("u-books", 1, 77)
        front.documents.brings(token)
        try await front.run { client in
            let document = try await client("PUT", "/books/_doc/1", #"{"title":"oak"}"#)
            let text = try #require(document["X-Canopy-Token"])
            #expect(try SessionToken(text: text) == token)
            let bulk = try await client(
                "POST", "/books/_bulk", "{\"index\":{\"_id\":\"2\"}}\n{\"title\":\"ash\"}\n")
            #expect(bulk["X-Canopy-Token"] == text)
            for (method, path, body) in Self.paths {
                let answer = try await client(method, path, body, ["X-Canopy-Token": text])
                #expect(answer.status == 200, "\(path): \(answer.body)")
            }
        }
        #expect(front.search.requests.allSatisfy { $0.session == token })
        #expect(front.search.requests.count >= 3)
        #expect(front.documents.gets.count == 3)
        #expect(front.documents.gets.allSatisfy { $0.session == token })
    }

    @Test func aDamagedTokenIsRefused() async throws {
        let front = FrontHarness()
        try await front.run { client in
            for (method, path, body) in Self.paths {
                let answer = try await client(method, path, body, ["X-Canopy-Token": "AQEB"])
                #expect(answer.status == 400 && answer.body.contains("X-Canopy-Token"))
            }
        }
        #expect(front.search.requests.isEmpty && front.documents.gets.isEmpty)
    }

    @Test func withoutWritesThereIsNoToken() async throws {
        let front = FrontHarness()
        try await front.run { client in
            let answer = try await client("PUT", "/books/_doc/1", #"{"title":"oak"}"#)
            #expect(answer.status == 201 && answer["X-Canopy-Token"] == nil)
        }
    }
}
