// Asks etcd through its JSON gateway, one member after the other where one does not answer.

import Analysis
import Cluster
import Foundation
import Storage
import Synchronization

final class EtcdClient: Sendable {
    let settings: EtcdSettings
    private let http: any HTTPExchange
    let retrier: Retrier
    /// The member asked next.
    private let next = Mutex(0)

    /// What became of one attempt.
    enum Verdict: Sendable {
        case answered(JSONValue)
        /// It may have been done or not.
        case inDoubt(String)
        /// etcd understood and refuses; with its words.
        case refused(status: Int, String)
    }

    private static let attemptLimit: Duration = .seconds(4)
    /// Of all metadata of a cluster.
    private static let answerLimit = 256 << 20

    init(
        settings: EtcdSettings, http: any HTTPExchange, clock: any NodeClock,
        random: any RandomSource, policy: RetryPolicy
    ) {
        self.settings = settings
        self.http = http
        retrier = Retrier(policy, clock: clock, random: random)
    }

    /// Asks until etcd answers. Only for requests that may be repeated.
    /// - Parameters:
    ///   - path: Such as `/v3/kv/range`.
    ///   - key: For messages.
    ///   - doubted: Told once an earlier attempt may have been carried out.
    /// - Throws: `MetadataError`, `CancellationError`.
    func ask(
        _ path: String, _ body: JSONValue, key: String, doubted: () -> Void = {}
    ) async throws -> JSONValue {
        var retries = retrier.begin()
        while true {
            switch await attempt(path, body) {
            case .answered(let answer):
                retrier.earn()
                return answer
            case .refused(_, let reason): throw error(key, reason, Self.remedy(reason))
            case .inDoubt(let reason):
                try Task.checkCancellation()
                doubted()
                guard await retrier.pause(&retries) else {
                    try Task.checkCancellation()
                    throw error(key, reason, "see that etcd has a quorum and can be reached")
                }
            }
        }
    }

    func attempt(_ path: String, _ body: JSONValue) async -> Verdict {
        let (member, endpoint) = current
        do {
            let reply = try await http.send(
                HTTPCall(
                    method: "POST", url: endpoint + path,
                    headers: [("content-type", "application/json")], body: body.encoded(),
                    timeLimit: Self.attemptLimit, answerLimit: Self.answerLimit))
            guard let json = try? JSONParser.parse(reply.body) else {
                passOn(member)
                return .inDoubt("status \(reply.status) without JSON")
            }
            if reply.status == 200 { return .answered(json) }
            let words = json["error"]?.stringValue ?? json["message"]?.stringValue ?? ""
            // Without a leader the gateway says 500 or 503, as it happens.
            if reply.status >= 500 || reply.status == 408 || reply.status == 429 {
                passOn(member)
                return .inDoubt("status \(reply.status): \(words)")
            }
            return .refused(status: reply.status, "status \(reply.status): \(words)")
        } catch let failure as HTTPFailure {
            passOn(member)
            return .inDoubt(failure.reason)
        } catch {
            return .inDoubt("it was cancelled")
        }
    }

    /// Every line of an answer that does not end, until it does or `take` has enough.
    func follow(
        _ path: String, _ body: JSONValue, _ take: @Sendable (JSONValue) -> Bool
    ) async throws {
        let (member, endpoint) = current
        do {
            try await http.follow(
                HTTPCall(
                    method: "POST", url: endpoint + path,
                    headers: [("content-type", "application/json")], body: body.encoded(),
                    timeLimit: Self.attemptLimit, answerLimit: Self.answerLimit)
            ) { line in
                guard let json = try? JSONParser.parse(line) else { return false }
                return take(json)
            }
        } catch {
            passOn(member)
            throw error
        }
    }

    func error(_ key: String, _ reason: String, _ remedy: String) -> MetadataError {
        MetadataError(key: key, reason: "\(settings.place): \(reason)", remedy: remedy)
    }

    private var current: (member: Int, endpoint: String) {
        let member = next.withLock { $0 }
        return (member, settings.endpoints[member % settings.endpoints.count])
    }

    /// The member did not answer; whoever asks next asks another.
    private func passOn(_ member: Int) {
        next.withLock { if $0 == member { $0 += 1 } }
    }

    private static func remedy(_ reason: String) -> String {
        if reason.contains("too large") {
            return "raise etcd's --max-request-bytes, or use metadata.store: objects"
        }
        if reason.contains("space exceeded") {
            return "compact and defragment etcd, raise its quota, and disarm its alarm"
        }
        return "check metadata.endpoints"
    }
}

/// What the gateway's JSON is made of: bytes in base64, 64-bit numbers as strings, and nothing at
/// all where a number is 0, a flag false or bytes empty.
enum EtcdJSON {
    static func bytes(_ bytes: some Sequence<UInt8>) -> JSONValue {
        .string(Data(bytes).base64EncodedString())
    }

    static func number(_ number: Int64) -> JSONValue { .string(String(number)) }

    static func number(_ value: JSONValue?) -> Int64 {
        value?.stringValue.flatMap { Int64($0) } ?? value?.integerValue ?? 0
    }

    static func bytes(_ value: JSONValue?) -> [UInt8]? {
        guard let value else { return [] }
        return value.stringValue.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }

    /// The end of the range of all keys that start with `prefix`.
    static func end(ofPrefix prefix: String) -> [UInt8] {
        var end = Array(prefix.utf8)
        while let last = end.popLast() {
            if last < 0xFF { return end + [last + 1] }
        }
        return [0]
    }
}
