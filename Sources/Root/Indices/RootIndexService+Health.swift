// How the cluster is: health, nodes, shards and counts, from what each leaf says of itself.

import Cluster
import Queries
import Storage

extension RootIndexService {
    /// What every leaf of the routing table answers, in its order.
    private func survey() async throws -> [(
        leaf: LeafNode, status: Result<LeafStatusResponse, any Error>
    )] {
        let leaves = directory.routing.leaves
        let deadline = world.clock.now + configuration.statusTimeout
        let calls = leaves.map { leaf -> @Sendable () async throws -> LeafStatusResponse in
            let service = directory.service(leaf)
            return { try await service.status(LeafStatusRequest(), deadline: deadline) }
        }
        let answers = try await DeadlineGroup.run(calls, deadline: deadline, clock: world.clock)
        return Array(zip(leaves, answers))
    }

    public func nodes() async throws -> [NodeStatus] {
        try await survey().map { leaf, status in
            var node = NodeStatus(name: leaf.name, address: leaf.address, roles: [.leaf])
            switch status {
            case .success(let response):
                node.report = response.node
                node.shardCount = response.shards.count
            case .failure(let error):
                node.reason = RemoteError(describing: error).reason
            }
            return node
        }
    }

    public func shards(_ expressions: [String]) async throws -> [ShardStatusEntry] {
        try await shards(of: try await resolve(expressions, .standard))
    }

    private func shards(of indices: [IndexMetadata]) async throws -> [ShardStatusEntry] {
        struct Key: Hashable {
            let leaf: String
            let indexUUID: String
            let shard: Int
        }
        let routing = directory.routing
        var found: [Key: ShardStatus] = [:]
        for (leaf, status) in try await survey() {
            guard case .success(let response) = status else { continue }
            for shard in response.shards {
                let key = Key(leaf: leaf.name, indexUUID: shard.indexUUID, shard: shard.shard)
                found[key] = shard
            }
        }
        return indices.flatMap { index in
            (0..<index.shardCount).map { shard in
                let leaf = routing.leaf(
                    indexUUID: index.uuid, shard: shard, shardCount: index.shardCount)
                return ShardStatusEntry(
                    index: index.name, indexUUID: index.uuid, shard: shard, leaf: leaf,
                    status: leaf.flatMap {
                        found[Key(leaf: $0.name, indexUUID: index.uuid, shard: shard)]
                    })
            }
        }
    }

    public func health(_ expressions: [String]) async throws -> ClusterHealth {
        let indices = try await resolve(expressions, .standard)
        let entries = try await shards(of: indices)
        let leaves = directory.routing.leaves.count
        var health = ClusterHealth(
            clusterName: configuration.clusterName, status: .green, nodeCount: leaves,
            leafCount: leaves, activeShards: 0)
        for index in indices {
            let own = entries.filter { $0.indexUUID == index.uuid }
            let status = own.map(Self.health).max() ?? .green
            let active = own.count { $0.status?.state == .started }
            health.status = max(health.status, status)
            health.activeShards += active
            health.openingShards += own.count { $0.status?.state == .opening }
            health.indices.append(
                IndexHealth(
                    name: index.name, status: status, shardCount: index.shardCount,
                    activeShards: active))
        }
        health.unassignedShards = entries.count - health.activeShards - health.openingShards
        if leaves == 0 { health.status = .red }
        return health
    }

    /// A shard that is being opened answers soon; one that failed or has no leaf does not.
    private static func health(_ entry: ShardStatusEntry) -> HealthStatus {
        switch entry.status?.state {
        case .started: .green
        case .opening: .yellow
        case .failed, nil: .red
        }
    }

    public func statistics(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> [IndexStatistics] {
        let indices = try await resolve(expressions, options)
        let entries = try await shards(of: indices)
        return indices.map { index in
            let own = entries.filter { $0.indexUUID == index.uuid }
            var result = IndexStatistics(index: index, health: own.map(Self.health).max() ?? .green)
            result.shards.total = index.shardCount
            for entry in own {
                guard let status = entry.status, status.state == .started else {
                    result.shards.failures.append(
                        ShardFailure(
                            index: index.name, shard: entry.shard, node: entry.leaf?.name,
                            type: RemoteError.noShardType,
                            reason: entry.status?.reason ?? "the shard is not open"))
                    continue
                }
                result.documentCount += status.documentCount
                result.deletedCount += status.deletedCount
                result.byteCount += status.byteCount
                result.memoryBytes += status.memoryBytes
                result.segmentCount += status.segments.count
            }
            result.shards.failed = result.shards.failures.count
            result.shards.successful = index.shardCount - result.shards.failed
            return result
        }
    }
}
