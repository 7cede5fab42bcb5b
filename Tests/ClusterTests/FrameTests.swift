// Frames as bytes, and what becomes of connections whose bytes are no frames.

import Logging
import NIOCore
import NIOPosix
import Storage
import Synchronization
import Testing

@testable import Cluster

@Suite struct FrameDecoderTests {
    @Test func theExampleInTheDocumentationIsTrue() {
        var buffer = ByteBuffer()
        let frame = Frame(
            type: .request, kind: MessageKind.ping.rawValue, id: 7,
            remainingMicroseconds: 1_000_000, payload: ByteBuffer(repeating: 9, count: 42))
        frame.write(to: &buffer)
        #expect(buffer.readableBytes == 4 + 0x3E)
        #expect(
            Array(buffer.readableBytesView.prefix(24)) == [
                0, 0, 0, 0x3E, 2, 1, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0x0F, 0x42,
                0x40,
            ])
    }

    @Test func framesSurviveBeingCutAnywhere() throws {
        let decoder = FrameDecoder(payloadLimit: 1000)
        let frames = FrameType.allCases.enumerated().map { number, type in
            Frame(
                type: type, kind: UInt8(number), id: UInt64(number) << 40,
                remainingMicroseconds: .max - UInt64(number),
                payload: ByteBuffer(repeating: UInt8(number), count: number * 5))
        }
        var whole = ByteBuffer()
        for frame in frames { frame.write(to: &whole) }
        for cut in 0...whole.readableBytes {
            var decoded: [Frame] = []
            var buffer = ByteBuffer(bytes: whole.readableBytesView.prefix(cut))
            while let frame = try decoder.next(&buffer) { decoded.append(frame) }
            buffer.writeBytes(whole.readableBytesView.dropFirst(cut))
            while let frame = try decoder.next(&buffer) { decoded.append(frame) }
            #expect(decoded == frames, "cut at \(cut)")
            #expect(buffer.readableBytes == 0)
        }
    }

    @Test func faultsAreNamed() {
        func fault(_ bytes: [UInt8]) -> FrameFault? {
            var buffer = ByteBuffer(bytes: bytes)
            do {
                while try FrameDecoder(payloadLimit: 100).next(&buffer) != nil {}
                return nil
            } catch {
                return error
            }
        }
        let rest = [UInt8](repeating: 0, count: 16)
        #expect(fault([0, 0, 0, 19, 2]) == .tooShort(19))
        #expect(fault([0, 0, 0, 121, 2]) == .tooLong(101, 100))
        #expect(fault([0, 0, 0, 20, 1]) == .version(1))
        #expect(fault(Array("GET / HTTP/1.1\r\n".utf8)) == .version(UInt8(ascii: "/")))
        #expect(fault([0, 0, 0, 20, 2, 99]) == .type(99))
        #expect(fault([0, 0, 0, 20, 2, 1, 1, 5] + rest) == .reserved(5))
        #expect(fault([0, 0, 0, 20, 2, 1, 1, 0] + rest) == nil)
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func arbitraryBytesNeverTrap(_ seed: UInt64) {
        let random = SeededRandom(seed: seed)
        var buffer = ByteBuffer()
        for number in 0..<8 {
            Frame(
                type: FrameType.allCases[random.next(in: 0..<FrameType.allCases.count)],
                kind: UInt8(number), id: random.next(),
                payload: ByteBuffer(repeating: 1, count: random.next(in: 0..<40))
            ).write(to: &buffer)
        }
        for _ in 0..<random.next(in: 0..<6) {
            buffer.setInteger(
                UInt8(random.next(in: 0..<256)), at: random.next(in: 0..<buffer.readableBytes))
        }
        var count = 0
        while let frame = try? FrameDecoder(payloadLimit: 64).next(&buffer) {
            count += 1
            #expect(frame.payload.readableBytes <= 64, "seed \(seed)")
        }
        #expect(count <= 8 * 24, "seed \(seed)")
    }
}

