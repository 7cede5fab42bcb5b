// Snapshots that are only told about.

import Cluster
import Queries
import Synchronization

final class FakeSnapshots: SnapshotService {
    struct State {
        var all: [SnapshotDescription] = []
        var restored: [RestoreRequest] = []
        var rolledBack: [RollBackTarget] = []
        /// A shard that does not go back.
        var failure: ShardFailure?
    }

    let state = Mutex(State())

    func create(_ name: String, of expressions: [String]) async throws -> SnapshotDescription {
        try state.withLock { state in
            guard !state.all.contains(where: { $0.name == name }) else {
                throw RequestError(
                    type: "invalid_snapshot_name_exception",
                    reason: "Invalid snapshot name [\(name)], it is there")
            }
            let made = SnapshotDescription(
                name: name, id: "id-" + name, created: 1_700_000_000_123,
                indices: (expressions.isEmpty ? ["all"] : expressions).map { index in
                    SnapshotDescription.Index(
                        metadata: IndexMetadata(
                            name: index, uuid: "u-" + index, shardCount: 2, created: 1),
                        shards: [
                            SnapshotShard(slot: 7, documents: 10, bytes: 1000),
                            SnapshotShard(slot: 9, documents: 11, bytes: 1100),
                        ])
                })
            state.all.append(made)
            return made
        }
    }

    func snapshots(_ names: [String]) async throws -> [SnapshotDescription] {
        try state.withLock { state in
            guard
                let unknown = names.first(where: { name in
                    !state.all.contains { $0.name == name }
                })
            else {
                return names.isEmpty ? state.all : state.all.filter { names.contains($0.name) }
            }
            throw RequestError(
                type: "snapshot_missing_exception", reason: "[\(unknown)] is missing", status: 404)
        }
    }

    func delete(_ name: String) async throws {
        _ = try await snapshots([name])
        state.withLock { $0.all.removeAll { $0.name == name } }
    }

    func restore(_ name: String, _ request: RestoreRequest) async throws -> RestoreReport {
        _ = try await snapshots([name])
        state.withLock { $0.restored.append(request) }
        return RestoreReport(
            indices: request.renamed.values.sorted(),
            shards: ShardsSummary(total: 2, successful: 2))
    }

    func rollBack(
        _ expressions: [String], to target: RollBackTarget
    ) async throws -> RollBackReport {
        state.withLock { state in
            state.rolledBack.append(target)
            var summary = ShardsSummary(total: 2, successful: 2)
            if let failure = state.failure {
                summary.failures = [failure]
                (summary.successful, summary.failed) = (1, 1)
            }
            return RollBackReport(
                shards: expressions.map {
                    RollBackReport.Shard(index: $0, shard: 0, slot: 7, documents: 10)
                }, summary: summary)
        }
    }
}
