// What became visible on this leaf, for roots that wait to hear of it.

import Storage
import Synchronization

/// A number that grows with every change, and those who wait for it to grow.
final class VisibilityFeed: Sendable {
    private struct State {
        var sequence: UInt64
        var next: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        /// Waits that ended before their waiter was in place.
        var ended: Set<UInt64> = []
    }

    private let state: Mutex<State>

    /// - Parameter first: larger than any number given before a restart.
    init(first: UInt64) {
        state = Mutex(State(sequence: first))
    }

    var sequence: UInt64 { state.withLock { $0.sequence } }

    func changed() {
        let waiters = state.withLock { state in
            state.sequence += 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        for (_, waiter) in waiters.sorted(by: { $0.key < $1.key }) { waiter.resume() }
    }

    /// Returns once the sequence is another than `since`, at `limit`, or when cancelled.
    func wait(since: UInt64, until limit: Instant, clock: any NodeClock) async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = Task {
            do { try await clock.sleep(until: limit) } catch { return }
            self.end(ticket)
        }
        defer {
            timer.cancel()
            state.withLock { _ = $0.ended.remove(ticket) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.sequence != since || state.ended.contains(ticket) { return true }
                    state.waiters[ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            end(ticket)
        }
    }

    private func end(_ ticket: UInt64) {
        let waiter = state.withLock { state in
            state.ended.insert(ticket)
            return state.waiters.removeValue(forKey: ticket)
        }
        waiter?.resume()
    }
}
