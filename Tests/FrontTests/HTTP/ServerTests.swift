// The server on the wire: connections, bodies, limits and the end of it.
import NIOCore
import Queries
import Storage
import Synchronization
import Testing

@testable import Front

@Suite struct ServerTests {
    private let head = "HTTP/1.1\r\nHost: localhost\r\n"

    @Test func oneConnectionServesManyRequestsInOrder() async throws {
        try await FrontHarness().run { client in
            let requests =
                "GET /livez \(head)\r\n" + "HEAD /livez \(head)\r\n"
                + "POST /_count \(head)Content-Type: application/json\r\n"
                + "Content-Length: 2\r\n\r\n{}"
                + "GET /readyz/ \(head)Connection: close\r\n\r\n"
            let text = try await client.exchange(Array(requests.utf8))
            let parts = text.split(separator: "HTTP/1.1 200 OK\r\n")
            #expect(parts.count == 4)
            #expect(parts[0].hasSuffix("{\"live\":true}"))
            #expect(parts[1].contains("ontent-") && parts[1].hasSuffix("\r\n\r\n"))
            #expect(parts[1].lowercased().contains("content-length: 13"))
            #expect(parts[2].contains("{\"count\":10000,"))
            #expect(parts[3].hasSuffix("{\"ready\":true,\"reasons\":[]}"))
        }
    }

    @Test func aBodyIsAskedForBeforeItIsSent() async throws {
        try await FrontHarness().run { client in
            try await client.connect().executeThenClose { inbound, outbound in
                let start =
                    "POST /_count \(head)Content-Type: application/json\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\nConnection: close\r\n\r\n"
                try await outbound.write(ByteBuffer(string: start))
                var parts = inbound.makeAsyncIterator()
                let first = try await parts.next().map { String(buffer: $0) }
                #expect(first?.hasPrefix("HTTP/1.1 100 Continue\r\n") == true)
                try await outbound.write(ByteBuffer(string: "{}"))
                var rest = ""
                while let part = try await parts.next() { rest += String(buffer: part) }
                #expect(rest.hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test func aBodyThatIsTooLongIsRefusedBeforeItIsSent() async throws {
        var harness = FrontHarness()
        harness.configuration.maximumBodyBytes = 100
        try await harness.run { client in
            try await client.connect().executeThenClose { inbound, outbound in
                let start =
                    "POST /_count \(head)Content-Type: application/json\r\n"
                    + "Content-Length: 101\r\nExpect: 100-continue\r\n\r\n"
                try await outbound.write(ByteBuffer(string: start))
                var parts = inbound.makeAsyncIterator()
                let first = try await parts.next().map { String(buffer: $0) }
                #expect(first?.hasPrefix("HTTP/1.1 413 ") == true)
            }
        }
    }

    @Test func chunkedBodiesAreReadAndBounded() async throws {
        var harness = FrontHarness()
        harness.configuration.maximumBodyBytes = 64
        try await harness.run { client in
            let start =
                "POST /_count \(head)Content-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            let small = start + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
            let read = RawResponse(try await client.exchange(Array(small.utf8)))
            #expect(read.status == 200)
            let spaces = String(repeating: " ", count: 32)
            let large = start + String(repeating: "20\r\n\(spaces)\r\n", count: 3) + "0\r\n\r\n"
            let refused = RawResponse(try await client.exchange(Array(large.utf8)))
            #expect(refused.status == 413)
        }
    }

    @Test func bodiesTogetherAreBounded() async throws {
        var harness = FrontHarness()
        harness.configuration.maximumBufferedBytes = 20_000
        try await harness.run { client in
            let body = "{" + String(repeating: " ", count: 24_000) + "}"
            let refused = try await client("POST", "/_count", body)
            #expect(refused.status == 429 && refused["Retry-After"] == "1")
            #expect(
                try await client("POST", "/_count", String(body.prefix(10_000)) + "}").status == 200
            )
        }
    }

    @Test func bodyMemoryIsGivenBack() {
        let memory = BodyMemory(limit: 10)
        #expect(memory.take(6) && !memory.take(5) && memory.take(4))
        memory.giveBack(10)
        #expect(memory.usedBytes == 0 && memory.take(10))
    }

    @Test func aClientThatGoesAwayCancelsItsSearch() async throws {
        let harness = FrontHarness()
        let (begun, cancelled) = (Gate(), Gate())
        begun.open()
        harness.search.answers { _ in
            let (never, _) = AsyncStream<Void>.makeStream()
            await begun.pass()
            for await _ in never {}
            if Task.isCancelled { await cancelled.pass() }
            throw CancellationError()
        }
        try await harness.run { client in
            try await client.connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET /_search?q=x \(head)\r\n"))
                await begun.arrived(1)
            }
            await cancelled.arrived(1)
            cancelled.open()
            #expect(try await client("GET", "/livez").status == 200)
        }
    }

