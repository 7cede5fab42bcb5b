// What every transport must do, asked of both: within a process and over sockets.

import Analysis
import Logging
import Queries
import Storage
import Testing

@testable import Cluster

enum TransportKind: String, CaseIterable, Sendable {
    case inProcess, frames

    func make(clock: any NodeClock, limits: TransportLimits) -> any Transport {
        switch self {
        case .inProcess: InProcessTransport(clock: clock, limits: limits)
        case .frames:
            FrameTransport(
                clock: clock, random: SeededRandom(seed: 1),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, limits: limits)
        }
    }

    var address: NodeAddress {
        self == .inProcess ? NodeAddress("leaf-0") : NodeAddress("127.0.0.1:0")
    }
}

/// One server, one way to call it, and a clock that stands still.
struct TransportFixture {
    let clock = ManualClock()
    let transport: any Transport
    let server: any TransportServer

    init(
        _ kind: TransportKind, limits: TransportLimits = TransportLimits(),
        _ handler: any MessageHandler
    ) async throws {
        transport = kind.make(clock: clock, limits: limits)
        server = try await transport.serve(at: kind.address, handler)
    }

    func call(
        _ kind: MessageKind = .ping, _ payload: [UInt8] = [], within: Duration = .seconds(10)
    ) async throws -> [UInt8] {
        try await transport.call(server.address, kind, payload, deadline: clock.now + within)
    }

    func stop() async {
        await server.stop()
        await transport.close()
    }
}

@Suite(.timeLimit(.minutes(1)))
struct TransportTests {
    @Test(arguments: TransportKind.allCases)
    func answersComeBack(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(
            kind, ClosureHandler { kind, payload, _ in [kind.rawValue] + payload })
        for message in MessageKind.allCases {
            #expect(try await fixture.call(message, [7, 8]) == [message.rawValue, 7, 8])
        }
        let large = [UInt8](repeating: 3, count: 1 << 20)
        #expect(try await fixture.call(.write, large) == [MessageKind.write.rawValue] + large)
        #expect(try await fixture.call(.ping, []) == [MessageKind.ping.rawValue])
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func theHandlerLearnsTheTimeLeft(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(
            kind,
            ClosureHandler { _, _, deadline in
                JSONValue.integer(deadline.nanoseconds).encoded()
            })
        let answer = try await fixture.call(within: .milliseconds(1500))
        let deadline = try JSONParser.parse(answer).integerValue
        #expect(deadline == (fixture.clock.now + .milliseconds(1500)).nanoseconds)
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func manyCallsAtOnceGetTheirOwnAnswers(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(kind, ClosureHandler.echo)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let payload = [UInt8](repeating: UInt8(number % 256), count: number * 37)
                    let answer = try await fixture.call(.search, payload)
                    #expect(answer == payload)
                }
            }
            try await group.waitForAll()
        }
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func errorsTravel(_ kind: TransportKind) async throws {
        let remote = RemoteError(type: "some_exception", reason: "why \u{1F332}", status: 409)
        let cases: [(any Error, RemoteError)] = [
            (remote, remote),
            (
                RequestError.indexNotFound("x"),
                RemoteError(
                    type: "index_not_found_exception", reason: "no such index [x]", status: 404)
            ),
            (
                SchemaError(type: "mapper_parsing_exception", reason: "no"),
                RemoteError(type: "mapper_parsing_exception", reason: "no", status: 400)
            ),
        ]
        for (thrown, expected) in cases {
            let fixture = try await TransportFixture(
                kind, ClosureHandler { _, _, _ in throw thrown })
            await #expect(throws: expected) { try await fixture.call() }
            await fixture.stop()
        }
    }

