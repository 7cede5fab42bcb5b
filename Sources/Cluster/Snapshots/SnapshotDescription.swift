// What a snapshot is: states of indices that their shards keep, under one name.

public struct SnapshotDescription: Sendable, Equatable {
    public struct Index: Sendable, Equatable {
        /// The index as it was.
        public var metadata: IndexMetadata
        /// By shard; empty while the snapshot is being made.
        public var shards: [SnapshotShard]

        public init(metadata: IndexMetadata, shards: [SnapshotShard] = []) {
            self.metadata = metadata
            self.shards = shards
        }

        public var documents: Int64 { shards.reduce(0) { $0 + $1.documents } }
        public var bytes: Int64 { shards.reduce(0) { $0 + $1.bytes } }
    }

    public var name: String
    /// What its shards know it by; never used again.
    public var id: String
    /// When it was asked for, in milliseconds since 1970.
    public var created: Int64
    /// In the order of their names.
    public var indices: [Index]

    public init(name: String, id: String, created: Int64, indices: [Index]) {
        self.name = name
        self.id = id
        self.created = created
        self.indices = indices
    }

    public var shardCount: Int { indices.reduce(0) { $0 + $1.metadata.shardCount } }
    public var documents: Int64 { indices.reduce(0) { $0 + $1.documents } }
    public var bytes: Int64 { indices.reduce(0) { $0 + $1.bytes } }

    public func index(uuid: String) -> Index? { indices.first { $0.metadata.uuid == uuid } }
}

/// What one shard keeps.
public struct SnapshotShard: Sendable, Hashable {
    /// What its log's records up to here wrote.
    public var slot: Int64
    /// Living ones.
    public var documents: Int64
    /// Of the segments.
    public var bytes: Int64

    public init(slot: Int64, documents: Int64, bytes: Int64) {
        self.slot = slot
        self.documents = documents
        self.bytes = bytes
    }
}
