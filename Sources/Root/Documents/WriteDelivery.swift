// Brings one part of a write to whoever owns its shards, until it is answered or there is no time.

import Analysis
import Cluster
import Queries
import Storage
import Synchronization

/// Used once. What was answered before the deadline is known even when the rest was not.
final class WriteDelivery: Sendable {
    /// What became of one shard's operations.
    typealias Result = Swift.Result<ShardWriteResult, any Error>

    private struct State {
        var results: [Result?]
        /// Visible slot of each shard written, where a refresh was asked for.
        var slots: [Int: Int64] = [:]
    }

    private let index: IndexMetadata
    private let groups: [ShardWrite]
    private let refresh: RefreshPolicy
    private let directory: LeafDirectory
    private let clock: any NodeClock
    private let state: Mutex<State>

    /// - Parameter groups: their keys are those of every try, so that none is applied twice.
    init(
        _ groups: [ShardWrite], to index: IndexMetadata, refresh: RefreshPolicy,
        directory: LeafDirectory, clock: any NodeClock
    ) {
        self.index = index
        self.groups = groups
        self.refresh = refresh
        self.directory = directory
        self.clock = clock
        state = Mutex(State(results: Array(repeating: nil, count: groups.count)))
    }

    /// In the order of the groups; nil where nothing is known.
    var results: [Result?] { state.withLock { $0.results } }

    var slots: [Int: Int64] { state.withLock { $0.slots } }

    /// - Throws: only `CancellationError`.
    func run(deadline: Instant) async throws {
        let start = clock.now
        var tries = 0
        var waiting = Array(groups.indices)
        while !waiting.isEmpty {
            let refused = try await deliver(waiting, deadline: deadline)
            let now = clock.now
            waiting = refused.filter { place in
                isWorthRetrying(place, patient: now - start < RetryPolicy.refusalPatience)
            }
            let next = now + RetryPolicy.delay(afterTries: tries)
            guard !waiting.isEmpty, next < deadline else { return }
            tries += 1
            // Whoever refuses may have given the shards away.
            await directory.reload(clock: clock, until: next)
            try await clock.sleep(until: next)
        }
    }

    /// Sends each of these groups once, to its owner of this moment.
    /// - Returns: those that were not written.
    private func deliver(_ places: [Int], deadline: Instant) async throws -> [Int] {
        let routing = directory.routing
        var parts: [(leaf: LeafNode, places: [Int])] = []
        for place in places {
            guard
                let leaf = routing.leaf(
                    indexUUID: index.uuid, shard: groups[place].shard,
                    shardCount: index.shardCount)
            else {
                settle(place, .failure(RemoteError.unassigned))
                continue
            }
            if let part = parts.firstIndex(where: { $0.leaf == leaf }) {
                parts[part].places.append(place)
            } else {
                parts.append((leaf, [place]))
            }
        }
        let calls = parts.map { leaf, places in
            let service = directory.service(leaf)
            let request = LeafWriteRequest(
                indexUUID: index.uuid, schemaVersion: index.schema.version,
                groups: places.map { groups[$0] }, refresh: refresh)
            return DeadlineGroup.Call(to: leaf) {
                try await service.write(request, deadline: deadline)
            }
        }
        let answers = try await DeadlineGroup.run(
            calls, deadline: deadline, clock: clock, directory: directory)
        for (part, answer) in zip(parts, answers) { note(answer, of: part.places) }
        let results = results
        return places.filter { place in
            if case .success(let result) = results[place] { return result.isRefused }
            return true
        }
    }

    private func note(_ answer: Swift.Result<LeafWriteResponse, any Error>, of places: [Int]) {
        switch answer {
        case .failure(let error):
            for place in places { settle(place, .failure(error)) }
        case .success(let response):
            let isComplete = zip(places, response.groups).allSatisfy { place, result in
                groups[place].shard == result.shard
                    && groups[place].operations.count == result.outcomes.count
            }
            guard response.groups.count == places.count, isComplete else {
                for place in places { settle(place, .failure(RemoteError.incomplete)) }
                return
            }
            state.withLock { $0.slots.merge(response.slots) { $1 } }
            for (place, result) in zip(places, response.groups) {
                settle(place, .success(result))
            }
        }
    }

    private func settle(_ place: Int, _ result: Result) {
        state.withLock { $0.results[place] = result }
    }

    /// - Parameter patient: Whether a leaf's own refusal may still pass: the shard is on its way
    ///   to another leaf, or the store is away for a moment.
    private func isWorthRetrying(_ place: Int, patient: Bool) -> Bool {
        switch results[place] {
        case .failure(let error): RetryPolicy.isWorthRetrying(error)
        case .success(let result): patient && result.isRefused
        case nil: true
        }
    }
}

extension ShardWriteResult {
    /// The leaf does not own the shard, or cannot write it now; nothing was written.
    fileprivate var isRefused: Bool {
        outcomes.contains {
            $0.error?.status == 503 && $0.error?.type == RemoteError.noShardType
        }
    }
}

extension RemoteError {
    static let unassigned = RemoteError(
        type: noShardType, reason: "no leaf holds the shard; start a leaf", status: 503)

    fileprivate static let incomplete = RemoteError(
        type: malformedType, reason: "the leaf's answer left operations out", status: 500)
}
