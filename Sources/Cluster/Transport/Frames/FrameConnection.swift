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
        let id = lastID.add(1, ordering: .relaxed).newValue
        let frame = Frame(
            type: .request, kind: kind.rawValue, id: id,
            remainingMicroseconds: Frame.remaining(until: deadline, now: clock.now),
            payload: ByteBuffer(bytes: payload))
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                channel.eventLoop.execute {
                    if cancellation.isSet {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        self.caller.value.call(frame, deadline: deadline, waiter: continuation)
                    }
                }
            }
        } onCancel: {
            // Either the call, still to come on the loop, sees the flag, or it came before this
            // and is found by its id.
            cancellation.set()
            channel.eventLoop.execute { self.caller.value.cancel(id) }
        }
    }

    func close() async {
        channel.eventLoop.execute {
            self.caller.value.close(.closed(reason: "the transport was closed"))
        }
        try? await channel.closeFuture.get()
    }
}

private final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