    @Test(arguments: TransportKind.allCases)
    func aCallEndsAtItsDeadlineAndSoDoesItsHandler(_ kind: TransportKind) async throws {
        let (entered, cancelled) = (Gate(), Gate())
        let fixture = try await TransportFixture(
            kind, ClosureHandler.stuck(entered: entered, cancelled: cancelled))
        let call = Task { try await fixture.call(within: .milliseconds(100)) }
        await entered.wait()
        #expect(!cancelled.isOpen)
        fixture.clock.advance(by: .milliseconds(200))
        await #expect(throws: TransportError.deadlineExceeded) { try await call.value }
        await cancelled.wait()
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func aCallTooLateIsNotMade(_ kind: TransportKind) async throws {
        let entered = Gate()
        let fixture = try await TransportFixture(
            kind,
            ClosureHandler { _, payload, _ in
                entered.open()
                return payload
            })
        await #expect(throws: TransportError.deadlineExceeded) {
            try await fixture.call(within: .zero)
        }
        #expect(!entered.isOpen)
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func cancellingTheCallCancelsTheHandler(_ kind: TransportKind) async throws {
        let (entered, cancelled) = (Gate(), Gate())
        let fixture = try await TransportFixture(
            kind, ClosureHandler.stuck(entered: entered, cancelled: cancelled))
        let call = Task { try await fixture.call() }
        await entered.wait()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        await cancelled.wait()
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func cancelledCallersNeverHang(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(kind, ClosureHandler.echo)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let call = Task { try await fixture.call(.ping, [UInt8(number)]) }
                    if number % 3 == 0 { await Task.yield() }
                    call.cancel()
                    do {
                        let answer = try await call.value
                        #expect(answer == [UInt8(number)])
                    } catch {
                        #expect(error is CancellationError)
                    }
                }
            }
        }
        #expect(try await fixture.call(.ping, [9]) == [9])
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func aServerThatStopsFailsItsCalls(_ kind: TransportKind) async throws {
        let (entered, cancelled) = (Gate(), Gate())
        let fixture = try await TransportFixture(
            kind, ClosureHandler.stuck(entered: entered, cancelled: cancelled))
        let call = Task { try await fixture.call() }
        await entered.wait()
        await fixture.server.stop()
        await #expect {
            _ = try await call.value
        } throws: {
            if case .closed = $0 as? TransportError { true } else { false }
        }
        await cancelled.wait()
        await #expect {
            try await fixture.call()
        } throws: {
            if case .unreachable = $0 as? TransportError { true } else { false }
        }
        await fixture.transport.close()
    }

    @Test(arguments: TransportKind.allCases)
    func closingTheTransportFailsItsCalls(_ kind: TransportKind) async throws {
        let (entered, cancelled) = (Gate(), Gate())
        let fixture = try await TransportFixture(
            kind, ClosureHandler.stuck(entered: entered, cancelled: cancelled))
        let call = Task { try await fixture.call() }
        await entered.wait()
        await fixture.transport.close()
        await #expect {
            _ = try await call.value
        } throws: {
            if case .closed = $0 as? TransportError { true } else { false }
        }
        await cancelled.wait()
        await fixture.server.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func aServerThatComesBackIsFoundAgain(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(kind, ClosureHandler.echo)
        #expect(try await fixture.call(.ping, [1]) == [1])
        await fixture.server.stop()
        await #expect(throws: TransportError.self) { try await fixture.call() }
        let again = try await fixture.transport.serve(
            at: fixture.server.address, ClosureHandler.echo)
        #expect(again.address == fixture.server.address)
        // Past the longest time a peer that was not there is left alone.
        fixture.clock.advance(by: .seconds(5))
        #expect(try await fixture.call(.ping, [2]) == [2])
        await again.stop()
        await fixture.transport.close()
    }

    @Test(arguments: TransportKind.allCases)
    func whatIsTooLongIsRefusedAndNothingElseSuffers(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(
            kind, limits: TransportLimits(payloadBytes: 1000),
            ClosureHandler { kind, payload, _ in
                kind == .fetch ? [UInt8](repeating: 0, count: 1001) : payload
            })
        await #expect(throws: TransportError.frameTooLarge(byteCount: 1001, limit: 1000)) {
            try await fixture.call(.ping, [UInt8](repeating: 0, count: 1001))
        }
        await #expect(throws: (any Error).self) { try await fixture.call(.fetch) }
        let longest = [UInt8](repeating: 0, count: 1000)
        #expect(try await fixture.call(.ping, longest) == longest)
        await fixture.stop()
    }

    @Test(arguments: TransportKind.allCases)
    func nobodyAtTheAddressIsSaidSo(_ kind: TransportKind) async throws {
        let clock = ManualClock()
        let transport = kind.make(clock: clock, limits: TransportLimits())
        // Port 1 is reserved and nobody here listens on it.
        for text in ["127.0.0.1:1", "nowhere", "", "host:99999", "a:b:c", "[::1:1"] {
            let address = NodeAddress(text)
            await #expect {
                try await transport.call(address, .ping, [], deadline: clock.now + .seconds(1))
            } throws: {
                if case .unreachable(address, _) = $0 as? TransportError { true } else { false }
            }
        }
        await transport.close()
    }

    @Test func addressesAreRead() {
        #expect(NodeAddress("127.0.0.1:9401").hostAndPort?.host == "127.0.0.1")
        #expect(NodeAddress("127.0.0.1:9401").hostAndPort?.port == 9401)
        #expect(NodeAddress("[::1]:80").hostAndPort?.host == "::1")
        #expect(NodeAddress(host: "::1", port: 80).text == "[::1]:80")
        #expect(NodeAddress("::1:80").hostAndPort == nil)
        #expect(NodeAddress("leaf-0").hostAndPort == nil)
        #expect(NodeAddress(":80").hostAndPort == nil)
        #expect(NodeAddress("h:+80").hostAndPort == nil)
    }
}
