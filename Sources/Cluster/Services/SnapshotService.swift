// Snapshots of indices, and going back to them, as the front asks a root for it.

import Analysis
import Queries

/// All methods throw `RequestError` for what the caller got wrong, and for what has to be asked
/// again.
public protocol SnapshotService: Sendable {
    /// Keeps the indices as they are. One that was begun and not finished is gone on with.
    func create(_ name: String, of expressions: [String]) async throws -> SnapshotDescription
    /// The complete ones of these names, oldest first; none named means all.
    func snapshots(_ names: [String]) async throws -> [SnapshotDescription]
    func delete(_ name: String) async throws
    /// Makes new indices of what the snapshot keeps, and waits a while until they answer.
    func restore(_ name: String, _ request: RestoreRequest) async throws -> RestoreReport
    /// Shards go back one by one: those that could not are in the report.
    func rollBack(
        _ expressions: [String], to target: RollBackTarget
    ) async throws -> RollBackReport
}

public struct RestoreRequest: Sendable, Hashable {
    /// Which indices of the snapshot; none means all.
    public var indices: [String]
    /// From old names to new ones.
    public var renamed: [String: String]

    public init(indices: [String] = [], renamed: [String: String] = [:]) {
        self.indices = indices
        self.renamed = renamed
    }
}

public struct RestoreReport: Sendable, Hashable {
    /// The new indices' names.
    public var indices: [String]
    /// Shards that do not answer yet are being restored still, unless their failure says why not.
    public var shards: ShardsSummary

    public init(indices: [String], shards: ShardsSummary) {
        self.indices = indices
        self.shards = shards
    }
}

public enum RollBackTarget: Sendable, Hashable {
    case snapshot(String)
    /// Of each shard, the checkpoint before its newest.
    case previous
}

public struct RollBackReport: Sendable, Hashable {
    public struct Shard: Sendable, Hashable {
        public var index: String
        public var shard: Int
        /// What the log's records up to here wrote is what there is now.
        public var slot: Int64
        public var documents: Int64

        public init(index: String, shard: Int, slot: Int64, documents: Int64) {
            self.index = index
            self.shard = shard
            self.slot = slot
            self.documents = documents
        }
    }

    /// In order of index and number.
    public var shards: [Shard]
    public var summary: ShardsSummary

    public init(shards: [Shard], summary: ShardsSummary) {
        self.shards = shards
        self.summary = summary
    }
}
