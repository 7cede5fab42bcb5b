// New indices with what a snapshot keeps, and indices that go back to it.

import Cluster
import Queries
import Storage

extension RootSnapshotService {
    public func restore(
        _ name: String, _ request: RestoreRequest
    ) async throws -> RestoreReport {
        let snapshot = try await snapshot(name)
        let chosen = try CatalogSnapshot(revision: 0, indices: snapshot.indices.map(\.metadata))
            .resolve(request.indices, allowNoIndices: false)
        let planned = try chosen.map { index in
            let renamed = request.renamed[index.name] ?? index.name
            if let fault = IndexName.fault(in: renamed) {
                throw Self.unrestorable(name, "invalid index name [\(renamed)]: \(fault)")
            }
            var restored = index
            restored.origin = IndexOrigin(
                indexUUID: index.uuid, snapshot: snapshot.name, snapshotID: snapshot.id)
            restored.name = renamed
            restored.uuid = world.random.nextName()
            restored.created = world.clock.wallMilliseconds
            return restored
        }
        try check(planned, request, chosen, name)
        let known = try await catalog.reload()
        for index in planned where known.index(named: index.name) != nil {
            throw Self.unrestorable(
                name,
                "there is an index [\(index.name)] already; delete it, or give the restored one "
                    + "another name with \"rename\"")
        }
        var report = RestoreReport(indices: [], shards: ShardsSummary())
        for index in planned {
            try await catalog.create(index)
            report.indices.append(index.name)
        }
        for index in planned {
            report.shards.total += index.shardCount
            report.shards.failures += await indices.open(
                index, within: configuration.writeTimeout)
        }
        report.shards.failed = report.shards.failures.count
        report.shards.successful = report.shards.total - report.shards.failed
        return report
    }

    private func check(
        _ planned: [IndexMetadata], _ request: RestoreRequest, _ chosen: [IndexMetadata],
        _ name: String
    ) throws {
        let names = Set(chosen.map(\.name))
        if let unknown = request.renamed.keys.sorted().first(where: { !names.contains($0) }) {
            throw Self.unrestorable(name, "[\(unknown)] is to be renamed and not to be restored")
        }
        guard Set(planned.map(\.name)).count == planned.count else {
            throw Self.unrestorable(name, "two indices would get the same name")
        }
    }

    private static func unrestorable(_ name: String, _ reason: String) -> RequestError {
        RequestError(
            type: "snapshot_restore_exception", reason: "[\(name)] cannot be restored: \(reason)")
    }

    // MARK: Rolling back

    public func rollBack(
        _ expressions: [String], to target: RollBackTarget
    ) async throws -> RollBackReport {
        let chosen = try await indices.resolve(expressions, .existing)
        var action = SnapshotAction.rollBackToPrevious
        if case .snapshot(let name) = target {
            let snapshot = try await snapshot(name)
            action = .rollBack(id: snapshot.id)
            for index in chosen where snapshot.index(uuid: index.uuid) == nil {
                throw RequestError(
                    type: "snapshot_missing_exception",
                    reason: "[\(name)] has nothing of index [\(index.name)] as it is: it was made "
                        + "of other indices, or of one of that name that was deleted since",
                    status: 404, index: index.name)
            }
        }
        var report = RollBackReport(shards: [], summary: ShardsSummary())
        for index in chosen {
            let answers = try await askOwners(of: index, to: action)
            generationWatch.note(
                index.uuid,
                Dictionary(
                    answers.shards.map { ($0.shard, $0.visibleSlot) }, uniquingKeysWith: max))
            report.shards += answers.shards.map {
                RollBackReport.Shard(
                    index: index.name, shard: $0.shard, slot: $0.state.slot,
                    documents: $0.state.documents)
            }
            report.summary.total += index.shardCount
            report.summary.failures += answers.failures
        }
        report.summary.failed = report.summary.failures.count
        report.summary.successful = report.summary.total - report.summary.failed
        return report
    }
}
