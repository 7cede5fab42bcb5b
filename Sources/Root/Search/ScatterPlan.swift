// Who is asked for what: one message per leaf, for all the shards it is asked for.

import Cluster
import Queries

/// One copy of every shard of one index, and the copies that may stand in for it.
struct ScatterPlan: Sendable, Hashable {
    /// Of the copies of several shards, one each, in their order. No shard is without copies.
    typealias Choice = (_ copies: [[LeafNode]]) -> [LeafNode]

    let indexName: String
    let indexUUID: String
    let shardCount: Int
    let schemaVersion: Int64
    /// In the order of the leaves' names.
    private(set) var targets: [ScatterTarget]
    /// By shard: the leaves that serve it.
    let copies: [[LeafNode]]
    /// Shards that no leaf holds.
    private(set) var unassigned: [Int]
    /// Whether some shard may be asked of several leaves.
    let hasChoice: Bool

    init(index: IndexMetadata, copies: [[LeafNode]], choose: Choice) {
        indexName = index.name
        indexUUID = index.uuid
        shardCount = index.shardCount
        schemaVersion = index.schema.version
        self.copies = copies
        hasChoice = copies.contains { $0.count > 1 }
        let held = copies.indices.filter { !copies[$0].isEmpty }
        let chosen = hasChoice ? choose(held.map { copies[$0] }) : held.map { copies[$0][0] }
        targets = Self.targets(of: held, on: chosen)
        unassigned = copies.indices.filter { copies[$0].isEmpty }
    }

    /// Every shard with its owner.
    init(index: IndexMetadata, ownersIn routing: RoutingTable) {
        let owners = (0..<index.shardCount).map { shard in
            routing.leaf(indexUUID: index.uuid, shard: shard, shardCount: index.shardCount)
                .map { [$0] } ?? []
        }
        self.init(index: index, copies: owners) { $0.map { $0[0] } }
    }

    /// Only these of the shards that somebody holds.
    func narrowed(to isWanted: (_ shard: Int, _ leaf: LeafNode) -> Bool) -> ScatterPlan {
        var plan = self
        plan.unassigned = []
        plan.targets = targets.compactMap { target in
            var target = target
            target.shards.removeAll { !isWanted($0, target.leaf) }
            return target.shards.isEmpty ? nil : target
        }
        return plan
    }

    /// One target per leaf, by name.
    static func targets(of shards: [Int], on leaves: [LeafNode]) -> [ScatterTarget] {
        var targets: [ScatterTarget] = []
        var places: [String: Int] = [:]
        for (shard, leaf) in zip(shards, leaves) {
            if let place = places[leaf.name] {
                targets[place].shards.append(shard)
            } else {
                places[leaf.name] = targets.count
                targets.append(ScatterTarget(leaf: leaf, shards: [shard]))
            }
        }
        return targets.sorted { $0.leaf.name < $1.leaf.name }
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
