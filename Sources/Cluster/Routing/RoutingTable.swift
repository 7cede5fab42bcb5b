// The leaves there are and what each of them holds. Roots and leaves go by the newest table they
// know; who goes by an older one hears of it from whom it asks, or from the fence of a shard's log.

import Synchronization

/// An index without assignments is placed by rendezvous hashing over the leaves, one copy each: so
/// making an index changes no table.
public struct RoutingTable: Sendable {
    /// One more with each table published; 0 of one made by hand.
    public let version: Int64
    /// In the names' order, names distinct.
    public let leaves: [LeafNode]
    /// By the index's UUID, one per shard.
    public let assignments: [String: [ShardAssignment]]
    private let places: [String: Int]
    private let placements = RoutingMemory<[Int]>()
    let served = RoutingMemory<[[LeafNode]]>()

    /// Of several leaves with one name the last counts.
    public init(
        leaves: [LeafNode], assignments: [String: [ShardAssignment]] = [:], version: Int64 = 0
    ) {
        let byName = Dictionary(leaves.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.version = version
        self.leaves = byName.values.sorted { $0.name < $1.name }
        self.assignments = assignments
        places = Dictionary(
            uniqueKeysWithValues: self.leaves.enumerated().map { ($1.name, $0) })
    }

    public func leaf(named name: String) -> LeafNode? { places[name].map { leaves[$0] } }

    /// Of all shards, in their order; empty when there is no leaf.
    public func assignments(indexUUID: String, shardCount: Int) -> [ShardAssignment] {
        if let known = explicit(indexUUID, shardCount) { return known }
        return implicit(indexUUID, shardCount).map { ShardAssignment(owner: leaves[$0].name) }
    }

    /// Nil when there is no leaf or no such shard.
    public func assignment(
        indexUUID: String, shard: Int, shardCount: Int
    ) -> ShardAssignment? {
        guard (0..<shardCount).contains(shard) else { return nil }
        if let known = explicit(indexUUID, shardCount) { return known[shard] }
        let places = implicit(indexUUID, shardCount)
        return places.isEmpty ? nil : ShardAssignment(owner: leaves[places[shard]].name)
    }

    /// The leaf that owns the shard; nil when there is none, or no such shard.
    public func leaf(indexUUID: String, shard: Int, shardCount: Int) -> LeafNode? {
        assignment(indexUUID: indexUUID, shard: shard, shardCount: shardCount)
            .flatMap { leaf(named: $0.owner) }
    }

    /// The leaves that serve the shard, in the names' order.
    public func copies(indexUUID: String, shard: Int, shardCount: Int) -> [LeafNode] {
        assignment(indexUUID: indexUUID, shard: shard, shardCount: shardCount)?.copies
            .compactMap { leaf(named: $0) } ?? []
    }

    /// The shards of an index by owner, ascending; leaves without any are absent.
    public func shards(indexUUID: String, shardCount: Int) -> [LeafNode: [Int]] {
        var result: [LeafNode: [Int]] = [:]
        let all = assignments(indexUUID: indexUUID, shardCount: shardCount)
        for (shard, assignment) in all.enumerated() {
            guard let leaf = leaf(named: assignment.owner) else { continue }
            result[leaf, default: []].append(shard)
        }
        return result
    }

    /// The shards that the leaf of this name owns, ascending.
    public func shards(of leafName: String, indexUUID: String, shardCount: Int) -> [Int] {
        assignments(indexUUID: indexUUID, shardCount: shardCount).enumerated()
            .filter { $0.element.owner == leafName }.map(\.offset)
    }

    /// What the leaf of this name is to the index's shards; those it has nothing to do with are
    /// absent.
    public func roles(
        of leafName: String, indexUUID: String, shardCount: Int
    ) -> [Int: ShardRole] {
        var result: [Int: ShardRole] = [:]
        let all = assignments(indexUUID: indexUUID, shardCount: shardCount)
        for (shard, assignment) in all.enumerated() {
            result[shard] = assignment.role(of: leafName)
        }
        return result
    }

    /// Nil also where what is assigned cannot be this index's, which has so many shards for ever.
    private func explicit(_ uuid: String, _ shardCount: Int) -> [ShardAssignment]? {
        guard let known = assignments[uuid], known.count == shardCount else { return nil }
        return known
    }

    private func implicit(_ uuid: String, _ shardCount: Int) -> [Int] {
        placements.value(uuid, shardCount) {
            RendezvousHashing.assign(
                index: uuid, shardCount: shardCount, leaves: leaves.map { ($0.name, $0.weight) })
        }
    }
}

extension RoutingTable: Equatable {
    public static func == (left: RoutingTable, right: RoutingTable) -> Bool {
        left.version == right.version && left.leaves == right.leaves
            && left.assignments == right.assignments
    }
}

/// Remembers what every request asks of a table, and what never changes for one.
final class RoutingMemory<Value: Sendable>: Sendable {
    private struct Key: Hashable {
        let uuid: String
        let shardCount: Int
    }

    /// Beyond this many indices the memory starts again.
    private static var capacity: Int { 10_000 }
    private let known = Mutex<[Key: Value]>([:])

    func value(_ uuid: String, _ shardCount: Int, _ make: () -> Value) -> Value {
        let key = Key(uuid: uuid, shardCount: shardCount)
        if let value = known.withLock({ $0[key] }) { return value }
        let value = make()
        known.withLock {
            if $0.count >= Self.capacity { $0.removeAll() }
            $0[key] = value
        }
        return value
    }
}
