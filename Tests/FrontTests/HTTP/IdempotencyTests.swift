// The header Idempotency-Key on its way from a client to the root.
import Testing

@testable import Front

@Suite struct IdempotencyTests {
    private func request(_ path: String, _ body: String, key: String?) -> [UInt8] {
        let header = key.map { "Idempotency-Key: \($0)\r\n" } ?? ""
        return Array(
            ("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + header + "Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                + body).utf8)
    }

    @Test func theKeyReachesTheRoot() async throws {
        let harness = FrontHarness()
        try await harness.run { client in
            let bulk = "{\"index\":{}}\n{}\n"
            for (path, body, key) in [
                ("/a/_bulk", bulk, "queue/0.7/12"), ("/a/_bulk", bulk, nil), ("/a/_doc", "{}", "k"),
            ] {
                let answer = try await client.exchange(request(path, body, key: key))
                #expect(answer.hasPrefix("HTTP/1.1 20"))
            }
        }
        #expect(harness.documents.requests.map(\.idempotencyKey) == ["queue/0.7/12", nil, "k"])
    }

    @Test func aKeyThatIsNoneIsRefused() async throws {
        let harness = FrontHarness()
        try await harness.run { client in
            for key in ["two words", String(repeating: "a", count: 257)] {
                let answer = try await client.exchange(request("/a/_doc", "{}", key: key))
                #expect(answer.hasPrefix("HTTP/1.1 400") && answer.contains("Idempotency-Key"))
            }
        }
        #expect(harness.documents.requests.isEmpty)
    }
}
