// How many searches run at once. Those beyond wait in the order they came, up to their deadline.

import Cluster
import Storage
import Synchronization

/// Who may go now, decided without waiting and without a clock of its own.
struct PermitQueue {
    let running: Int
    let waiting: Int
    private(set) var taken = 0
    private(set) var queue: [UInt64] = []
    private var next: UInt64 = 0

    init(running: Int, waiting: Int) {
        self.running = running
        self.waiting = waiting
    }

    enum Decision: Equatable {
        case go
        case wait(UInt64)
        case refuse
    }

    mutating func enter() -> Decision {
        if taken < running {
            taken += 1
            return .go
        }
        guard queue.count < waiting else { return .refuse }
        next += 1
        queue.append(next)
        return .wait(next)
    }

    /// The one that goes next, if any; it takes over the permit.
    mutating func leave() -> UInt64? {
        guard !queue.isEmpty else {
            taken -= 1
            return nil
        }
        return queue.removeFirst()
    }

    /// It waits no longer; false when its turn had come already.
    mutating func giveUp(_ ticket: UInt64) -> Bool {
        guard let place = queue.firstIndex(of: ticket) else { return false }
        queue.remove(at: place)
        return true
    }
}

final class SearchPermits: Sendable {
    private struct State {
        var queue: PermitQueue
        var waiters: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        /// Turns that came before their waiters were in place.
        var early: Set<UInt64> = []
    }

    private let state: Mutex<State>
    private let clock: any NodeClock

    init(running: Int, waiting: Int, clock: any NodeClock) {
        state = Mutex(State(queue: PermitQueue(running: running, waiting: waiting)))
        self.clock = clock
    }

    var running: Int { state.withLock { $0.queue.taken } }
    var waiting: Int { state.withLock { $0.queue.queue.count } }

    /// Whether work that can wait should: searches wait, or half of those that may run do.
    var isBusy: Bool {
        state.withLock { !$0.queue.queue.isEmpty || $0.queue.taken * 2 > $0.queue.running }
    }

    /// Runs `body` with a permit.
    /// - Throws: `RemoteError` 429 when too many wait, 504 when the deadline passes first.
    func pass<R: Sendable>(
        deadline: Instant, _ body: () async throws -> R
    ) async throws -> R {
        switch state.withLock({ $0.queue.enter() }) {
        case .go: break
        case .refuse:
            throw RemoteError(
                type: "rejected_execution_exception",
                reason: "the leaf has too many searches waiting; try again a little later",
                status: 429)
        case .wait(let ticket):
            guard await wait(ticket, deadline: deadline) else {
                try Task.checkCancellation()
                throw RemoteError(
                    type: RemoteError.timeoutType,
                    reason: "the deadline passed while the search waited for its turn",
                    status: 504)
            }
        }
        defer { leave() }
        return try await body()
    }

    private func wait(_ ticket: UInt64, deadline: Instant) async -> Bool {
        let timer = Task { [clock] in
            do { try await clock.sleep(until: deadline) } catch { return }
            self.giveUp(ticket)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard state.queue.queue.contains(ticket) else { return false }
                    state.waiters[ticket] = continuation
                    return true
                }
                if !isWaiting { continuation.resume(returning: takeTurn(ticket)) }
            }
        } onCancel: {
            giveUp(ticket)
        }
    }

    /// A ticket that left the queue before its waiter was there: by a turn or by giving up.
    private func takeTurn(_ ticket: UInt64) -> Bool {
        state.withLock { $0.early.remove(ticket) != nil }
    }

    private func giveUp(_ ticket: UInt64) {
        let waiter = state.withLock { state in
            state.queue.giveUp(ticket) ? state.waiters.removeValue(forKey: ticket) : nil
        }
        waiter?.resume(returning: false)
    }

    private func leave() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let ticket = state.queue.leave() else { return nil }
            guard let waiter = state.waiters.removeValue(forKey: ticket) else {
                state.early.insert(ticket)
                return nil
            }
            return waiter
        }
        waiter?.resume(returning: true)
    }
}
