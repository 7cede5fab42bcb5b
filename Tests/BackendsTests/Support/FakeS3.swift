// A bucket in memory behind the exchange of requests, with the faults of networks: answers lost
// before or after the deed, refusals, and requests that arrive again later.

import Storage
import Synchronization

@testable import Backends

final class FakeS3: HTTPExchange {
    enum Fault: Sendable, Hashable {
        /// The request never arrives.
        case unreachable
        /// It arrives and is carried out; the answer is lost.
        case answerLost
        /// It is carried out twice, and the first answer is lost: a proxy that repeats.
        case repeated
        case status(Int)
        /// The answer loses its last byte on the way.
        case cutShort
        /// The connection ends before the body, and there is no answer. The store keeps what
        /// arrived, unless it was told what to compare that with.
        case bodyLost
    }

    struct State {
        var objects: [String: (body: [UInt8], headers: [String: String])] = [:]
        var faults: [Fault] = []
        var calls: [HTTPCall] = []
        var pageSize = 1_000
        var ignoresConditions = false
        var ignoresRanges = false
    }

    let state = Mutex(State())
    private let random: (any RandomSource)?
    /// How often, in percent, a call meets one of `randomFaults`.
    private let faultRate: UInt64
    private let randomFaults: [Fault]

    static let lossy: [Fault] = [
        .unreachable, .answerLost, .bodyLost, .status(500), .status(503), .status(409),
    ]

    init(
        random: (any RandomSource)? = nil, faultRate: UInt64 = 0, faults: [Fault] = lossy
    ) {
        self.random = random
        self.faultRate = faultRate
        randomFaults = faults
    }

    /// The next calls meet these faults, one each.
    func fail(_ faults: Fault...) {
        state.withLock { $0.faults += faults }
    }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func send(_ call: HTTPCall) async throws -> HTTPReply {
        await Task.yield()
        try Task.checkCancellation()
        return try state.withLock { state in
            state.calls.append(call)
            let fault = state.faults.isEmpty ? randomFault() : state.faults.removeFirst()
            switch fault {
            case nil: return Self.answer(call, &state)
            case .unreachable: throw HTTPFailure(reason: "refused", mayHaveArrived: false)
            case .answerLost:
                _ = Self.answer(call, &state)
                throw HTTPFailure(reason: "the connection was closed", mayHaveArrived: true)
            case .repeated:
                _ = Self.answer(call, &state)
                return Self.answer(call, &state)
            case .bodyLost:
                var cut = call
                cut.body = []
                _ = Self.answer(cut, &state)
                throw HTTPFailure(reason: "the connection was closed", mayHaveArrived: true)
            case .status(let status): return HTTPReply(status: status)
            case .cutShort:
                var reply = Self.answer(call, &state)
                if !reply.body.isEmpty { reply.body.removeLast() }
                return reply
            }
        }
    }

    func follow(_ call: HTTPCall, _ take: @Sendable ([UInt8]) -> Bool) async throws {
        throw HTTPFailure(reason: "a bucket has no answers that go on", mayHaveArrived: false)
    }

    private func randomFault() -> Fault? {
        guard let random, random.next(below: 100) < faultRate else { return nil }
        return randomFaults[random.next(in: 0..<randomFaults.count)]
    }

    private static func answer(_ call: HTTPCall, _ state: inout State) -> HTTPReply {
        let parts = call.url.split(separator: "?", maxSplits: 1)
        let path = String(parts[0])
        let query = parts.count > 1 ? String(parts[1]) : ""
        let headers = Dictionary(call.headers.map { ($0.name, $0.value) }) { first, _ in first }
        switch call.method {
        case "PUT":
            if !state.ignoresConditions, headers["if-none-match"] == "*",
                state.objects[path] != nil
            {
                return error(412, "PreconditionFailed")
            }
            if let checksum = headers[ContentMD5.header],
                checksum != ContentMD5(of: call.body).text
            {
                return error(400, "BadDigest")
            }
            let kept = headers.filter { $0.key.hasPrefix("x-amz-meta-") }
            state.objects[path] = (call.body, kept)
            return HTTPReply(status: 200)
        case "DELETE":
            state.objects[path] = nil
            return HTTPReply(status: 204)
        case "GET" where query.contains("list-type=2"): return list(path + "/", query, state)
        default: return get(call.method, path, headers["range"], state)
        }
    }

