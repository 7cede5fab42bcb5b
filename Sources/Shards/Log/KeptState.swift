// What keeping a state of a shard, and going back to one, are asked for and tell.

/// A state of a shard that is kept, for people and for the root.
public struct KeptState: Sendable, Hashable {
    public let id: String
    public let name: String
    /// What the records up to here wrote is in it.
    public let slot: Int64
    /// Living ones.
    public let documents: Int
    /// Of its segments.
    public let bytes: Int

    init(_ kept: KeptCheckpoint) {
        id = kept.id
        name = kept.name
        slot = Int64(kept.slot)
        documents = kept.documentCount
        bytes = kept.segments.reduce(0) { $0 + $1.byteCount }
    }
}

/// Which earlier state a shard is to go back to.
public enum EarlierState: Sendable, Hashable {
    case kept(id: String)
    /// That of the checkpoint before the newest, which is always there once there were two.
    case previous
}

public struct RolledBack: Sendable, Hashable {
    /// What the records up to here wrote is what the shard holds now.
    public let slot: Int64
    /// Of the checkpoint that says so.
    public let newSlot: Int64
    public let documents: Int
}

/// Where the documents of a new shard come from: the shard of the same number of another index.
public struct ShardOrigin: Sendable, Hashable {
    public let indexUUID: String
    /// Of the kept state.
    public let keptID: String

    public init(indexUUID: String, keptID: String) {
        self.indexUUID = indexUUID
        self.keptID = keptID
    }
}
