// `_leaves` over the wire.

import Testing

@testable import Front

@Suite struct LeavesTests {
    @Test func showsAndChangesTheLeaves() async throws {
        try await FrontHarness().run { client in
            let shown = try await client("GET", "/_leaves")
            #expect(shown.status == 200)
            #expect(shown.body.contains("\"table_version\":7,\"settled\":true"))
            #expect(!shown.body.contains("wanted"))
            let set = try await client("PUT", "/_leaves", "{\"count\":8}")
            #expect(set.status == 200 && set.body.contains("\"wanted\":8"))
            let drained = try await client("POST", "/_leaves/leaf-1/_drain")
            #expect(drained.status == 200)
            #expect(drained.body.contains("\"state\":\"draining\",\"owned\":4"))
            #expect(drained.body.contains("\"settled\":false"))
            let back = try await client("POST", "/_leaves/leaf-1/_return")
            #expect(!back.body.contains("draining"))
        }
    }

    @Test(arguments: [
        ("PUT", "/_leaves", "{\"count\":0}", 400), ("PUT", "/_leaves", "{\"count\":257}", 400),
        ("PUT", "/_leaves", "{\"leaves\":3}", 400), ("PUT", "/_leaves", "[", 400),
        ("POST", "/_leaves/leaf-9/_drain", "", 404), ("POST", "/_leaves/leaf-1/_stop", "", 400),
        ("DELETE", "/_leaves", "", 405), ("PUT", "/_leaves?x=1", "{\"count\":2}", 400),
    ])
    func refusesWhatItDoesNotKnow(
        _ method: String, _ path: String, _ body: String, _ status: Int
    ) async throws {
        try await FrontHarness().run { client in
            let answer = try await client(method, path, body.isEmpty ? nil : body)
            #expect(answer.status == status, "\(answer.body)")
        }
    }
}
