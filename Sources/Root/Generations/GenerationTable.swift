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

    /// Newest slots of an index's shards, by shard; -1 and the end mean unknown.
    private struct NewestSlots {
        private(set) var slots: [Int64] = []

        mutating func note(_ shard: Int, _ slot: Int64) {
            guard shard >= 0 else { return }
            while slots.count <= shard { slots.append(-1) }
            if slot > slots[shard] { slots[shard] = slot }
        }
    }

    /// By index: what searches were shown or may be, from any copy's answer.
    private var visible: [String: NewestSlots] = [:]
    /// By index: what writes through this root were put in, visible or not.
    private var acknowledged: [String: NewestSlots] = [:]
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

    /// A shard's slots only grow, whichever copy tells of them, so the largest seen is the newest.
    mutating func note(_ uuid: String, _ slots: [Int: Int64]) {
        for (shard, slot) in slots { visible[uuid, default: NewestSlots()].note(shard, slot) }
    }

    mutating func noteWritten(_ uuid: String, _ shard: Int, _ slot: Int64) {
        acknowledged[uuid, default: NewestSlots()].note(shard, slot)
    }

    mutating func note(_ response: LeafGenerationsResponse, from leaf: String) {
        var shards: Set<ShardKey> = []
        for generation in response.slots {
            shards.insert(ShardKey(indexUUID: generation.indexUUID, shard: generation.shard))
            visible[generation.indexUUID, default: NewestSlots()]
                .note(generation.shard, generation.visibleSlot)
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

    /// By shard, the newest slot that is known to be visible somewhere; -1 and the end mean
    /// unknown.
    func visibleSlots(of uuid: String) -> [Int64] { visible[uuid]?.slots ?? [] }

    /// The newest slot known of a shard, visible to searches or not; nil when unknown.
    func newestSlot(of uuid: String, _ shard: Int) -> Int64? {
        let known = [visible[uuid], acknowledged[uuid]].compactMap { newest -> Int64? in
            guard let slots = newest?.slots, slots.indices.contains(shard) else { return nil }
            return slots[shard]
        }
        return known.max().flatMap { $0 < 0 ? nil : $0 }
    }

    /// Nil when the index was not searched since `limit`, no leaf that serves some shard is being
    /// watched, or a leaf works with a newer mapping than `index` has.
    func generation(
        of index: IndexMetadata, _ routing: RoutingTable, searchedSince limit: Instant
    ) -> IndexGeneration? {
        guard let last = searched[index.uuid], last >= limit,
            schemaVersions[index.uuid] ?? 0 <= index.schema.version
        else { return nil }
        let slots = visibleSlots(of: index.uuid)
        guard slots.count >= index.shardCount else { return nil }
        let copies = routing.copies(indexUUID: index.uuid, shardCount: index.shardCount)
        for (shard, copies) in copies.enumerated() {
            let key = ShardKey(indexUUID: index.uuid, shard: shard)
            let isWatched = copies.contains { leaves[$0.name]?.shards.contains(key) == true }
            guard isWatched, slots[shard] >= 0 else { return nil }
        }
        return IndexGeneration(
            indexUUID: index.uuid, schemaVersion: index.schema.version,
            slots: Array(slots.prefix(index.shardCount)))
    }

    /// Forgets indices that are no more.
    mutating func keep(only uuids: Set<String>) {
        visible = visible.filter { uuids.contains($0.key) }
        acknowledged = acknowledged.filter { uuids.contains($0.key) }
        schemaVersions = schemaVersions.filter { uuids.contains($0.key) }
    }
}
