// Which shard of which index.

struct ShardKey: Sendable, Hashable, Comparable {
    let indexUUID: String
    let shard: Int

    static func < (left: ShardKey, right: ShardKey) -> Bool {
        (left.indexUUID, left.shard) < (right.indexUUID, right.shard)
    }
}
