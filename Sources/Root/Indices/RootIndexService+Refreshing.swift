// Refreshes and flushes: asked of the owners. Other copies follow when a search asks for as much.

import Cluster
import Queries
import Storage

extension RootIndexService {
    public func refresh(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> ShardsSummary {
        try await refresh(try await resolve(expressions, options), flush: false)
    }

    public func flush(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> ShardsSummary {
        try await refresh(try await resolve(expressions, options), flush: true)
    }

    private func refresh(_ indices: [IndexMetadata], flush: Bool) async throws -> ShardsSummary {
        let deadline = world.clock.now + configuration.writeTimeout
        var plans = indices.map { ScatterPlan(index: $0, ownersIn: directory.routing) }
        var summary = ShardsSummary()
        summary.total = plans.reduce(0) { $0 + $1.shardCount }
        summary.failures = try await refresh(plans, flush: flush, deadline: deadline)
        if Self.mayHaveMoved(summary.failures) {
            let limit = min(deadline, world.clock.now + configuration.statusTimeout)
            await directory.reload(clock: world.clock, until: limit)
            // Of those that failed, the shards that have another owner by now.
            var failures = summary.failures
            plans = zip(indices, plans).map { index, plan in
                ScatterPlan(index: index, ownersIn: directory.routing).narrowed { shard, owner in
                    plan.copies[shard] != [owner]
                        && failures.contains { $0.index == index.name && $0.shard == shard }
                }
            }
            failures.removeAll { failure in
                plans.contains { plan in
                    plan.indexName == failure.index
                        && plan.targets.contains { $0.shards.contains(failure.shard) }
                }
            }
            summary.failures =
                failures + (try await refresh(plans, flush: flush, deadline: deadline))
        }
        summary.failures.sort { ($0.index, $0.shard) < ($1.index, $1.shard) }
        summary.failed = summary.failures.count
        summary.successful = summary.total - summary.failed
        return summary
    }

    private static func mayHaveMoved(_ failures: [ShardFailure]) -> Bool {
        failures.contains {
            $0.type == RemoteError.noShardType || $0.type == RemoteError.unreachableType
        }
    }

    /// One message per leaf and index. What failed is returned.
    private func refresh(
        _ plans: [ScatterPlan], flush: Bool, deadline: Instant
    ) async throws -> [ShardFailure] {
        let parts = plans.flatMap { plan in plan.targets.map { (plan: plan, target: $0) } }
        let calls = parts.map { part in
            let service = directory.service(part.target.leaf)
            let request = LeafRefreshRequest(
                indexUUID: part.plan.indexUUID, shards: part.target.shards, flush: flush)
            return DeadlineGroup.Call(to: part.target.leaf) {
                try await service.refresh(request, deadline: deadline)
            }
        }
        let answers = try await DeadlineGroup.run(
            calls, deadline: deadline, clock: world.clock, directory: directory)
        var failures = plans.flatMap(\.unassignedFailures)
        for (part, answer) in zip(parts, answers) {
            do {
                let response = try answer.get()
                generationWatch.note(part.plan.indexUUID, response.slots)
                failures += response.failures.map { failure in
                    var failure = failure
                    failure.index = part.plan.indexName
                    failure.node = failure.node ?? part.target.leaf.name
                    return failure
                }
            } catch {
                let remote = RemoteError(describing: error)
                failures += part.target.shards.map {
                    ShardFailure(
                        index: part.plan.indexName, shard: $0, node: part.target.leaf.name,
                        type: remote.type, reason: remote.reason)
                }
            }
        }
        return failures
    }
}
