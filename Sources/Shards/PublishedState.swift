// What anybody may ask a shard without waiting for it: the newest snapshot, and when it was last
// searched.

import Storage
import Synchronization

final class PublishedState: Sendable {
    struct State: Sendable {
        var snapshot: ShardSnapshot
        var lastSearch: Instant?
        /// The newest batch whose documents a refresh would show.
        var newestBatch: Int64
    }

    private let state: Mutex<State>

    init(_ snapshot: ShardSnapshot) {
        state = Mutex(
            State(snapshot: snapshot, lastSearch: nil, newestBatch: snapshot.visibleSlot))
    }

    var snapshot: ShardSnapshot { state.withLock { $0.snapshot } }
    var lastSearch: Instant? { state.withLock { $0.lastSearch } }

    func publish(_ snapshot: ShardSnapshot) {
        // The old snapshot may free segments: not under the lock.
        let old = state.withLock { state in
            let old = state.snapshot
            state.snapshot = snapshot
            return old
        }
        withExtendedLifetime(old) {}
    }

    func noteBatch(_ slot: UInt64) {
        state.withLock { $0.newestBatch = Int64(slot) }
    }

    /// Notes a search; true when the shard was idle and there is something to refresh first.
    func noteSearch(at now: Instant, idleAfter: Duration) -> Bool {
        state.withLock { state in
            let wasIdle = state.lastSearch.map { now - $0 >= idleAfter } ?? true
            state.lastSearch = now
            return wasIdle && state.newestBatch > state.snapshot.visibleSlot
        }
    }
}
