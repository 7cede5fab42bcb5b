// Searching and fetching: permits, snapshots, and the compute pool.

import Cluster
import Execution
import Queries
import Segments
import Shards
import Storage
import Synchronization

extension LeafServer {
    public func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse {
        let arrived = world.clock.now
        for pin in request.released { pins.release(pin) }
        let index = try await index(request.indexUUID, schemaVersion: request.schemaVersion)
        return try await permits.pass(deadline: deadline) {
            let admitted = world.clock.now
            let pinned: PinnedSnapshot
            var pin: UInt64
            if let wanted = request.pin {
                pin = wanted
                pinned = try pins.snapshot(wanted, now: admitted)
            } else {
                pinned = await takeSnapshot(request, index, deadline: deadline)
                pin = pins.add(pinned, now: admitted)
            }
            var response = try await answer(request, pinned, deadline: deadline)
            if let narrowed = response.narrowed {
                pins.release(pin)
                pin = pins.add(narrowed, now: admitted)
            }
            response.answer.pin = pin
            response.answer.queued = admitted - arrived
            searches.increment()
            searchTime.recordNanoseconds((world.clock.now - arrived).wholeNanoseconds)
            return response.answer
        }
    }

    public func fetch(
        _ request: LeafFetchRequest, deadline: Instant
    ) async throws -> LeafFetchResponse {
        let began = world.clock.now
        let pinned = try pins.snapshot(request.pin, now: began)
        let documents = try await compute(deadline) { shouldStop in
            try pinned.fetch(request.addresses, request.what, shouldStop: shouldStop)
        }
        if request.release { pins.release(request.pin) }
        return LeafFetchResponse(documents: documents, took: world.clock.now - began)
    }

    // MARK: Steps

    private func takeSnapshot(
        _ request: LeafSearchRequest, _ index: IndexMetadata, deadline: Instant
    ) async -> PinnedSnapshot {
        var snapshots: [ShardSnapshot] = []
        var failures: [ShardFailure] = []
        for number in request.shards.sorted() {
            let key = ShardKey(indexUUID: index.uuid, shard: number)
            do {
                let shard = try await shard(key, of: index)
                try await shard.refreshIfDue(searching: true)
                if let slot = request.requiredSlots[number] {
                    try await makeVisible(slot, shard, deadline: deadline)
                }
                snapshots.append(shard.snapshot)
            } catch {
                failures.append(failure(index.name, number, ShardUnavailable(error)))
            }
        }
        // Documents may have brought fields since the request was met.
        let schema = catalog.current.index(uuid: index.uuid)?.schema ?? index.schema
        return PinnedSnapshot(
            indexUUID: index.uuid, schema: schema, shards: snapshots, failures: failures)
    }

    private struct Answered: Sendable {
        var answer: LeafSearchResponse
        /// What was left when a shard turned out damaged.
        var narrowed: PinnedSnapshot?
    }

    /// Searches; a shard whose bytes turn out damaged is left out and reported.
    private func answer(
        _ request: LeafSearchRequest, _ pinned: PinnedSnapshot, deadline: Instant
    ) async throws -> Answered {
        do {
            return Answered(answer: try await search(request, pinned, deadline: deadline))
        } catch let error as SegmentError {
            guard
                let damaged = pinned.shards.first(where: { shard in
                    shard.segments.contains { $0.segment.name == error.segment }
                })
            else { throw error }
            logger.error("A segment is damaged.", metadata: ["error": "\(error)"])
            let left = pinned.shards.filter { $0.shard != damaged.shard }
            let unavailable = ShardUnavailable(
                type: "corrupt_shard_exception", reason: "\(error)")
            let narrowed = PinnedSnapshot(
                indexUUID: pinned.indexUUID, schema: pinned.schema, shards: left,
                failures: pinned.failures
                    + [failure(request.indexName, damaged.shard, unavailable)])
            var answered = try await answer(request, narrowed, deadline: deadline)
            answered.narrowed = answered.narrowed ?? narrowed
            return answered
        }
    }

    private func search(
        _ request: LeafSearchRequest, _ pinned: PinnedSnapshot, deadline: Instant
    ) async throws -> LeafSearchResponse {
        let clock = world.clock
        return try await compute(deadline) { shouldStop in
            let began = clock.now
            let searcher = pinned.searcher
            let search = searcher.begin(request.query, shouldStop: shouldStop)
            var response = LeafSearchResponse(
                slots: pinned.slots, schemaVersion: pinned.schema.version,
                failures: pinned.failures, documentCount: searcher.liveDocumentCount)
            if request.query.needsStatistics {
                response.statistics = try search.statistics(toVerify: request.statistics)
            }
            let planned = clock.now
            response.planned = planned - began
            guard !pinned.shards.isEmpty else { return response }
            if request.statistics != nil || !request.query.needsStatistics {
                response.top = try search.hits(request.statistics ?? CollectionStatistics())
                response.suggested = try search.suggested()
                response.completions = try search.completions()
                let scored = clock.now
                response.scored = scored - planned
                response.documents = pinned.documents(
                    of: response.top?.hits ?? [], for: request, shouldStop: shouldStop)
                response.fetched = clock.now - scored
            }
            return response
        }
    }

    /// Runs on the compute pool; stops soon after the deadline, or when nobody waits any more.
    private func compute<R: Sendable>(
        _ deadline: Instant, _ body: @escaping @Sendable (@escaping () -> Bool) throws -> R
    ) async throws -> R {
        let isCancelled = CancellationFlag()
        let clock = world.clock
        do {
            return try await withTaskCancellationHandler {
                try await world.compute.run(.query) {
                    try body { isCancelled.isSet || clock.now >= deadline }
                }
            } onCancel: {
                isCancelled.set()
            }
        } catch let error as ExecutionError {
            try Task.checkCancellation()
            throw Self.remote(error)
        }
    }

    private static func remote(_ error: ExecutionError) -> RemoteError {
        switch error {
        case .stopped:
            RemoteError(type: RemoteError.timeoutType, reason: error.description, status: 504)
        case .unknownAddress:
            RemoteError(
                type: RemoteError.missingPinType, reason: error.description, status: 404)
        case .tooManyFacetValues, .notInNormalForm, .badPattern:
            RemoteError(
                type: "illegal_argument_exception", reason: error.description, status: 400)
        }
    }

    func failure(
        _ index: String, _ shard: Int, _ unavailable: ShardUnavailable
    ) -> ShardFailure {
        ShardFailure(
            index: index, shard: shard, node: name, type: unavailable.type,
            reason: unavailable.reason)
    }
}

/// Set when the caller went away; read between blocks.
private final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
