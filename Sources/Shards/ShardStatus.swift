// The figures of a shard, for people and for the root's planning.

public struct ShardStatus: Sendable, Hashable {
    public struct Segment: Sendable, Hashable {
        public let name: String
        public let documents: Int
        public let deleted: Int
        public let bytes: Int
        public let isInMemory: Bool
    }

    /// Alive, searchable or not yet.
    public let documents: Int
    /// Dead but not merged away yet.
    public let deleted: Int
    public let bytes: Int
    public let segments: [Segment]
    /// The newest record of the log that this shard knows of.
    public let slot: Int64
    public let visibleSlot: Int64
    /// The newest owner's, as far as this shard knows; also the primary term.
    public let fence: Int64
    /// Write requests that wait.
    public let pending: Int
    /// Bytes of documents that are in no segment object yet.
    public let memoryBytes: Int
    public let role: Shard.Role
}
