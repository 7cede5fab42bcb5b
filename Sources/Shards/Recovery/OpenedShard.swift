// What a shard starts from, as its log and its newest checkpoint tell.

struct OpenedShard: Sendable {
    /// Where the log ends.
    let position: LogPosition
    let contents: ShardContents
    let memory: MemorySegment
    var progress: ShardProgress
    var collection: LogCollection
}
