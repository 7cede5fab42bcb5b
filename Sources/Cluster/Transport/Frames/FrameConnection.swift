// A handle on one connection to a node, for calls from any task.

import NIOCore
import Storage
import Synchronization

final class FrameConnection: Sendable {
    private let channel: any Channel
    private let caller: NIOLoopBound<FrameCaller>
    private let limits: TransportLimits
    private let clock: any NodeClock
    private let lastID = Atomic<UInt64>(0)

    init(
        channel: any Channel, caller: NIOLoopBound<FrameCaller>, limits: TransportLimits,
        clock: any NodeClock
    ) {
        self.channel = channel
        self.caller = caller
        self.limits = limits
        self.clock = clock
    }

    var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

    func call(
        _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        try await PendingCall.answer { begin(kind, payload, deadline: deadline, $0) }
    }

    /// - Parameter done: told once, on the connection's event loop, where it must not stay long.
    func begin(
        _ kind: MessageKind, _ payload: [UInt8], deadline: Instant,
        _ done: @escaping FrameCaller.Waiter
    ) -> PendingCall {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let frame = Frame(
            type: .request, kind: kind.rawValue, id: id,
            remainingMicroseconds: Frame.remaining(until: deadline, now: clock.now),
            payload: ByteBuffer(bytes: payload))
        let ending = CallEnding()
        channel.eventLoop.execute {
            self.caller.value.call(frame, deadline: deadline) { result in
                ending.isOver.store(true, ordering: .relaxed)
                done(result)
            }
        }
        // The loop keeps the order: the call is there when it is to be cancelled.
        return PendingCall {
            if ending.isOver.load(ordering: .relaxed) { return }
            self.channel.eventLoop.execute { self.caller.value.cancel(id) }
        }
    }

    func close() async {
        channel.eventLoop.execute {
            self.caller.value.close(.closed(reason: "the transport was closed"))
        }
        try? await channel.closeFuture.get()
    }
}

/// Spares the loop the cancelling of calls that have ended.
private final class CallEnding: Sendable {
    let isOver = Atomic(false)
}