    @Test func equalSearchesAtTheSameTimeReachTheRootOnce() async throws {
        let harness = FrontHarness()
        let gate = Gate()
        harness.search.answers { _ in
            await gate.pass()
            return Samples.response
        }
        try await harness.run { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await client("GET", "/_search?q=same").status }
                }
                await gate.arrived(1)
                gate.open()
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(harness.search.requests.count == 1)
    }

    @Test(arguments: ["\0\0\0\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\n\r\n"])
    func garbageHurtsNobody(garbage: String) async throws {
        try await FrontHarness().run { client in
            let answer = try await client.exchange(Array(garbage.utf8))
            #expect(answer.isEmpty || RawResponse(answer).status >= 400)
            #expect(try await client("GET", "/livez").status == 200)
        }
    }

    @Test func headersAreBounded() async throws {
        try await FrontHarness().run { client in
            let long = String(repeating: "a", count: 64 << 10)
            let answer = try await client("GET", "/livez", nil, ["X-Long": long])
            #expect(answer.status == 0 || answer.status >= 400)
            #expect(try await client("GET", "/livez").status == 200)
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await FrontHarness().run { client in
            var second = FrontHarness()
            second.configuration.port = client.port
            let error = await #expect(throws: ListenError.self) {
                try await second.server { _ in }.run()
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("port \(client.port) is in use") && text.contains("another port"))
        }
    }

    @Test func cancellingStopsAServerWithOpenConnections() async throws {
        let held = Mutex<NIOAsyncChannel<ByteBuffer, ByteBuffer>?>(nil)
        try await FrontHarness().run { client in
            let channel = try await client.connect()
            held.withLock { $0 = channel }
            #expect(try await client("GET", "/livez").status == 200)
        }
        try await held.withLock { $0 }?.executeThenClose { inbound, _ in
            for try await _ in inbound {}
        }
    }

    @Test func requestsAreCountedAndTimed() async throws {
        try await FrontHarness().run { client in
            _ = try await client("GET", "/_search?q=a")
            _ = try await client("GET", "/_search?q=a")
            _ = try await client("GET", "/_banana")
            let scrape = try await client("GET", "/metrics")
            #expect(scrape["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            for line in [
                #"canopy_http_requests_total{endpoint="search",status="200"} 2"#,
                #"canopy_http_requests_total{endpoint="unknown",status="400"} 1"#,
                #"canopy_http_request_seconds_count{endpoint="search"} 2"#,
                #"canopy_cache_requests_total{verdict="hit"} 1"#,
                #"canopy_cache_answers 1"#,
            ] {
                #expect(scrape.body.contains("\n\(line)\n"), "\(line)")
            }
        }
    }

    @Test func waitingForHealthLooksAgainUntilItIsWell() async throws {
        let harness = FrontHarness()
        harness.indices.becomes([.red, .red, .yellow, .green])
        try await harness.run { client in
            let path = "/_cluster/health?wait_for_status=green&timeout=5s"
            let answer = try await client("GET", path)
            #expect(answer.status == 200 && answer.body.contains(#""timed_out":false"#))
            #expect(harness.indices.healthChecks == 4)
            harness.indices.becomes([.red])
            let late = try await client("GET", path)
            #expect(late.status == 408 && late.body.contains(#""timed_out":true"#))
        }
    }
}