    private static func get(
        _ method: String, _ path: String, _ range: String?, _ state: State
    ) -> HTTPReply {
        guard let object = state.objects[path] else { return error(404, "NoSuchKey") }
        var reply = HTTPReply(status: 200, headers: object.headers, body: object.body)
        if let range, !state.ignoresRanges {
            let bounds = range.dropFirst("bytes=".count).split(separator: "-").compactMap {
                Int($0)
            }
            guard bounds.count == 2, bounds[0] < object.body.count else {
                return error(416, "InvalidRange")
            }
            let last = min(bounds[1], object.body.count - 1)
            reply.status = 206
            reply.body = Array(object.body[bounds[0]...last])
            reply.headers["content-range"] = "bytes \(bounds[0])-\(last)/\(object.body.count)"
        }
        reply.headers["content-length"] = String(reply.body.count)
        if method == "HEAD" { reply.body = [] }
        return reply
    }

    private static func list(_ bucket: String, _ query: String, _ state: State) -> HTTPReply {
        var parameters: [String: String] = [:]
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            parameters[pair[0]] = pair.count > 1 ? pair[1].replacing("%2F", with: "/") : ""
        }
        let after = parameters["continuation-token"] ?? parameters["start-after"] ?? ""
        let keys = state.objects.keys.filter { $0.hasPrefix(bucket) }
            .map { String($0.dropFirst(bucket.count)) }
            .filter { $0.hasPrefix(parameters["prefix"] ?? "") && $0 > after }.sorted()
        let page = keys.prefix(state.pageSize)
        let isTruncated = page.count < keys.count
        let token =
            isTruncated
            ? "<NextContinuationToken>\(page.last ?? "")</NextContinuationToken>" : ""
        let contents = page.map { key in
            let size = state.objects[bucket + key]?.body.count ?? 0
            let name = key.replacing("%20", with: " ").replacing("%3D", with: "=")
            return "<Contents><Key>\(name)</Key><Size>\(size)</Size></Contents>"
        }.joined()
        let text =
            "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/\">"
            + "<IsTruncated>\(isTruncated)</IsTruncated>\(token)\(contents)</ListBucketResult>"
        return HTTPReply(status: 200, body: Array(text.utf8))
    }

    private static func error(_ status: Int, _ code: String) -> HTTPReply {
        HTTPReply(
            status: status,
            body: Array("<Error><Code>\(code)</Code><Message>no</Message></Error>".utf8))
    }
}

extension S3Settings {
    static func test(
        _ endpoint: String = "http://127.0.0.1:1", bucket: String = "canopy",
        prefix: String = "tests/one", secret: String = "not-a-secret"
    ) throws -> S3Settings {
        try S3Settings(
            endpoint: endpoint, bucket: bucket, prefix: prefix,
            credentials: S3Credentials(accessKey: "canopy-tests", secretKey: secret))
    }
}

/// Computes where it is asked.
struct InlinePool: ComputePool {
    func run<R: Sendable>(
        _ priority: ComputePriority, _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        try body()
    }
}

/// Whoever sleeps moves it, so that nobody waits.
final class JumpingClock: NodeClock {
    private let state = Mutex(Instant(nanoseconds: 1_000_000_000))

    var now: Instant { state.withLock { $0 } }
    var wallMilliseconds: Int64 { 1_400_000_000_000 + now.nanoseconds / 1_000_000 }

    func sleep(until deadline: Instant) async throws {
        try Task.checkCancellation()
        await Task.yield()
        state.withLock { $0 = max($0, deadline) }
    }
}
