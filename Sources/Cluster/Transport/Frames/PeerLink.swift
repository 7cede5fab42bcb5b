// The way to one node: one connection, made when first needed and again after it was lost.

import Logging
import NIOCore
import NIOPosix
import Storage
import Synchronization

final class PeerLink: Sendable {
    typealias Waiter = CheckedContinuation<FrameConnection, any Error>

    private let address: NodeAddress
    private let environment: FrameTransport.Environment
    private let state = Mutex(StateMachine<FrameConnection, Waiter>())
    private let lastWaiter = Atomic<UInt64>(0)

    /// Longest time to wait for a connection to be made.
    static let connectTimeout = Duration.seconds(2)

    init(address: NodeAddress, environment: FrameTransport.Environment) {
        self.address = address
        self.environment = environment
    }

    /// Nil while there is none.
    var openConnection: FrameConnection? { state.withLock { $0.connection } }

    /// - Throws: `TransportError.unreachable`, `.deadlineExceeded`, `CancellationError`.
    func connection(deadline: Instant) async throws -> FrameConnection {
        if let openConnection { return openConnection }
        let id = lastWaiter.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                want(id, waiter, deadline)
            }
        } onCancel: {
            giveUp(id, CancellationError())
        }
    }

    func close() async {
        let (connection, waiters) = state.withLock { $0.close() }
        for waiter in waiters {
            waiter.resume(throwing: TransportError.closed(reason: "the transport was closed"))
        }
        await connection?.close()
    }

    private func want(_ id: UInt64, _ waiter: Waiter, _ deadline: Instant) {
        let now = environment.clock.now
        switch state.withLock({ $0.want(id, waiter, now: now) }) {
        case .use(let connection): waiter.resume(returning: connection)
        case .refuse(let reason):
            waiter.resume(throwing: TransportError.unreachable(address, reason: reason))
        case .wait(let connects):
            giveUp(id, at: deadline, now: now)
            if connects { connect() }
            // Cancelled before it waited: its cancellation handler found nobody to wake.
            if Task.isCancelled { giveUp(id, CancellationError()) }
        }
    }

    /// The node's clock decides; the loop's timer only says when to look.
    private func giveUp(_ id: UInt64, at deadline: Instant, now: Instant) {
        environment.group.any().scheduleTask(in: TimeAmount(deadline - now)) {
            let now = self.environment.clock.now
            if now >= deadline {
                self.giveUp(id, TransportError.deadlineExceeded)
            } else if self.state.withLock({ $0.isWaiting(id) }) {
                self.giveUp(id, at: deadline, now: now)
            }
        }
    }

    private func giveUp(_ id: UInt64, _ error: any Error) {
        state.withLock { $0.giveUp(id) }?.resume(throwing: error)
    }

    private func connect() {
        guard let (host, port) = address.hostAndPort else {
            return failed("it is not of the form host:port")
        }
        let environment = environment
        ClientBootstrap(group: environment.group)
            .connectTimeout(TimeAmount(Self.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .writeBufferWaterMark, value: FrameTransport.waterMark
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(
                            FrameDecoder(payloadLimit: environment.limits.payloadBytes)),
                        FrameCaller(
                            clock: environment.clock, limits: environment.limits,
                            logger: environment.logger))
                }
            }
            .connect(host: host, port: port)
            .flatMapThrowing { channel in
                let caller = try channel.pipeline.syncOperations.handler(type: FrameCaller.self)
                return FrameConnection(
                    channel: channel, caller: NIOLoopBound(caller, eventLoop: channel.eventLoop),
                    limits: environment.limits, clock: environment.clock)
            }
            .whenComplete { result in
                switch result {
                case .success(let connection): self.connected(connection)
                case .failure(let error): self.failed("\(error)")
                }
            }
    }

    /// The connection has ended: the next call makes another.
    func lost(_ connection: FrameConnection) {
        state.withLock { $0.lost { $0 === connection } }
    }

    private func connected(_ connection: FrameConnection) {
        guard let waiters = state.withLock({ $0.connected(connection) }) else {
            Task { await connection.close() }
            return
        }
        connection.closeFuture.whenComplete { _ in self.lost(connection) }
        for waiter in waiters { waiter.resume(returning: connection) }
    }

    private func failed(_ reason: String) {
        let jitter = environment.random.nextUnit()
        let now = environment.clock.now
        let waiters = state.withLock { $0.failed(reason, now: now, jitter: jitter) }
        for waiter in waiters {
            waiter.resume(throwing: TransportError.unreachable(address, reason: reason))
        }
    }
}
