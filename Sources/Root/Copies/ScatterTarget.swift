// Which shards one leaf is asked for.

import Cluster

struct ScatterTarget: Sendable, Hashable {
    let leaf: LeafNode
    /// Ascending.
    var shards: [Int]
}
