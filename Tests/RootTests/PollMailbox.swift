// Answers to long polls, in the order a test gives them. It outlives a cancelled poll.

import Cluster
import Synchronization

final class PollMailbox: Sendable {
    private typealias Waiter = CheckedContinuation<LeafGenerationsResponse?, Never>

    private struct State {
        var answers: [LeafGenerationsResponse] = []
        var waiter: Waiter?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func put(_ answer: LeafGenerationsResponse) {
        let waiter = state.withLock { state -> Waiter? in
            guard let waiter = state.waiter else {
                state.answers.append(answer)
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: answer)
    }

    /// Nil when the poll is cancelled first. One poll at a time.
    func take() async -> LeafGenerationsResponse? {
        state.withLock { $0.isCancelled = false }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> LeafGenerationsResponse?? in
                    if state.isCancelled { return .some(nil) }
                    if !state.answers.isEmpty { return state.answers.removeFirst() }
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                state.isCancelled = true
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: nil)
        }
    }
}
