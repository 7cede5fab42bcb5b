// Writes, gets, refreshes, and the mapping that grows with documents.

import Analysis
import Cluster
import Queries
import Shards
import Storage

extension LeafServer {
    public func write(
        _ request: LeafWriteRequest, deadline: Instant
    ) async throws -> LeafWriteResponse {
        let index = try await index(request.indexUUID, schemaVersion: request.schemaVersion)
        return await withTaskGroup(
            of: (Int, ShardWriteResult, Int64?).self
        ) { group in
            for (place, write) in request.groups.enumerated() {
                group.addTask {
                    let (result, slot) = await self.write(write, index, request.refresh)
                    return (place, result, slot)
                }
            }
            var results: [Int: ShardWriteResult] = [:]
            var response = LeafWriteResponse()
            for await (place, result, slot) in group {
                results[place] = result
                if let slot { response.slots[result.shard] = slot }
            }
            response.groups = request.groups.indices.compactMap { results[$0] }
            return response
        }
    }

    public func get(
        _ request: LeafGetRequest, deadline: Instant
    ) async throws -> LeafGetResponse {
        let index = try await index(request.indexUUID)
        let key = ShardKey(indexUUID: request.indexUUID, shard: request.shard)
        do {
            let shard = try await shard(key, of: index)
            if let slot = request.requiredSlot, Int64(shard.appliedSlot) < slot {
                try await awaitApplied(slot, shard, deadline: deadline)
                try await shard.ensureApplied(slot)
            }
            let found = try await shard.get(id: request.id)
            return LeafGetResponse(
                document: found.map {
                    Cluster.StoredDocument(
                        source: $0.source, version: $0.version,
                        sequenceNumber: $0.sequenceNumber, primaryTerm: $0.primaryTerm)
                })
        } catch {
            let failure = ShardUnavailable(error)
            throw RemoteError(type: failure.type, reason: failure.reason, status: failure.status)
        }
    }

    public func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse {
        let index = try await index(request.indexUUID)
        return await withTaskGroup(
            of: (Int, Result<Int64, ShardUnavailable>).self
        ) { group in
            for number in request.shards {
                group.addTask {
                    (number, await self.refresh(number, of: index, flush: request.flush))
                }
            }
            var response = LeafRefreshResponse()
            for await (number, result) in group {
                switch result {
                case .success(let slot): response.slots[number] = slot
                case .failure(let reason):
                    response.failures.append(self.failure(index.name, number, reason))
                }
            }
            response.failures.sort { $0.shard < $1.shard }
            return response
        }
    }

    // MARK: One shard

    private func write(
        _ write: ShardWrite, _ index: IndexMetadata, _ refresh: RefreshPolicy
    ) async -> (ShardWriteResult, slot: Int64?) {
        let key = ShardKey(indexUUID: index.uuid, shard: write.shard)
        do {
            let shard = try await ownedShard(key, of: index)
            await shard.updateSchema(
                catalog.current.index(uuid: index.uuid)?.schema ?? index.schema)
            let outcomes = try await shard.write(
                write.operations, idempotencyKey: write.idempotencyKey,
                schemaFor: { try await self.commit($0, to: index.uuid) })
            let slot = try await makeVisible(shard, outcomes, refresh)
            return (ShardWriteResult(shard: write.shard, outcomes: outcomes), slot)
        } catch {
            if let error = error as? ShardError { await noteFailure(error, key) }
            let reason = ShardUnavailable(error)
            let failure = DocumentFailure(
                type: reason.type, reason: reason.reason, status: reason.status)
            let outcomes = write.operations.map {
                DocumentOutcome(id: $0.id, error: failure)
            }
            return (ShardWriteResult(shard: write.shard, outcomes: outcomes), nil)
        }
    }

    private func makeVisible(
        _ shard: Shard, _ outcomes: [DocumentOutcome], _ refresh: RefreshPolicy
    ) async throws -> Int64? {
        switch refresh {
        case .none: return nil
        case .immediate: return try await shard.refresh()
        case .wait:
            let newest = outcomes.map(\.slot).max() ?? 0
            try await shard.waitUntilVisible(newest)
            return shard.snapshot.visibleSlot
        }
    }

    private func refresh(
        _ number: Int, of index: IndexMetadata, flush: Bool
    ) async -> Result<Int64, ShardUnavailable> {
        let key = ShardKey(indexUUID: index.uuid, shard: number)
        do {
            let shard = try await ownedShard(key, of: index)
            let slot = try await shard.refresh()
            if flush { try await shard.flush() }
            return .success(slot)
        } catch {
            if let error = error as? ShardError { await noteFailure(error, key) }
            return .failure(ShardUnavailable(error))
        }
    }

    /// Stores a mapping that grew. Where another leaf was quicker with another type for the same
    /// field, its mapping stands, and the documents are read again by it.
    private func commit(_ grown: Schema, to uuid: String) async throws -> Schema {
        try await catalog.update(uuid: uuid) { index in
            var index = index
            if let merged = try? index.schema.adding(growth: grown) {
                index.schema = merged
            }
            return index
        }.schema
    }
}
