// What the allocator is told of indices and of copies.

/// An index as far as its placement is concerned.
public struct PlacedIndex: Sendable, Hashable {
    public var uuid: String
    public var shardCount: Int
    /// Wanted of each shard, the owner's among them.
    public var copyCount: Int

    public init(uuid: String, shardCount: Int, copyCount: Int) {
        self.uuid = uuid
        self.shardCount = shardCount
        self.copyCount = max(1, copyCount)
    }

    public init(_ index: IndexMetadata) {
        self.init(
            uuid: index.uuid, shardCount: index.shardCount,
            copyCount: index.settings.replicaCount + 1)
    }
}

/// A shard on a leaf.
public struct ShardCopy: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    public var leaf: String

    public init(indexUUID: String, shard: Int, leaf: String) {
        self.indexUUID = indexUUID
        self.shard = shard
        self.leaf = leaf
    }
}

/// How far a leaf says that its copy has come.
public struct CopyProgress: Sendable, Hashable {
    /// The newest record of the log that it has; -1: none.
    public var appliedSlot: Int64
    /// Whether it can serve.
    public var isReady: Bool

    public init(appliedSlot: Int64, isReady: Bool) {
        self.appliedSlot = appliedSlot
        self.isReady = isReady
    }
}
