// The asking side of a connection: writes requests, pairs answers with them, keeps time.

import Logging
import NIOCore
import Storage

/// Confined to the channel's event loop.
final class FrameCaller: ChannelDuplexHandler {
    typealias InboundIn = Frame
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer
    typealias Waiter = @Sendable (Result<[UInt8], any Error>) -> Void

    private let clock: any NodeClock
    private let logger: Logger
    private var state: StateMachine<Waiter>
    private var context: ChannelHandlerContext?
    private var isFlushing = false
    private var tick: Scheduled<Void>?
    /// When the clock is looked at next.
    private var nextTick: Instant

    init(clock: any NodeClock, limits: TransportLimits, logger: Logger) {
        self.clock = clock
        self.logger = logger
        nextTick = clock.now
        state = StateMachine(limits: limits, now: clock.now)
    }

    func call(_ frame: Frame, deadline: Instant, _ waiter: @escaping Waiter) {
        let isWritable = context?.channel.isWritable ?? false
        switch state.send(frame, deadline: deadline, waiter: waiter, isWritable: isWritable) {
        case .write(let frame): write(frame)
        case .wait: break
        case .fail(let waiter, let error): waiter(.failure(error))
        }
        tick(by: deadline)
    }

    func cancel(_ id: UInt64) {
        guard case .fail(let waiter, let tells) = state.cancel(id) else { return }
        if tells { write(Frame(type: .cancel, id: id)) }
        waiter(.failure(CancellationError()))
    }

    func close(_ reason: TransportError) {
        let (waiters, reason) = state.close(reason)
        tick?.cancel()
        tick = nil
        for waiter in waiters { waiter(.failure(reason)) }
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleTick(in: KeepAlive.longestTick)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        close(.closed(reason: "the connection ended"))
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        close(.closed(reason: "the other side ended the connection"))
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state.receive(unwrapInboundIn(data), now: clock.now) {
        case .none: break
        case .answer(let waiter, .success(let payload)):
            waiter(.success(Array(payload.readableBytesView)))
        case .answer(let waiter, .failure(let error)): waiter(.failure(error))
        case .reply(let frame): write(frame)
        case .close(let reason): end(reason)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        drain(context)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let fault = error as? FrameFault {
            end(.protocolMismatch(reason: "\(fault)"))
        } else {
            end(.closed(reason: "\(error)"))
        }
    }

    private func end(_ reason: TransportError) {
        logger.warning(
            "A connection to a node is closed.",
            metadata: [
                "peer": "\(context?.remoteAddress?.description ?? "unknown")",
                "reason": "\(reason)",
            ])
        close(reason)
    }

    private func drain(_ context: ChannelHandlerContext) {
        while context.channel.isWritable, let frame = state.nextWaiting(now: clock.now) {
            write(frame)
        }
    }

    private func write(_ frame: Frame) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 0)
        frame.write(to: &buffer)
        context.write(wrapOutboundOut(buffer), promise: nil)
        // One flush for all that is written in this turn of the loop: one system call, not many.
        guard !isFlushing else { return }
        isFlushing = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.isFlushing = false
            bound.value.context?.flush()
        }
    }

    /// Looks at the clock in time for what is to end at `deadline`.
    private func tick(by deadline: Instant) {
        let delay = KeepAlive.delay(until: deadline, now: clock.now)
        if clock.now + delay < nextTick { scheduleTick(in: delay) }
    }

    private func scheduleTick(in delay: Duration) {
        guard let context else { return }
        tick?.cancel()
        nextTick = clock.now + delay
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        tick = context.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            bound.value.onTick()
        }
    }

    private func onTick() {
        tick = nil
        let action = state.tick(now: clock.now)
        for call in action.expired {
            if call.tells { write(Frame(type: .cancel, id: call.id)) }
            call.waiter(.failure(TransportError.deadlineExceeded))
        }
        if action.probes { write(Frame(type: .probe)) }
        if let reason = action.closes {
            end(reason)
        } else {
            scheduleTick(in: KeepAlive.delay(until: state.earliestDeadline, now: clock.now))
        }
    }
}
