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
        let calls = leaves.map { leaf in
            let service = directory.service(leaf)
            return DeadlineGroup.Call(to: leaf) {
                try await service.status(LeafStatusRequest(), deadline: deadline)
            }
        }
        let answers = try await DeadlineGroup.run(
            calls, deadline: deadline, clock: world.clock, directory: directory)
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
        try await shards(of: try await resolve(expressions, .standard)).flatMap { $0.joined() }
    }

    /// By index and shard: the copies there are by the routing table, then those that are missing.
    private func shards(of indices: [IndexMetadata]) async throws -> [[[ShardStatusEntry]]] {
        let routing = directory.routing
        var found: [String: [ShardPlace: ShardStatus]] = [:]
        for (leaf, status) in try await survey() {
            guard case .success(let response) = status else { continue }
            found[leaf.name] = Dictionary(
                response.shards.map {
                    (ShardPlace(indexUUID: $0.indexUUID, shard: $0.shard), $0)
                }, uniquingKeysWith: { $1 })
        }
        return indices.map { index in
            let assignments = routing.assignments(
                indexUUID: index.uuid, shardCount: index.shardCount)
            return (0..<index.shardCount).map { shard in
                let place = ShardPlace(indexUUID: index.uuid, shard: shard)
                func entry(_ role: ShardRole, _ name: String?) -> ShardStatusEntry {
                    ShardStatusEntry(
                        index: index.name, indexUUID: index.uuid, shard: shard, role: role,
                        leaf: name.flatMap { routing.leaf(named: $0) },
                        status: name.flatMap { found[$0]?[place] })
                }
                var entries: [ShardStatusEntry] = []
                if shard < assignments.count {
                    let assignment = assignments[shard]
                    entries.append(entry(.owner, assignment.owner))
                    entries += assignment.copies.filter { $0 != assignment.owner }
                        .map { entry(.copy, $0) }
                    entries += assignment.joining.map { entry(.joining, $0) }
                } else {
                    entries.append(entry(.owner, nil))
                }
                let missing = index.settings.replicaCount + 1 - entries.count
                return entries + (0..<max(0, missing)).map { _ in entry(.copy, nil) }
            }
        }
    }

    private struct ShardPlace: Hashable {
        let indexUUID: String
        let shard: Int
    }

    public func health(_ expressions: [String]) async throws -> ClusterHealth {
        let indices = try await resolve(expressions, .standard)
        let leaves = directory.routing.leaves.count
        var health = ClusterHealth(
            clusterName: configuration.clusterName, status: .green, nodeCount: leaves,
            leafCount: leaves, activeShards: 0)
        for (index, shards) in zip(indices, try await shards(of: indices)) {
            let figures = shards.map { ShardFigures($0, wanted: index.settings.replicaCount + 1) }
            let status = figures.map(\.health).max() ?? .green
            let active = figures.reduce(0) { $0 + $1.active }
            let owners = figures.count(where: \.isOwned)
            health.status = max(health.status, status)
            health.activeShards += active
            health.activePrimaryShards += owners
            health.openingShards += figures.reduce(0) { $0 + $1.opening }
            health.relocatingShards += figures.reduce(0) { $0 + $1.relocating }
            health.unassignedShards += figures.reduce(0) { $0 + $1.unassigned }
            health.damagedShards += figures.reduce(0) { $0 + $1.damaged }
            health.indices.append(
                IndexHealth(
                    name: index.name, status: status, shardCount: index.shardCount,
                    replicaCount: index.settings.replicaCount, activeShards: active,
                    activePrimaryShards: owners))
        }
        if leaves == 0 { health.status = .red }
        return health
    }

    public func statistics(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> [IndexStatistics] {
        let indices = try await resolve(expressions, options)
        return zip(indices, try await shards(of: indices)).map { index, shards in
            let wanted = index.settings.replicaCount + 1
            var result = IndexStatistics(
                index: index,
                health: shards.map { ShardFigures($0, wanted: wanted).health }.max() ?? .green)
            result.shards.total = index.shardCount
            for (shard, entries) in shards.enumerated() {
                // The owner knows of the last writes; all copies have the same stored segments.
                guard let status = entries.first(where: { $0.state == .started })?.status else {
                    let entry = entries.first
                    result.shards.failures.append(
                        ShardFailure(
                            index: index.name, shard: shard, node: entry?.leaf?.name,
                            type: RemoteError.noShardType,
                            reason: entry?.status?.reason ?? "the shard is not open"))
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

/// One shard's copies, counted.
private struct ShardFigures {
    /// Copies that answer searches.
    let active: Int
    /// Wanted ones that are being made.
    let opening: Int
    /// Those beyond.
    let relocating: Int
    let unassigned: Int
    /// Of those that answer.
    let damaged: Int
    let isOwned: Bool
    let health: HealthStatus

    init(_ entries: [ShardStatusEntry], wanted: Int) {
        active = entries.count { $0.state == .started }
        let made = entries.count { $0.state == .opening }
        opening = min(made, max(0, wanted - active))
        relocating = made - opening
        unassigned = max(0, wanted - active - opening)
        damaged = entries.count { $0.state == .started && $0.status?.damage != nil }
        isOwned = entries.contains { $0.role == .owner && $0.state == .started }
        // A shard that is being opened answers soon; one that failed or has no leaf does not.
        let isOpening = entries.contains { $0.role != .joining && $0.state == .opening }
        health =
            active == 0
            ? (isOpening ? .yellow : .red)
            : (active < wanted || !isOwned || damaged > 0 ? .yellow : .green)
    }
}
