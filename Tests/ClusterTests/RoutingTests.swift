// Placement: balanced, alike everywhere, and stable when leaves come and go.

import Analysis
import Storage
import Testing

@testable import Cluster

@Suite struct RoutingTests {
    func assign(_ uuid: String, _ shards: Int, _ leaves: Int) -> [Int] {
        RendezvousHashing.assign(
            index: uuid, shardCount: shards, leaves: (0..<leaves).map { ("leaf-\($0)", 1) })
    }

    @Test func noLeafHoldsMoreThanItsShare() {
        for leaves in 1...13 {
            for shards in [1, 2, 5, 8, 16, 33, 64] {
                let places = assign("u\(shards)", shards, leaves)
                #expect(places.count == shards)
                let bound = (shards + leaves - 1) / leaves
                for leaf in 0..<leaves {
                    #expect(places.count { $0 == leaf } <= bound, "\(shards) on \(leaves)")
                }
            }
        }
        #expect(assign("u", 5, 0) == [])
    }

    @Test func placementIsTheSameForEverybodyAndForEver() {
        // Written down once: a change would move every shard of every cluster.
        #expect(assign("0123456789abcdef", 8, 3) == Self.golden)
        let nodes = (0..<5).map {
            LeafNode(name: "leaf-\($0)", address: NodeAddress("host:\($0)"))
        }
        let table = RoutingTable(leaves: nodes)
        let reversed = RoutingTable(leaves: nodes.reversed())
        #expect(table == reversed)
        for shard in 0..<32 {
            let leaf = table.leaf(indexUUID: "abc", shard: shard, shardCount: 32)
            #expect(leaf == reversed.leaf(indexUUID: "abc", shard: shard, shardCount: 32))
            #expect(
                leaf.map { table.shards(of: $0.name, indexUUID: "abc", shardCount: 32) }?
                    .contains(shard) == true)
        }
        #expect(table.leaf(indexUUID: "abc", shard: 32, shardCount: 32) == nil)
        let byLeaf = table.shards(indexUUID: "abc", shardCount: 32)
        #expect(byLeaf.values.flatMap(\.self).sorted() == Array(0..<32))
    }

    static let golden = [1, 2, 0, 2, 0, 0, 1, 2]

    @Test func aLeafMoreMovesFewShards() {
        var moved = 0
        var least = 0
        for index in 0..<40 {
            for leaves in 1...8 {
                let before = assign("index-\(index)", 64, leaves)
                let after = assign("index-\(index)", 64, leaves + 1)
                let count = zip(before, after).count { $0 != $1 }
                // What the new leaf receives must move; the bound moves some others.
                let needed = after.count { $0 == leaves }
                #expect(count <= 2 * needed + 4, "index \(index), \(leaves) leaves")
                moved += count
                least += needed
            }
        }
        #expect(Double(moved) < 1.5 * Double(least), "moved \(moved) where \(least) had to")
    }

    @Test func weightIsShare() {
        var heavy = 0
        for index in 0..<50 {
            let places = RendezvousHashing.assign(
                index: "i\(index)", shardCount: 60, leaves: [("a", 1), ("b", 2), ("c", 3)])
            #expect(places.count { $0 == 0 } <= 10 && places.count { $0 == 2 } <= 30)
            heavy += places.count { $0 == 2 }
        }
        #expect(heavy == 50 * 30)
    }
}
