// Rules of the cluster broken on purpose, to see that it is noticed. Each misbehaves in what lies
// between a node and its world, as the node would without the rule.

import Queries
import Storage

@testable import Cluster

enum ClusterMutant: String, CaseIterable, Sendable {
    /// A root takes shards that failed for ones that have nothing.
    case countsFailedShards
    /// A root asks copies for any state, whatever was shown or acknowledged before.
    case ignoresRequiredSlots
    /// A root sends a write again under another key.
    case retriesUnderOtherKeys
    /// An answer goes to whoever asked something of the same kind before.
    case mixesAnswersUp
    /// A table that is older than its version says is taken for the newest.
    case takesOldTables
    /// The keeper forgets copies of its tables.
    case losesCopies
    /// Owners tell their copies that there is nothing new.
    case copiesStandStill
}

/// What a mutant of a node does to its messages and to what it reads and writes.
final class ClusterMutation: @unchecked Sendable {
    private let mutant: ClusterMutant
    private let random: any RandomSource
    private var attempts = 0
    private var tables: [VersionedValue] = []
    private var answers: [MessageKind: [UInt8]] = [:]

    init(_ mutant: ClusterMutant, random: any RandomSource) {
        self.mutant = mutant
        self.random = random
    }

    // MARK: Messages

    func call(
        _ kind: MessageKind, _ payload: [UInt8], _ send: ([UInt8]) async throws -> [UInt8]
    ) async throws -> [UInt8] {
        switch (mutant, kind) {
        case (.countsFailedShards, .search): return try await searchWhatever(payload, send)
        case (.ignoresRequiredSlots, .search):
            var request = try MessageCoding.decode(WireSearchRequest.self, payload).request()
            request.requiredSlots = [:]
            return try await send(try request.payload())
        case (.ignoresRequiredSlots, .get):
            var request = try MessageCoding.decode(WireGetRequest.self, payload).request()
            request.requiredSlot = nil
            return try await send(try MessageCoding.encode(WireGetRequest(request)))
        case (.retriesUnderOtherKeys, .write):
            var request = try MessageCoding.decode(WireWriteRequest.self, payload).request()
            attempts += 1
            for place in request.groups.indices {
                request.groups[place].idempotencyKey = "attempt \(attempts).\(place)"
            }
            return try await send(try MessageCoding.encode(WireWriteRequest(request)))
        case (.mixesAnswersUp, .get), (.mixesAnswersUp, .search):
            let answer = try await send(payload)
            defer { answers[kind] = answer }
            return random.next(below: 8) == 0 ? answers[kind] ?? answer : answer
        case (.copiesStandStill, .follow):
            let answer = try await send(payload)
            var response = try MessageCoding.decode(WireFollowResponse.self, answer).response()
            for place in response.shards.indices {
                response.shards[place].records = []
                response.shards[place].isBehind = false
                response.shards[place].committedSlot = -1
            }
            return try MessageCoding.encode(WireFollowResponse(response))
        default: return try await send(payload)
        }
    }

    private func searchWhatever(
        _ payload: [UInt8], _ send: ([UInt8]) async throws -> [UInt8]
    ) async throws -> [UInt8] {
        let request = try MessageCoding.decode(WireSearchRequest.self, payload).request()
        var response: LeafSearchResponse
        do {
            response = try MessageCoding.decode(WireSearchResponse.self, try await send(payload))
                .response()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            response = LeafSearchResponse(
                top: TopHits(hits: [], total: TotalHits(value: 0, isLowerBound: false)))
        }
        response.failures = []
        for shard in request.shards where response.slots[shard] == nil {
            response.slots[shard] = max(0, request.requiredSlots[shard] ?? 0)
        }
        return try MessageCoding.encode(WireSearchResponse(response))
    }

    // MARK: Metadata

    func read(_ key: String, _ found: VersionedValue?) -> VersionedValue? {
        guard mutant == .takesOldTables, key == RoutingStore.key, let found else { return found }
        if tables.last != found { tables.append(found) }
        guard let old = tables.dropLast().last else { return found }
        return VersionedValue(value: old.value, version: found.version)
    }

    func written(_ key: String, _ value: [UInt8]?) -> [UInt8]? {
        guard mutant == .losesCopies, key == RoutingStore.key, let value,
            let table = try? RoutingTable(encoded: value, key: key)
        else { return value }
        let assignments = table.assignments.mapValues { shards in
            shards.map { ShardAssignment(owner: $0.owner) }
        }
        return RoutingTable(
            leaves: table.leaves, assignments: assignments, version: table.version
        ).encoded()
    }
}
