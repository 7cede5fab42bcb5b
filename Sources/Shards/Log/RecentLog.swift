// The newest committed records of a shard, kept in memory for the copies that follow it.

import Storage
import Synchronization

/// What a shard still has of the records after a slot.
public enum RecentRecords: Sendable, Hashable {
    /// The records that follow the slot, in order, at least one.
    case records([[UInt8]])
    /// Nothing newer.
    case none
    /// Not kept any more: read the store.
    case behind
}

/// Asked from any thread; filled by the shard, in the order of the log.
final class RecentLog: Sendable {
    /// A shard keeps so many bytes of records at most.
    static let limitBytes = 8 << 20

    private struct State {
        /// The newest slots up to `newest`, in order, from `head` on.
        var records: [[UInt8]] = []
        var head = 0
        var byteCount = 0
        var newest: UInt64

        var first: UInt64 { newest - UInt64(records.count - head) + 1 }
    }

    private let state: Mutex<State>

    init(newest: UInt64) {
        state = Mutex(State(newest: newest))
    }

    /// The record of the next slot; where slots or bytes are missing it begins anew.
    func append(_ bytes: [UInt8]?, slot: UInt64) {
        state.withLock { state in
            if slot != state.newest + 1 || bytes == nil {
                state = State(newest: bytes == nil ? slot : slot - 1)
            }
            guard let bytes else { return }
            state.records.append(bytes)
            state.byteCount += bytes.count
            state.newest = slot
            while state.byteCount > Self.limitBytes {
                state.byteCount -= state.records[state.head].count
                state.records[state.head] = []
                state.head += 1
            }
            if state.head > 1024 && state.head * 2 > state.records.count {
                state.records.removeFirst(state.head)
                state.head = 0
            }
        }
    }

    /// As many records as fit `byteLimit`, but at least one.
    func records(after slot: UInt64, byteLimit: Int) -> RecentRecords {
        state.withLock { state in
            guard slot < state.newest else { return .none }
            guard slot + 1 >= state.first else { return .behind }
            let start = state.head + Int(slot + 1 - state.first)
            var end = start
            var byteCount = 0
            while end < state.records.count {
                byteCount += state.records[end].count
                guard end == start || byteCount <= byteLimit else { break }
                end += 1
            }
            return .records(Array(state.records[start..<end]))
        }
    }
}