@Suite(.timeLimit(.minutes(1)))
struct HostilePeerTests {
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func transport(_ clock: ManualClock) -> FrameTransport {
        FrameTransport(
            clock: clock, random: SeededRandom(seed: 1), logger: silent,
            limits: TransportLimits(payloadBytes: 10_000))
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func aServerOutlivesGarbage(_ seed: UInt64) async throws {
        let clock = ManualClock()
        let transport = transport(clock)
        let server = try await transport.serve(at: NodeAddress("127.0.0.1:0"), ClosureHandler.echo)
        let random = SeededRandom(seed: seed)
        var bytes = ByteBuffer()
        for _ in 0..<random.next(in: 0..<4) {
            Frame(
                type: FrameType.allCases[random.next(in: 0..<FrameType.allCases.count)],
                kind: UInt8(random.next(in: 0..<256)), id: random.next(below: 3),
                remainingMicroseconds: random.next(),
                payload: ByteBuffer(repeating: 1, count: random.next(in: 0..<40))
            ).write(to: &bytes)
        }
        bytes.writeBytes(
            (0..<random.next(in: 0..<200)).map { _ in UInt8(random.next(in: 0..<256)) })
        let port = try #require(server.address.hostAndPort?.port)
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port).get()
        // The server may close while we still write.
        try? await client.writeAndFlush(bytes).get()
        client.close(mode: .output, promise: nil)
        try await client.closeFuture.get()
        let answer = try await transport.call(
            server.address, .ping, [4, 5], deadline: clock.now + .seconds(5))
        #expect(answer == [4, 5], "seed \(seed)")
        await server.stop()
        await transport.close()
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{0}\u{0}\u{14}\u{2}", "\u{0}"])
    func aCallerOutlivesAServerThatIsNone(_ greeting: String) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.execute {
                    channel.writeAndFlush(ByteBuffer(string: greeting), promise: nil)
                    channel.close(promise: nil)
                }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let clock = ManualClock()
        let transport = transport(clock)
        let port = try #require(listener.localAddress?.port)
        await #expect(throws: TransportError.self) {
            try await transport.call(
                NodeAddress(host: "127.0.0.1", port: port), .ping, [],
                deadline: clock.now + .seconds(5))
        }
        try await listener.close().get()
        await transport.close()
    }

    @Test func anUnknownKindIsAnErrorAndNoMore() async throws {
        var state = FrameResponder.StateMachine<Int>(handlerLimit: 2, now: .zero)
        guard
            case .reply(let frame) = state.receive(
                Frame(type: .request, kind: 99, id: 4), now: .zero)
        else {
            Issue.record("no reply")
            return
        }
        #expect(frame.type == .failure && frame.id == 4)
        #expect(RemoteError(frame: frame.payload).type == RemoteError.malformedType)
        #expect(state.earliestDeadline == nil)
    }

    @Test func oneConnectionRunsNoMoreHandlersThanAllowed() async throws {
        let clock = ManualClock()
        let limits = TransportLimits(handlersPerConnection: 3)
        let transport = FrameTransport(
            clock: clock, random: SeededRandom(seed: 1), logger: silent, limits: limits)
        let running = Mutex((now: 0, most: 0))
        let full = Gate()
        let gate = Gate()
        let server = try await transport.serve(
            at: NodeAddress("127.0.0.1:0"),
            ClosureHandler { _, payload, _ in
                let count = running.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                    return $0.now
                }
                if count == 3 { full.open() }
                await gate.wait()
                running.withLock { $0.now -= 1 }
                return payload
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let answer = try await transport.call(
                        server.address, .ping, [UInt8(number)], deadline: clock.now + .seconds(9))
                    #expect(answer == [UInt8(number)])
                }
            }
            await full.wait()
            gate.open()
            try await group.waitForAll()
        }
        #expect(running.withLock { $0.most } == 3)
        await server.stop()
        await transport.close()
    }
}

@Suite struct KeepAliveTests {
    @Test func theClockIsLookedAtHalfwayToTheDeadline() {
        let now = Instant(nanoseconds: 5_000)
        #expect(KeepAlive.delay(until: nil, now: now) == .seconds(1))
        #expect(KeepAlive.delay(until: now + .seconds(10), now: now) == .seconds(1))
        #expect(KeepAlive.delay(until: now + .milliseconds(300), now: now) == .milliseconds(150))
        #expect(KeepAlive.delay(until: now, now: now) == .milliseconds(5))
        #expect(KeepAlive.delay(until: now + .seconds(-1), now: now) == .milliseconds(5))
    }
}
