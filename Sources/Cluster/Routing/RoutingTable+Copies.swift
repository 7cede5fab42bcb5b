// Who serves the shards of an index: what every search asks.

extension RoutingTable {
    /// By shard: the leaves that serve it, in the names' order. Remembered: asking costs one
    /// look-up.
    public func copies(indexUUID: String, shardCount: Int) -> [[LeafNode]] {
        served.value(indexUUID, shardCount) {
            (0..<shardCount).map {
                copies(indexUUID: indexUUID, shard: $0, shardCount: shardCount)
            }
        }
    }
}
