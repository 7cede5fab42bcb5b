// A front over fakes, listening on a port of its own, and a client that speaks plain bytes.
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Storage
import Testing

@testable import Front

struct FrontHarness {
    let search = FakeSearch()
    let documents = FakeDocuments()
    let indices = FakeIndices()
    let generations = FakeGenerations()
    let leaves = FakeLeaves()
    let snapshots = FakeSnapshots()
    let clock = FakeClock()
    let metrics = MetricsRegistry()
    var configuration = FrontConfiguration()
    var readiness: @Sendable () async -> [String] = { [] }

    init() {
        configuration.port = 0
    }

    func server(onListening: @escaping @Sendable (Int) -> Void) -> FrontServer {
        var logger = Logger(label: "front")
        logger.logLevel = .critical
        return FrontServer(
            configuration: configuration,
            services: FrontServices(
                search: search, documents: documents, indices: indices, generations: generations,
                leaves: leaves, snapshots: snapshots),
            clock: clock, random: SeededRandom(seed: 1), nodeName: "node-0", version: "1.2.3",
            metrics: metrics, readiness: readiness, logger: logger, onListening: onListening)
    }

    /// Runs the front while `body` talks to it, then stops it.
    func run(_ body: (HTTPClient) async throws -> Void) async throws {
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let server = server { listening.yield($0) }
        let task = Task { try await server.run() }
        var bound = ports.makeAsyncIterator()
        let port = try #require(await bound.next())
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(HTTPClient(port: port)))
        } catch {
            outcome = .failure(error)
        }
        task.cancel()
        _ = await task.result
        try outcome.get()
    }
}

/// What came back, taken apart.
struct RawResponse {
    var status = 0
    var headers: [(name: String, value: String)] = []
    var body = ""

    subscript(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    init(_ text: String) {
        let (head, rest) = Self.cut(text, "\r\n\r\n")
        let lines = head.components("\r\n")
        status = Int(lines.first?.dropFirst(9).prefix(3) ?? "") ?? 0
        headers = lines.dropFirst().map { line in
            let (name, value) = Self.cut(line, ": ")
            return (name, value)
        }
        body = rest
    }

    private static func cut(_ text: String, _ separator: String) -> (String, String) {
        guard let range = text.firstRange(of: separator) else { return (text, "") }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

/// One connection per request, closed after it.
struct HTTPClient {
    let port: Int

    func callAsFunction(
        _ method: String, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:]
    ) async throws -> RawResponse {
        try await callAsFunction(method, path, bytes: body.map { Array($0.utf8) }, headers)
    }

    func callAsFunction(
        _ method: String, _ path: String, bytes: [UInt8]?, _ headers: [String: String] = [:]
    ) async throws -> RawResponse {
        var fields = ["Host": "localhost:\(port)", "Connection": "close"]
        if let bytes {
            fields["Content-Type"] = "application/json"
            fields["Content-Length"] = String(bytes.count)
        }
        fields.merge(headers) { $1 }
        var head = "\(method) \(path) HTTP/1.1\r\n"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            head += "\(name): \(value)\r\n"
        }
        let answer = try await exchange(Array((head + "\r\n").utf8) + (bytes ?? []))
        return RawResponse(answer)
    }

    func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Sends the bytes and reads until the server closes.
    func exchange(_ bytes: [UInt8]) async throws -> String {
        try await connect().executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var received = ByteBuffer()
            do {
                for try await var part in inbound { received.writeBuffer(&part) }
            } catch let error as IOError where error.errnoCode == ECONNRESET {
                // A server that refuses a body may close before all of it is sent.
            }
            return String(buffer: received)
        }
    }
}
