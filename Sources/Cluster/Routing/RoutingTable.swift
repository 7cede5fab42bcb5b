// The leaves there are and, by rendezvous hashing, what each of them holds.

import Synchronization

/// A node that holds shards. Its name decides which; its address may change.
public struct LeafNode: Sendable, Hashable {
    public var name: String
    public var address: NodeAddress
    /// Its share of the shards compared with the others', 1…`RendezvousHashing.maximumWeight`.
    public var weight: Int

    public init(name: String, address: NodeAddress, weight: Int = 1) {
        self.name = name
        self.address = address
        self.weight = weight
    }
}

public struct RoutingTable: Sendable {
    /// In the names' order, names distinct.
    public let leaves: [LeafNode]
    private let placements = Placements()

    /// Of several leaves with one name the last counts.
    public init(leaves: [LeafNode]) {
        let byName = Dictionary(leaves.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.leaves = byName.values.sorted { $0.name < $1.name }
    }

    /// The leaf that holds the shard; nil when there is no leaf or no such shard.
    public func leaf(indexUUID: String, shard: Int, shardCount: Int) -> LeafNode? {
        let places = places(indexUUID, shardCount)
        return places.indices.contains(shard) ? leaves[places[shard]] : nil
    }

    /// The shards of an index by leaf, ascending; leaves without any are absent.
    public func shards(indexUUID: String, shardCount: Int) -> [LeafNode: [Int]] {
        var result: [LeafNode: [Int]] = [:]
        for (shard, place) in places(indexUUID, shardCount).enumerated() {
            result[leaves[place], default: []].append(shard)
        }
        return result
    }

    /// The shards that the leaf of this name holds, ascending.
    public func shards(of leafName: String, indexUUID: String, shardCount: Int) -> [Int] {
        guard let place = leaves.firstIndex(where: { $0.name == leafName }) else { return [] }
        return places(indexUUID, shardCount).enumerated().filter { $0.element == place }
            .map(\.offset)
    }

    private func places(_ uuid: String, _ shardCount: Int) -> [Int] {
        placements.value(uuid, shardCount) {
            RendezvousHashing.assign(
                index: uuid, shardCount: shardCount, leaves: leaves.map { ($0.name, $0.weight) })
        }
    }
}

extension RoutingTable: Equatable {
    public static func == (left: RoutingTable, right: RoutingTable) -> Bool {
        left.leaves == right.leaves
    }
}

/// Remembers assignments, which every request asks for and which never change for given leaves.
private final class Placements: Sendable {
    private struct Key: Hashable {
        let uuid: String
        let shardCount: Int
    }

    /// Beyond this many indices the memory starts again.
    private static let capacity = 10_000
    private let known = Mutex<[Key: [Int]]>([:])

    func value(_ uuid: String, _ shardCount: Int, _ make: () -> [Int]) -> [Int] {
        let key = Key(uuid: uuid, shardCount: shardCount)
        if let places = known.withLock({ $0[key] }) { return places }
        let places = make()
        known.withLock {
            if $0.count >= Self.capacity { $0.removeAll() }
            $0[key] = places
        }
        return places
    }
}
