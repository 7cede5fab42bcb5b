// Snapshots kept for the next trip of a search: exact statistics, and reading the winners.

import Analysis
import Cluster
import Execution
import Queries
import Shards
import Storage
import Synchronization

/// What one search saw.
struct PinnedSnapshot: Sendable {
    let indexUUID: String
    let schema: Schema
    /// By shard.
    let shards: [ShardSnapshot]
    let failures: [ShardFailure]
    let searcher: Searcher

    init(
        indexUUID: String, schema: Schema, shards: [ShardSnapshot], failures: [ShardFailure]
    ) {
        self.indexUUID = indexUUID
        self.schema = schema
        self.shards = shards
        self.failures = failures
        searcher = Searcher(
            shards: shards.map { ShardView(shard: $0.shard, segments: $0.segments) },
            schema: schema)
    }

    /// Visible slot of each shard.
    var slots: [Int: Int64] {
        Dictionary(uniqueKeysWithValues: shards.map { ($0.shard, $0.visibleSlot) })
    }

    /// The documents at `addresses`, in their order.
    func fetch(
        _ addresses: [HitAddress], _ what: FetchSpecification, byteLimit: Int = .max,
        shouldStop: @escaping () -> Bool
    ) throws -> [FetchedDocument] {
        var documents = try searcher.fetch(
            addresses, what, byteLimit: byteLimit, shouldStop: shouldStop)
        for (place, document) in documents.enumerated() {
            let shard = shards.first { $0.shard == addresses[place].shard }
            documents[place].primaryTerm = shard?.primaryTerm(of: document.sequenceNumber) ?? 0
        }
        return documents
    }

    /// The documents that come with a search's answer. What cannot be read does not come: whoever
    /// asks for it again is told why.
    func documents(
        of hits: [Hit], for request: LeafSearchRequest, shouldStop: @escaping () -> Bool
    ) -> [FetchedDocument] {
        guard var what = request.what, request.documentCount > 0, !hits.isEmpty else { return [] }
        what.reranking?.statistics = request.statistics
        let addresses = hits.prefix(request.documentCount).map(\.address)
        let documents = try? fetch(
            addresses, what, byteLimit: LeafSearchResponse.documentBytes, shouldStop: shouldStop)
        return documents ?? []
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
