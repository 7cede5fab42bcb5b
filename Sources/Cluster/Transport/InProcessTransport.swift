// A transport between the nodes of one process: the same bytes and the same rules as over sockets
// (deadlines, cancellation, size limits, errors as `RemoteError`), without the sockets.

import Storage
import Synchronization

public final class InProcessTransport: Transport {
    private let clock: any NodeClock
    private let limits: TransportLimits
    private let state = Mutex(State())

    private struct State {
        var handlers: [NodeAddress: (server: UInt64, handler: any MessageHandler)] = [:]
        var calls: [UInt64: Call] = [:]
        var lastNumber: UInt64 = 0
        var isSweeping = false
    }

    private struct Call {
        let server: UInt64
        let deadline: Instant
        let continuation: CheckedContinuation<[UInt8], any Error>
        /// Runs the handler; nil until it is started.
        var task: Task<Void, Never>?
    }

    /// How late a call may be told that its deadline has passed.
    static let sweepInterval = Duration.milliseconds(5)

    public init(clock: any NodeClock, limits: TransportLimits = TransportLimits()) {
        self.clock = clock
        self.limits = limits
    }

    public func call(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        try Task.checkCancellation()
        guard payload.count <= limits.payloadBytes else {
            throw TransportError.frameTooLarge(
                byteCount: payload.count, limit: limits.payloadBytes)
        }
        let now = clock.now
        guard now < deadline else { throw TransportError.deadlineExceeded }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(number, to, kind, payload, now, deadline, continuation)
            }
        } onCancel: {
            finish(number, .failure(CancellationError()), cancelling: true)
        }
    }

    public func serve(
        at address: NodeAddress, _ handler: any MessageHandler
    ) async throws -> any TransportServer {
        let server = state.withLock { state -> UInt64? in
            guard state.handlers[address] == nil else { return nil }
            state.lastNumber += 1
            state.handlers[address] = (state.lastNumber, handler)
            return state.lastNumber
        }
        guard let server else {
            throw TransportError.unreachable(address, reason: "the address is in use")
        }
        return InProcessServer(address: address, number: server, transport: self)
    }

    public func close() async {
        failCalls("the transport was closed") { _ in true }
    }

    fileprivate func stop(_ server: UInt64, at address: NodeAddress) {
        state.withLock { state in
            if state.handlers[address]?.server == server { state.handlers[address] = nil }
        }
        failCalls("the server at \(address) was stopped") { $0.server == server }
    }

    private func begin(
        _ number: UInt64, _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8],
        _ now: Instant, _ deadline: Instant, _ continuation: CheckedContinuation<[UInt8], any Error>
    ) {
        let (target, startsSweep) = state.withLock { state -> ((any MessageHandler)?, Bool) in
            guard let (server, handler) = state.handlers[to] else { return (nil, false) }
            state.calls[number] = Call(
                server: server, deadline: deadline, continuation: continuation)
            defer { state.isSweeping = true }
            return (handler, !state.isSweeping)
        }
        guard let target else {
            continuation.resume(
                throwing: TransportError.unreachable(to, reason: "nobody serves there"))
            return
        }
        let task = Task(executorPreference: target.executor(for: kind)) { [self] in
            let result: Result<[UInt8], any Error>
            do {
                result = .success(try await target.handle(kind, payload, deadline: deadline))
            } catch {
                result = .failure(RemoteError(describing: error))
            }
            finish(number, limited(result), cancelling: false)
        }
        let isPending = state.withLock { state in
            state.calls[number]?.task = task
            return state.calls[number] != nil
        }
        // The call ended before it had a task to cancel. A caller that was cancelled before it
        // began is seen here too: its cancellation handler ran when there was no call to end.
        if !isPending { task.cancel() }
        if Task.isCancelled { finish(number, .failure(CancellationError()), cancelling: true) }
        if startsSweep { sweep(from: now + Self.sweepInterval) }
    }

    private func limited(_ result: Result<[UInt8], any Error>) -> Result<[UInt8], any Error> {
        guard case .success(let answer) = result, answer.count > limits.payloadBytes else {
            return result
        }
        return .failure(
            TransportError.frameTooLarge(byteCount: answer.count, limit: limits.payloadBytes))
    }

    private func finish(
        _ number: UInt64, _ result: Result<[UInt8], any Error>, cancelling: Bool
    ) {
        guard let call = state.withLock({ $0.calls.removeValue(forKey: number) }) else { return }
        if cancelling { call.task?.cancel() }
        call.continuation.resume(with: result)
    }

    private func failCalls(_ reason: String, where isEnded: (Call) -> Bool) {
        let ended = state.withLock { state in
            state.calls.filter { isEnded($0.value) }.map(\.key).sorted()
        }
        for number in ended {
            finish(number, .failure(TransportError.closed(reason: reason)), cancelling: true)
        }
    }

    /// Ends overdue calls until there are no calls.
    private func sweep(from first: Instant) {
        Task {
            var next = first
            while true {
                try? await clock.sleep(until: next)
                let now = clock.now
                next = now + Self.sweepInterval
                let (overdue, isDone) = state.withLock { state -> ([UInt64], Bool) in
                    if state.calls.isEmpty {
                        state.isSweeping = false
                        return ([], true)
                    }
                    return (state.calls.filter { $0.value.deadline <= now }.map(\.key), false)
                }
                for number in overdue.sorted() {
                    finish(
                        number, .failure(TransportError.deadlineExceeded), cancelling: true)
                }
                if isDone { return }
            }
        }
    }
}

private struct InProcessServer: TransportServer {
    let address: NodeAddress
    let number: UInt64
    let transport: InProcessTransport

    func stop() async {
        transport.stop(number, at: address)
    }
}
