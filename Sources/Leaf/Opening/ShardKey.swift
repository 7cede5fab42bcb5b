// Which shard of which index.

struct ShardKey: Sendable, Hashable {
    let indexUUID: String
    let shard: Int
}
