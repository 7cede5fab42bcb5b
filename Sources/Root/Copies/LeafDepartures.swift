// Who waits for leaves, to be told at once when one leaves the cluster.

import Cluster
import Synchronization

/// A message to a leaf that is gone may stay unanswered until its deadline; nobody has to wait for
/// that. One listener stands for all messages of a scatter or of a group of calls.
final class LeafDepartures: Sendable {
    typealias Listener = @Sendable (Set<LeafNode>) -> Void

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var last: UInt64 = 0
        /// Departures so far.
        var count = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    /// - Returns: the number to stop listening with, and how many departures there were before.
    func listen(_ listener: @escaping Listener) -> (number: UInt64, count: Int) {
        state.withLock { state in
            state.last += 1
            state.listeners[state.last] = listener
            return (state.last, state.count)
        }
    }

    func stop(_ number: UInt64) {
        state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }

    func left(_ leaves: Set<LeafNode>) {
        if leaves.isEmpty { return }
        let listeners = state.withLock { state in
            state.count += 1
            return state.listeners.sorted { $0.key < $1.key }.map(\.value)
        }
        for listener in listeners { listener(leaves) }
    }
}
