// Which leaf holds which shard, decided alike by all who know the leaves' names: rendezvous
// hashing (Thaler and Ravishankar, 1998) with bounded loads (after Mirrokni, Thorup and
// Zadimoghaddam, 2016).

import Analysis

public enum RendezvousHashing {
    /// A leaf of weight w draws w lots per shard: it wins w times as often as one of weight 1.
    public static let maximumWeight = 100

    /// The place in `leaves` of each shard's leaf. Pairs of a shard and a leaf are taken in the
    /// order of their lots, best first; a pair counts when the shard has no leaf yet and the leaf
    /// is not full. A leaf is full at its share of the shards, rounded up: the bound.
    ///
    /// - Parameter leaves: Distinct names and weights of at least 1. The order does not matter.
    /// - Returns: `shardCount` places; empty when there is no leaf.
    public static func assign(
        index uuid: String, shardCount: Int, leaves: [(name: String, weight: Int)]
    ) -> [Int] {
        guard !leaves.isEmpty, shardCount > 0 else { return [] }
        let weights = leaves.map { min(max($0.weight, 1), maximumWeight) }
        let total = weights.reduce(0, +)
        var room = weights.map { (shardCount * $0 + total - 1) / total }
        var pairs: [Pair] = []
        pairs.reserveCapacity(shardCount * leaves.count)
        for (place, leaf) in leaves.enumerated() {
            for shard in 0..<shardCount {
                let lot = bestLot(uuid, shard, leaf.name, weights[place])
                pairs.append(Pair(lot: lot, shard: shard, leaf: place))
            }
        }
        pairs.sort { left, right in
            if left.lot != right.lot { return left.lot > right.lot }
            if left.shard != right.shard { return left.shard < right.shard }
            return leaves[left.leaf].name < leaves[right.leaf].name
        }
        var result = [Int](repeating: -1, count: shardCount)
        for pair in pairs where result[pair.shard] < 0 && room[pair.leaf] > 0 {
            result[pair.shard] = pair.leaf
            room[pair.leaf] -= 1
        }
        return result
    }

    private struct Pair {
        let lot: UInt64
        let shard: Int
        let leaf: Int
    }

    /// The best lot that the leaf draws for the shard: the higher, the more the shard is its own.
    static func bestLot(
        _ uuid: String, _ shard: Int, _ leaf: String, _ weight: Int
    ) -> UInt64 {
        var best: UInt64 = 0
        for lot in 0..<weight {
            best = max(best, DocumentRouting.hash(Array("\(uuid)/\(shard)/\(leaf)/\(lot)".utf8)))
        }
        return best
    }
}
