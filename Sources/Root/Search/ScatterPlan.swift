// Who is asked for what: one message per leaf, for all the shards it holds.

import Cluster
import Queries

struct ScatterTarget: Sendable, Hashable {
    let leaf: LeafNode
    /// Ascending.
    let shards: [Int]
}

/// One copy of every shard of one index.
struct ScatterPlan: Sendable, Hashable {
    let indexName: String
    let indexUUID: String
    let shardCount: Int
    let schemaVersion: Int64
    /// In the order of the leaves' names.
    let targets: [ScatterTarget]
    /// Shards that no leaf holds.
    let unassigned: [Int]

    init(index: IndexMetadata, routing: RoutingTable) {
        indexName = index.name
        indexUUID = index.uuid
        shardCount = index.shardCount
        schemaVersion = index.schema.version
        let assignment = routing.shards(indexUUID: index.uuid, shardCount: index.shardCount)
        targets = assignment.map { ScatterTarget(leaf: $0.key, shards: $0.value) }
            .sorted { $0.leaf.name < $1.leaf.name }
        let assigned = Set(targets.flatMap(\.shards))
        unassigned = (0..<index.shardCount).filter { !assigned.contains($0) }
    }

    /// What is missing because nobody holds it.
    var unassignedFailures: [ShardFailure] {
        unassigned.map { shard in
            ShardFailure(
                index: indexName, shard: shard, node: nil, type: RemoteError.noShardType,
                reason: "no leaf holds the shard; start a leaf")
        }
    }
}
