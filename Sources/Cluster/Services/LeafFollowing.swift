// How a copy of a shard hears of what its owner commits: the records themselves, as they are in the
// log. What is missed or not in memory any more is read from the object store.

import Storage

public struct LeafFollowRequest: Sendable, Hashable {
    public var positions: [FollowPosition]

    /// How long before its deadline a poll without news is answered.
    public static let answeringBefore = Duration.milliseconds(500)

    public init(positions: [FollowPosition]) {
        self.positions = positions
    }
}

/// How far a copy has come.
public struct FollowPosition: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    /// Of the newest record that the copy has; -1: none.
    public var slot: Int64

    public init(indexUUID: String, shard: Int, slot: Int64) {
        self.indexUUID = indexUUID
        self.shard = shard
        self.slot = slot
    }
}

public struct LeafFollowResponse: Sendable, Hashable {
    /// Of the shards asked for, those there is something to say of.
    public var shards: [FollowedShard]

    /// Bytes of records after which no more come with an answer; the first always does.
    public static let recordBytes = 4 << 20

    public init(shards: [FollowedShard] = []) {
        self.shards = shards
    }
}

public struct FollowedShard: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    /// Of the slots after the position, in order and without a gap.
    public var records: [[UInt8]]
    /// The newest slot this leaf knows to be committed; -1: none.
    public var committedSlot: Int64
    /// The record after the position is not in memory any more: it is in the store.
    public var isBehind: Bool
    /// False when this leaf does not append to the shard: the routing table has news.
    public var isOwner: Bool

    public init(
        indexUUID: String, shard: Int, records: [[UInt8]] = [], committedSlot: Int64 = -1,
        isBehind: Bool = false, isOwner: Bool = true
    ) {
        self.indexUUID = indexUUID
        self.shard = shard
        self.records = records
        self.committedSlot = committedSlot
        self.isBehind = isBehind
        self.isOwner = isOwner
    }
}
