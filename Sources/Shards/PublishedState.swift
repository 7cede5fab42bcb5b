// What anybody may ask a shard without waiting for it: the newest snapshot, the role, how far it
// has come, and when it was last searched.

import Storage
import Synchronization

final class PublishedState: Sendable {
    struct State: Sendable {
        var snapshot: ShardSnapshot
        var lastSearch: Instant?
        /// The newest batch whose documents a refresh would show.
        var newestBatch: Int64
        var role: Shard.Role
        var appliedSlot: UInt64
        /// Sequence numbers to terms; the newest owner's term is the last.
        var terms: PrimaryTerms
    }

    private let state: Mutex<State>

    init(_ snapshot: ShardSnapshot, role: Shard.Role, appliedSlot: UInt64, terms: PrimaryTerms) {
        state = Mutex(
            State(
                snapshot: snapshot, lastSearch: nil, newestBatch: snapshot.visibleSlot,
                role: role, appliedSlot: appliedSlot, terms: terms))
    }

    var snapshot: ShardSnapshot { state.withLock { $0.snapshot } }
    var lastSearch: Instant? { state.withLock { $0.lastSearch } }
    var role: Shard.Role { state.withLock { $0.role } }
    var appliedSlot: UInt64 { state.withLock { $0.appliedSlot } }
    var terms: PrimaryTerms { state.withLock { $0.terms } }

    func publish(_ snapshot: ShardSnapshot) {
        // The old snapshot may free segments: not under the lock.
        let old = state.withLock { state in
            let old = state.snapshot
            state.snapshot = snapshot
            return old
        }
        withExtendedLifetime(old) {}
    }

    /// Records up to `slot` are in memory.
    func noteApplied(_ slot: UInt64, newestBatch: UInt64, terms: PrimaryTerms) {
        state.withLock { state in
            state.appliedSlot = slot
            state.newestBatch = Int64(newestBatch)
            if state.terms != terms { state.terms = terms }
        }
    }

    func noteRole(_ role: Shard.Role) {
        state.withLock { $0.role = role }
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
