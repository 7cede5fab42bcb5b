// What a shard starts from, as its log and its newest checkpoint tell.

struct OpenedShard: Sendable {
    let log: ShardLog
    let contents: ShardContents
    let memory: MemorySegment
    var progress: ShardProgress
    var collection: LogCollection
}
