// etcd's answers as they come: nothing where a number is zero, doubt, members that are away.

import Analysis
import Cluster
import Storage
import Synchronization
import Testing

@testable import Backends

/// Gives the answers it was told, in order, and remembers what was asked.
private final class Script: HTTPExchange {
    enum Answer: Sendable {
        case json(String, status: Int = 200)
        case lost, unreachable
    }

    private let state: Mutex<(answers: [Answer], calls: [HTTPCall])>

    init(_ answers: Answer...) {
        state = Mutex((answers, []))
    }

    var calls: [HTTPCall] { state.withLock { $0.calls } }
    var isFinished: Bool { state.withLock { $0.answers.isEmpty } }

    func send(_ call: HTTPCall) async throws -> HTTPReply {
        let answer = state.withLock { state in
            state.calls.append(call)
            return state.answers.isEmpty ? .unreachable : state.answers.removeFirst()
        }
        switch answer {
        case .json(let text, let status):
            return HTTPReply(status: status, body: Array(text.utf8))
        case .lost: throw HTTPFailure(reason: "it took too long", mayHaveArrived: true)
        case .unreachable: throw HTTPFailure(reason: "cannot connect", mayHaveArrived: false)
        }
    }

    func follow(_ call: HTTPCall, _ take: @Sendable ([UInt8]) -> Bool) async throws {
        throw HTTPFailure(reason: "not followed", mayHaveArrived: false)
    }
}

@Suite(.timeLimit(.minutes(5)))
struct EtcdTests {
    private func make(_ script: Script) throws -> EtcdMetadataStore {
        EtcdMetadataStore(
            try EtcdSettings(endpoints: "http://one:1, http://two:2/", prefix: "test"),
            http: script, watching: script, clock: JumpingClock(),
            random: SeededRandom(seed: 1))
    }

    /// `test/a`, `mine` and `other` in base64.
    private let key = "dGVzdC9h"
    private func met(_ value: String, version: Int = 7) -> Script.Answer {
        .json(
            """
            {"header":{"revision":"9"},"responses":[{"response_range":{"kvs":[{"key":"\(key)",
            "create_revision":"3","mod_revision":"\(version)","value":"\(value)"}]}}]}
            """)
    }

    @Test func zerosAreLeftOut() async throws {
        let script = Script(
            .json(#"{"header":{"revision":"2"},"kvs":[{"key":"dGVzdC9h","mod_revision":"2"}]}"#),
            .json(#"{"header":{}}"#))
        let store = try make(script)
        #expect(try await store.get("a") == VersionedValue(value: [], version: 2))
        #expect(try await store.list(prefix: "") == MetadataListing(revision: 0, entries: []))
    }

    @Test func aChangeInDoubtIsKnownByItsValue() async throws {
        let mine = Array("mine".utf8)
        let done = try make(Script(.lost, met("bWluZQ==")))
        #expect(try await done.compareAndSet("a", expected: 3, value: mine) == .stored(7))
        let others = try make(Script(.lost, met("b3RoZXI=")))
        #expect(try await others.compareAndSet("a", expected: 3, value: mine) == .conflict)
        // Without doubt an equal value is somebody else's.
        let clear = try make(Script(met("bWluZQ==")))
        #expect(try await clear.compareAndSet("a", expected: 3, value: mine) == .conflict)
        let deleted = try make(
            Script(.lost, .json(#"{"header":{"revision":"9"},"responses":[{}]}"#)))
        #expect(try await deleted.compareAndSet("a", expected: 3, value: nil) == .stored(9))
    }

    @Test(arguments: [500, 503])
    func anotherMemberIsAsked(_ status: Int) async throws {
        let script = Script(
            .json(#"{"error":"etcdserver: no leader","code":14}"#, status: status), .unreachable,
            .json(#"{"header":{"revision":"4"}}"#))
        #expect(try await make(script).list(prefix: "").revision == 4)
        #expect(
            script.calls.map(\.url) == [
                "http://one:1/v3/kv/range", "http://two:2/v3/kv/range", "http://one:1/v3/kv/range",
            ])
    }

    @Test func aDeadLeaseIsNotRenewed() async throws {
        let script = Script(
            .json("{}"), .json(#"{"ID":"5","TTL":"10"}"#),
            .json(#"{"header":{"revision":"6"},"succeeded":true}"#),
            .json(#"{"result":{"ID":"5"}}"#))
        let store = try make(script)
        let lease = try #require(
            try await store.acquireLease("a", holder: "h", duration: .milliseconds(9_500)))
        #expect(lease.version == 6)
        #expect(try await store.renew(lease) == nil)
        #expect(script.isFinished)
        let grant = try JSONParser.parse(script.calls[1].body)
        #expect(grant["TTL"]?.stringValue == "10")
    }

    @Test func refusalsAreNotRepeated() async throws {
        let script = Script(
            .json(#"{"error":"etcdserver: request is too large","code":3}"#, status: 400))
        await #expect {
            try await make(script).compareAndSet("a", expected: nil, value: [1])
        } throws: { error in
            "\(error)".contains("metadata 'a': etcd at http://one:1, http://two:2")
                && "\(error)".contains("max-request-bytes")
        }
        #expect(script.calls.count == 1)
    }

    @Test func whatIsNoEtcdIsReported() async throws {
        let script = Script(.json("<html>"), .json("<html>"), .json("<html>"), .json("<html>"))
        await #expect {
            try await make(script).get("a")
        } throws: { error in
            "\(error)".contains("see that etcd has a quorum")
        }
    }

    @Test(arguments: ["", "http://", "etcd:2379", "http://a/v3", "ftp://a"])
    func badEndpointsAreRefused(_ endpoints: String) {
        #expect(throws: EtcdSettings.Fault.self) {
            try EtcdSettings(endpoints: endpoints, prefix: "a")
        }
    }

    @Test func prefixesEnd() {
        #expect(EtcdJSON.end(ofPrefix: "a/") == Array("a0".utf8))
        #expect(EtcdJSON.end(ofPrefix: "") == [0])
    }
}
