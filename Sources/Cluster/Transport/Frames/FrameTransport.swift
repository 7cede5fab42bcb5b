// The transport between processes: our own frames over TCP, one multiplexed connection to each
// node. Measured against HTTP and gRPC it costs a tenth of the processor time per call.

import Logging
import NIOCore
import NIOPosix
import Storage
import Synchronization

public final class FrameTransport: Transport {
    struct Environment: Sendable {
        let clock: any NodeClock
        let random: any RandomSource
        let group: any EventLoopGroup
        let limits: TransportLimits
        let logger: Logger
    }

    /// Bytes waiting in a connection above which nothing more is written to it, and below which
    /// writing goes on.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 1 << 20, high: 4 << 20)
    /// Connections that may wait to be accepted.
    static let acceptBacklog: CInt = 256

    private let environment: Environment
    private let links = Mutex<[NodeAddress: PeerLink]>([:])

    /// - Parameter group: Where sockets are looked after; nil: the one shared by the process.
    public init(
        clock: any NodeClock, random: any RandomSource, logger: Logger,
        limits: TransportLimits = TransportLimits(), group: (any EventLoopGroup)? = nil
    ) {
        environment = Environment(
            clock: clock, random: random.fork("transport"),
            group: group ?? MultiThreadedEventLoopGroup.singleton, limits: limits, logger: logger)
    }

    public func call(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        try Task.checkCancellation()
        guard payload.count <= environment.limits.payloadBytes else {
            throw TransportError.frameTooLarge(
                byteCount: payload.count, limit: environment.limits.payloadBytes)
        }
        guard environment.clock.now < deadline else { throw TransportError.deadlineExceeded }
        let link = link(to)
        // A connection may end just before a call is written to it; then, once, another is made.
        let first = try await link.connection(deadline: deadline)
        do {
            return try await first.call(kind, payload, deadline: deadline)
        } catch is FrameCaller.NotSent {
            link.lost(first)
        }
        do {
            let second = try await link.connection(deadline: deadline)
            return try await second.call(kind, payload, deadline: deadline)
        } catch let error as FrameCaller.NotSent {
            throw error.reason
        }
    }

    public func begin(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant,
        _ done: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) -> PendingCall {
        let link = link(to)
        guard payload.count <= environment.limits.payloadBytes,
            environment.clock.now < deadline, let connection = link.openConnection
        else { return beginTask(to, kind, payload, deadline: deadline, done) }
        return connection.begin(kind, payload, deadline: deadline) { result in
            if case .failure(let error) = result, error is FrameCaller.NotSent {
                // The long way round makes another connection; it ends with the deadline.
                link.lost(connection)
                _ = self.beginTask(to, kind, payload, deadline: deadline, done)
            } else {
                done(result)
            }
        }
    }

    private func link(_ to: NodeAddress) -> PeerLink {
        links.withLock { links in
            if let link = links[to] { return link }
            let link = PeerLink(address: to, environment: environment)
            links[to] = link
            return link
        }
    }

    public func serve(
        at address: NodeAddress, _ handler: any MessageHandler
    ) async throws -> any TransportServer {
        guard let (host, port) = address.hostAndPort else {
            throw TransportError.unreachable(address, reason: "it is not of the form host:port")
        }
        let environment = environment
        let connections = OpenConnections()
        do {
            let listener = try await ServerBootstrap(group: environment.group)
                .serverChannelOption(.backlog, value: Self.acceptBacklog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.writeBufferWaterMark, value: Self.waterMark)
                .childChannelInitializer { channel in
                    connections.add(channel)
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            ByteToMessageHandler(
                                FrameDecoder(payloadLimit: environment.limits.payloadBytes)),
                            FrameResponder(
                                handler: handler, clock: environment.clock,
                                limits: environment.limits, logger: environment.logger))
                    }
                }
                .bind(host: host, port: port).get()
            return FrameServer(
                address: NodeAddress(host: host, port: listener.localAddress?.port ?? port),
                listener: listener, connections: connections)
        } catch {
            throw TransportError.unreachable(
                address, reason: "it cannot be listened on: \(error); give another address")
        }
    }

    public func close() async {
        let all = links.withLock { links in
            defer { links = [:] }
            return links.values.map(\.self)
        }
        for link in all { await link.close() }
    }
}

private struct FrameServer: TransportServer {
    let address: NodeAddress
    let listener: any Channel
    let connections: OpenConnections

    func stop() async {
        try? await listener.close().get()
        await connections.close()
    }
}

/// The connections a server has accepted and that are open.
private final class OpenConnections: Sendable {
    private let channels = Mutex<(isClosed: Bool, open: [ObjectIdentifier: any Channel])>(
        (false, [:]))

    func add(_ channel: any Channel) {
        let identity = ObjectIdentifier(channel)
        let isClosed = channels.withLock { channels in
            if !channels.isClosed { channels.open[identity] = channel }
            return channels.isClosed
        }
        if isClosed {
            channel.close(promise: nil)
            return
        }
        channel.closeFuture.whenComplete { _ in
            _ = self.channels.withLock { $0.open.removeValue(forKey: identity) }
        }
    }

    func close() async {
        let open = channels.withLock { channels in
            channels.isClosed = true
            return channels.open.values.map(\.self)
        }
        for channel in open { try? await channel.close().get() }
    }
}
