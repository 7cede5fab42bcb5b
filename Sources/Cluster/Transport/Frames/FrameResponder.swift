// The answering side of a connection: runs the handler for each request and writes its answer.

import Logging
import NIOCore
import Storage

/// Confined to the channel's event loop.
final class FrameResponder: ChannelDuplexHandler {
    typealias InboundIn = Frame
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private let handler: any MessageHandler
    private let clock: any NodeClock
    private let limits: TransportLimits
    private let logger: Logger
    private var state: StateMachine<Task<Void, Never>>
    private var context: ChannelHandlerContext?
    private var isFlushing = false
    private var isReadHeld = false
    private var isClosing = false
    private var tick: Scheduled<Void>?
    /// When the clock is looked at next.
    private var nextTick: Instant

    init(
        handler: any MessageHandler, clock: any NodeClock, limits: TransportLimits, logger: Logger
    ) {
        self.handler = handler
        self.clock = clock
        self.limits = limits
        self.logger = logger
        nextTick = clock.now
        state = StateMachine(handlerLimit: limits.handlersPerConnection, now: clock.now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleTick(in: KeepAlive.longestTick)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelAll()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelAll()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let frame = unwrapInboundIn(data)
        switch state.receive(frame, now: clock.now) {
        case .none: break
        case .start(let request): start(request)
        case .reply(let frame): write(frame)
        case .cancel(let work):
            work?.cancel()
            makeUseOfRoom()
        case .close(let reason): refuse(reason)
        }
    }

    /// Back-pressure: while answers pile up, or too many handlers run, requests stay in the socket.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable, state.hasRoom {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeReading()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is FrameFault {
            refuse("\(error)")
        } else {
            logger.debug("A connection failed.", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    private func start(_ request: StateMachine<Task<Void, Never>>.Request) {
        guard let context else { return }
        let payload = Array(request.payload.readableBytesView)
        let (id, kind, deadline) = (request.id, request.kind, request.deadline)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let handler = handler
        let task = Task(executorPreference: handler.executor(for: kind)) {
            let result: Result<[UInt8], RemoteError>
            do {
                result = .success(try await handler.handle(kind, payload, deadline: deadline))
            } catch {
                result = .failure(RemoteError(describing: error))
            }
            loop.execute { bound.value.finish(id, result) }
        }
        state.started(id, task)
        tick(by: deadline)
    }

    private func finish(_ id: UInt64, _ result: Result<[UInt8], RemoteError>) {
        guard state.finished(id) else { return }
        switch result {
        case .success(let answer) where answer.count > limits.payloadBytes:
            let error = RemoteError(
                type: "response_too_large_exception",
                reason: "the answer has \(answer.count) bytes where \(limits.payloadBytes) are "
                    + "allowed; ask for less", status: 400)
            write(Frame(type: .failure, id: id, payload: error.framePayload))
        case .success(let answer):
            write(Frame(type: .response, id: id, payload: ByteBuffer(bytes: answer)))
        case .failure(let error):
            write(Frame(type: .failure, id: id, payload: error.framePayload))
        }
        makeUseOfRoom()
    }

    private func makeUseOfRoom() {
        while let request = state.nextHeld() { start(request) }
        resumeReading()
    }

    private func resumeReading() {
        guard isReadHeld, let context, context.channel.isWritable, state.hasRoom else { return }
        isReadHeld = false
        context.read()
    }

    /// Tells the other side why, and closes.
    private func refuse(_ reason: String) {
        guard !isClosing, let context else { return }
        isClosing = true
        logger.warning(
            "A connection from a node is closed.",
            metadata: [
                "peer": "\(context.remoteAddress?.description ?? "unknown")", "reason": "\(reason)",
            ])
        cancelAll()
        write(Frame(type: .refusal, payload: ByteBuffer(string: reason)))
        context.flush()
        context.close(promise: nil)
    }

    private func cancelAll() {
        tick?.cancel()
        tick = nil
        for work in state.close() { work.cancel() }
    }

    private func write(_ frame: Frame) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 0)
        frame.write(to: &buffer)
        context.write(wrapOutboundOut(buffer), promise: nil)
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
        guard let context, !isClosing else { return }
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
        // Nobody is told: the caller's own clock ends the call.
        for work in action.expired { work?.cancel() }
        makeUseOfRoom()
        if let reason = action.closes {
            refuse(reason)
        } else {
            scheduleTick(in: KeepAlive.delay(until: state.earliestDeadline, now: clock.now))
        }
    }
}
