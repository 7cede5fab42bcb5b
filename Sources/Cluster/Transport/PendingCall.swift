// A call under way whose answer somebody is told, and how it is taken back.

import Synchronization

/// Taking a call back that has ended does nothing.
public struct PendingCall: Sendable {
    public let cancel: @Sendable () -> Void

    public init(cancel: @escaping @Sendable () -> Void) {
        self.cancel = cancel
    }

    /// A call as a task that waits for its answer.
    static func answer<Answer: Sendable>(
        _ begin: (@escaping @Sendable (Result<Answer, any Error>) -> Void) -> PendingCall
    ) async throws -> Answer {
        let slot = Slot()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                slot.fill(begin { continuation.resume(with: $0) })
            }
        } onCancel: {
            slot.cancel()
        }
    }

    /// A call that may be taken back before it has begun.
    private final class Slot: Sendable {
        private let state = Mutex<(call: PendingCall?, isCancelled: Bool)>((nil, false))

        func fill(_ call: PendingCall) {
            let isCancelled = state.withLock { state in
                state.call = call
                return state.isCancelled
            }
            if isCancelled { call.cancel() }
        }

        func cancel() {
            let call = state.withLock { state in
                state.isCancelled = true
                return state.call
            }
            call?.cancel()
        }
    }
}
