// How a message reaches a node and its answer comes back: the seam between what nodes say and the
// network they say it over.

import Storage

public protocol Transport: Sendable {
    /// Sends `payload` and returns the answer's. Returns no later than shortly after `deadline`,
    /// whatever the other side does. Cancelling the task cancels the handler's task over there.
    /// - Throws: `RemoteError` as the handler threw it, `TransportError` for everything between,
    ///   `CancellationError`.
    func call(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8]

    /// The same for who would rather be told than wait. `done` is told once, soon after the
    /// deadline at the latest, on a thread of the transport's, where it must not stay long.
    func begin(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant,
        _ done: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) -> PendingCall

    /// Answers calls to `address` until the server is stopped. Port 0 means any free port.
    func serve(
        at address: NodeAddress, _ handler: any MessageHandler
    ) async throws -> any TransportServer

    /// Ends all connections; calls under way fail with `TransportError.closed`.
    func close() async
}

extension Transport {
    public func begin(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant,
        _ done: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) -> PendingCall {
        beginTask(to, kind, payload, deadline: deadline, done)
    }

    func beginTask(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant,
        _ done: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) -> PendingCall {
        let task = Task.immediate {
            do {
                done(.success(try await call(to, kind, payload, deadline: deadline)))
            } catch {
                done(.failure(error))
            }
        }
        return PendingCall { task.cancel() }
    }
}

public protocol TransportServer: Sendable {
    /// Where it listens, with the actual port.
    var address: NodeAddress { get }

    /// Stops listening, cancels the handlers under way and closes their connections.
    func stop() async
}

public protocol MessageHandler: Sendable {
    /// Answers one message. `deadline` is on the handler's own clock; its task is cancelled when
    /// the deadline passes or the caller goes away. What it throws travels as a `RemoteError`.
    func handle(
        _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8]

    /// Where the task that answers a message of this kind best runs; nil: where tasks run.
    func executor(for kind: MessageKind) -> (any TaskExecutor)?
}

extension MessageHandler {
    public func executor(for kind: MessageKind) -> (any TaskExecutor)? { nil }
}

/// The limits both sides of a connection hold each other to.
public struct TransportLimits: Sendable, Hashable {
    /// Longest payload in bytes.
    public var payloadBytes: Int
    /// Most handlers running for one connection; more messages wait in the socket.
    public var handlersPerConnection: Int
    /// Most bytes of calls that wait for a connection to become writable.
    public var waitingBytes: Int

    public init(
        payloadBytes: Int = 64 << 20, handlersPerConnection: Int = 1024,
        waitingBytes: Int = 256 << 20
    ) {
        self.payloadBytes = payloadBytes
        self.handlersPerConnection = handlersPerConnection
        self.waitingBytes = waitingBytes
    }
}
