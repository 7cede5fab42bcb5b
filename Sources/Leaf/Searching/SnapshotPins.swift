// Snapshots kept for the next trip of a search: exact statistics, and reading the winners.

import Analysis
import Cluster
import Execution
import Queries
import Storage
import Synchronization

/// What one search saw.
struct PinnedSnapshot: Sendable {
    let indexUUID: String
    let schema: Schema
    let shards: [ShardView]
    let searcher: Searcher
    let slots: [Int: Int64]
    let failures: [ShardFailure]

    init(
        indexUUID: String, schema: Schema, shards: [ShardView], slots: [Int: Int64],
        failures: [ShardFailure]
    ) {
        self.indexUUID = indexUUID
        self.schema = schema
        self.shards = shards
        self.slots = slots
        self.failures = failures
        searcher = Searcher(shards: shards, schema: schema)
    }
}

/// Bounded in number and time; the oldest goes first.
final class SnapshotPins: Sendable {
    static let maximumCount = 4_096
    static let lifetime = Duration.seconds(LeafSearchResponse.pinSeconds)

    private struct State {
        var next: UInt64
        var pins: [UInt64: (snapshot: PinnedSnapshot, expires: Instant)] = [:]
        /// Of the pins made, oldest first; released ones stay until they come up.
        var order: ArraySlice<UInt64> = []
    }

    private let state: Mutex<State>

    /// - Parameter first: where numbering begins; a restarted leaf must not repeat numbers.
    init(first: UInt64) {
        state = Mutex(State(next: first | 1))
    }

    var count: Int { state.withLock { $0.pins.count } }

    func add(_ snapshot: PinnedSnapshot, now: Instant) -> UInt64 {
        state.withLock { state in
            let number = state.next
            state.next &+= 1
            state.pins[number] = (snapshot, now + Self.lifetime)
            state.order.append(number)
            while state.pins.count > Self.maximumCount, let oldest = state.order.popFirst() {
                state.pins[oldest] = nil
            }
            return number
        }
    }

    /// - Throws: `RemoteError` of type `missingPinType`.
    func snapshot(_ number: UInt64, now: Instant) throws -> PinnedSnapshot {
        let pin = state.withLock { $0.pins[number] }
        guard let pin, now < pin.expires else {
            throw RemoteError(
                type: RemoteError.missingPinType,
                reason: "snapshot \(number) is not kept any more; search again", status: 404)
        }
        return pin.snapshot
    }

    func release(_ number: UInt64) {
        state.withLock { $0.pins[number] = nil }
    }

    func expire(now: Instant) {
        state.withLock { state in
            while let oldest = state.order.first {
                if let pin = state.pins[oldest], now < pin.expires { break }
                state.pins[oldest] = nil
                state.order.removeFirst()
            }
            state.order = ArraySlice(Array(state.order))
        }
    }
}
