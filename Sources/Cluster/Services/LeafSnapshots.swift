// What a root asks of the owners of shards about states to keep and to go back to.

import Queries

public enum SnapshotAction: Sendable, Hashable {
    /// Asked again with the same id, it is the same state.
    case keep(id: String, name: String)
    /// Of no effect where there is none.
    case letGo(id: String)
    case rollBack(id: String)
    case rollBackToPrevious
}

public struct LeafSnapshotRequest: Sendable, Hashable {
    public var indexUUID: String
    public var shards: [Int]
    public var action: SnapshotAction

    public init(indexUUID: String, shards: [Int], action: SnapshotAction) {
        self.indexUUID = indexUUID
        self.shards = shards
        self.action = action
    }
}

public struct LeafSnapshotResponse: Sendable, Hashable {
    public struct Shard: Sendable, Hashable {
        public var shard: Int
        /// What was kept, or gone back to; zeros for what was let go.
        public var state: SnapshotShard
        /// What searches see now, where that changed; else 0.
        public var visibleSlot: Int64

        public init(shard: Int, state: SnapshotShard, visibleSlot: Int64 = 0) {
            self.shard = shard
            self.state = state
            self.visibleSlot = visibleSlot
        }
    }

    public var shards: [Shard]
    public var failures: [ShardFailure]

    public init(shards: [Shard] = [], failures: [ShardFailure] = []) {
        self.shards = shards
        self.failures = failures
    }
}
