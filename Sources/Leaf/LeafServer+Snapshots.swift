// States that this leaf's shards keep, and going back to them.

import Cluster
import Queries
import Shards
import Storage

extension LeafServer {
    public func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse {
        let index = try await index(request.indexUUID)
        return await withTaskGroup(
            of: (Int, Result<LeafSnapshotResponse.Shard, ShardUnavailable>).self
        ) { group in
            for number in request.shards {
                group.addTask {
                    (number, await self.perform(request.action, number, of: index))
                }
            }
            var response = LeafSnapshotResponse()
            for await (number, result) in group {
                switch result {
                case .success(let shard): response.shards.append(shard)
                case .failure(let reason):
                    response.failures.append(self.failure(index.name, number, reason))
                }
            }
            response.shards.sort { $0.shard < $1.shard }
            response.failures.sort { $0.shard < $1.shard }
            return response
        }
    }

    /// Damage found here is that of what was kept: the shard itself goes on.
    private func perform(
        _ action: SnapshotAction, _ number: Int, of index: IndexMetadata
    ) async -> Result<LeafSnapshotResponse.Shard, ShardUnavailable> {
        let key = ShardKey(indexUUID: index.uuid, shard: number)
        do {
            let shard = try await ownedShard(key, of: index)
            switch action {
            case .keep(let id, let name):
                let kept = try await shard.keep(id: id, name: name)
                return .success(
                    LeafSnapshotResponse.Shard(
                        shard: number,
                        state: SnapshotShard(
                            slot: kept.slot, documents: Int64(kept.documents),
                            bytes: Int64(kept.bytes))))
            case .letGo(let id):
                try await shard.letGo(id: id)
                return .success(
                    LeafSnapshotResponse.Shard(
                        shard: number, state: SnapshotShard(slot: 0, documents: 0, bytes: 0)))
            case .rollBack(let id):
                return .success(Self.answer(number, try await shard.rollBack(to: .kept(id: id))))
            case .rollBackToPrevious:
                return .success(Self.answer(number, try await shard.rollBack(to: .previous)))
            }
        } catch {
            return .failure(ShardUnavailable(error))
        }
    }

    private static func answer(
        _ number: Int, _ rolledBack: RolledBack
    ) -> LeafSnapshotResponse.Shard {
        LeafSnapshotResponse.Shard(
            shard: number,
            state: SnapshotShard(
                slot: rolledBack.slot, documents: Int64(rolledBack.documents), bytes: 0),
            visibleSlot: rolledBack.newSlot)
    }
}
