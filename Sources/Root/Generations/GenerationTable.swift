// What a root knows of the newest generation of each index, and whether it may be relied on.

import Cluster
import Queries
import Storage

/// Pure bookkeeping: who said what, when, and who was asked lately.
struct GenerationTable {
    private struct ShardKey: Hashable {
        let indexUUID: String
        let shard: Int
    }

    private struct Watched {
        /// The leaf's own change sequence.
        var sequence: UInt64
        /// Shards that the leaf reports on.
        var shards: Set<ShardKey>
    }

    /// Newest visible slot of each shard, from any answer.
    private var slots: [ShardKey: Int64] = [:]
    /// The newest mapping any leaf works with, by index.
    private var schemaVersions: [String: Int64] = [:]
    /// Leaves whose watch is up, by name. A leaf is removed as soon as its watch breaks.
    private var leaves: [String: Watched] = [:]
    /// When each index was last searched.
    private var searched: [String: Instant] = [:]

    /// Where the leaf's next poll goes on.
    func sequence(of leaf: String) -> UInt64 { leaves[leaf]?.sequence ?? 0 }

    mutating func noteSearch(of uuid: String, at now: Instant) {
        searched[uuid] = now
    }

    /// Slots only grow while one leaf owns the shard and after every take-over, so the largest
    /// seen is the newest.
    mutating func note(_ uuid: String, _ visible: [Int: Int64]) {
        for (shard, slot) in visible {
            let key = ShardKey(indexUUID: uuid, shard: shard)
            slots[key] = max(slot, slots[key] ?? slot)
        }
    }

    mutating func note(_ response: LeafGenerationsResponse, from leaf: String) {
        var shards: Set<ShardKey> = []
        for generation in response.slots {
            let key = ShardKey(indexUUID: generation.indexUUID, shard: generation.shard)
            shards.insert(key)
            slots[key] = max(generation.visibleSlot, slots[key] ?? generation.visibleSlot)
            schemaVersions[generation.indexUUID] = max(
                generation.schemaVersion, schemaVersions[generation.indexUUID] ?? 0)
        }
        leaves[leaf] = Watched(sequence: response.sequence, shards: shards)
    }

    mutating func watchBroke(of leaf: String) {
        leaves[leaf] = nil
    }

    /// The indices searched since `limit`; forgets the others.
    mutating func interesting(since limit: Instant) -> [String] {
        searched = searched.filter { $0.value >= limit }
        return searched.keys.sorted()
    }

    /// Nil when the index was not searched since `limit`, some shard's leaf is not being watched,
    /// or a leaf works with a newer mapping than `index` has.
    func generation(
        of index: IndexMetadata, _ routing: RoutingTable, searchedSince limit: Instant
    ) -> IndexGeneration? {
        guard let last = searched[index.uuid], last >= limit,
            schemaVersions[index.uuid] ?? 0 <= index.schema.version
        else { return nil }
        var result: [Int64] = []
        for shard in 0..<index.shardCount {
            let key = ShardKey(indexUUID: index.uuid, shard: shard)
            guard
                let leaf = routing.leaf(
                    indexUUID: index.uuid, shard: shard, shardCount: index.shardCount),
                leaves[leaf.name]?.shards.contains(key) == true, let slot = slots[key]
            else { return nil }
            result.append(slot)
        }
        return IndexGeneration(
            indexUUID: index.uuid, schemaVersion: index.schema.version, slots: result)
    }

    /// Forgets indices that are no more.
    mutating func keep(only uuids: Set<String>) {
        slots = slots.filter { uuids.contains($0.key.indexUUID) }
        schemaVersions = schemaVersions.filter { uuids.contains($0.key) }
    }
}
