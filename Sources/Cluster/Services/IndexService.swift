// Managing indices and looking at the cluster, as the front asks a root for it.

import Analysis
import Queries

/// All methods throw `RequestError` for what the caller got wrong.
public protocol IndexService: Sendable {
    /// `body`: `{"settings":…,"mappings":…}`, both optional.
    func create(_ name: String, body: JSONValue?) async throws -> IndexMetadata
    func delete(_ expressions: [String], _ options: IndexOptions) async throws
    func indices(_ expressions: [String], _ options: IndexOptions) async throws -> [IndexMetadata]
    /// What aliases stand for, by alias and then by name of the index.
    func aliases() async throws -> [AliasEntry]
    /// All changes at once, or none.
    func changeAliases(_ changes: [AliasChange]) async throws
    func putMapping(_ expressions: [String], _ mapping: JSONValue) async throws
    func putSettings(_ expressions: [String], _ settings: JSONValue) async throws
    func refresh(_ expressions: [String], _ options: IndexOptions) async throws -> ShardsSummary
    func flush(_ expressions: [String], _ options: IndexOptions) async throws -> ShardsSummary
    /// Of these indices; none named means all.
    func health(_ expressions: [String]) async throws -> ClusterHealth
    func nodes() async throws -> [NodeStatus]
    /// Every copy of every shard of these indices, in order of index name and shard number, the
    /// owner first; copies that are wanted and missing come last, without a leaf.
    func shards(_ expressions: [String]) async throws -> [ShardStatusEntry]
    /// What reading their stored bytes again has found on each leaf; with `starts`, has them read
    /// now.
    func scrub(_ expressions: [String], starts: Bool) async throws -> ScrubState
    func statistics(_ expressions: [String], _ options: IndexOptions) async throws
        -> [IndexStatistics]
}

/// One index that an alias stands for.
public struct AliasEntry: Sendable, Hashable {
    public var alias: String
    public var index: String
    /// Nil: not said.
    public var isWriteIndex: Bool?

    public init(alias: String, index: String, isWriteIndex: Bool? = nil) {
        self.alias = alias
        self.index = index
        self.isWriteIndex = isWriteIndex
    }
}

/// One change of what aliases stand for.
public enum AliasChange: Sendable, Hashable {
    /// Indices by expressions, aliases by their names.
    case add(indices: [String], aliases: [String], isWriteIndex: Bool?)
    /// The aliases by patterns; `mustExist`: one that there is not is a mistake.
    case remove(indices: [String], aliases: [String], mustExist: Bool)
}

/// How index expressions are to be read.
public struct IndexOptions: Sendable, Hashable {
    /// A named index that does not exist is skipped instead of being an error.
    public var ignoreUnavailable: Bool
    /// Patterns that match nothing are an empty answer instead of an error.
    public var allowNoIndices: Bool

    public static let standard = IndexOptions()

    public init(ignoreUnavailable: Bool = false, allowNoIndices: Bool = true) {
        self.ignoreUnavailable = ignoreUnavailable
        self.allowNoIndices = allowNoIndices
    }
}

public enum HealthStatus: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Every shard answers; some copy is missing; some shard does not answer.
    case green, yellow, red

    /// Better comes first.
    public static func < (left: HealthStatus, right: HealthStatus) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .green: 0
        case .yellow: 1
        case .red: 2
        }
    }
}

public struct ClusterHealth: Sendable, Hashable {
    public var clusterName: String
    public var status: HealthStatus
    public var timedOut: Bool
    public var nodeCount: Int
    /// Nodes that hold shards.
    public var leafCount: Int
    /// Copies that answer.
    public var activeShards: Int
    /// Of these, owners.
    public var activePrimaryShards: Int
    /// Copies that are wanted and being made.
    public var openingShards: Int
    /// Copies that are being made to take another's place.
    public var relocatingShards: Int
    /// Copies that are wanted and that nobody makes now.
    public var unassignedShards: Int
    /// Copies that answer although stored bytes of theirs are damaged.
    public var damagedShards = 0
    public var indices: [IndexHealth]

    /// - Parameter activePrimaryShards: nil: no shard has several copies.
    public init(
        clusterName: String, status: HealthStatus, timedOut: Bool = false, nodeCount: Int,
        leafCount: Int, activeShards: Int, activePrimaryShards: Int? = nil,
        openingShards: Int = 0, relocatingShards: Int = 0, unassignedShards: Int = 0,
        indices: [IndexHealth] = []
    ) {
        self.activePrimaryShards = activePrimaryShards ?? activeShards
        self.relocatingShards = relocatingShards
        self.clusterName = clusterName
        self.status = status
        self.timedOut = timedOut
        self.nodeCount = nodeCount
        self.leafCount = leafCount
        self.activeShards = activeShards
        self.openingShards = openingShards
        self.unassignedShards = unassignedShards
        self.indices = indices
    }
}

public struct IndexHealth: Sendable, Hashable {
    public var name: String
    public var status: HealthStatus
    public var shardCount: Int
    public var replicaCount: Int
    /// Copies that answer.
    public var activeShards: Int
    /// Of these, owners.
    public var activePrimaryShards: Int

    /// - Parameter activePrimaryShards: nil: no shard has several copies.
    public init(
        name: String, status: HealthStatus, shardCount: Int, replicaCount: Int = 0,
        activeShards: Int, activePrimaryShards: Int? = nil
    ) {
        self.name = name
        self.status = status
        self.shardCount = shardCount
        self.replicaCount = replicaCount
        self.activeShards = activeShards
        self.activePrimaryShards = activePrimaryShards ?? activeShards
    }
}

public enum NodeRole: String, Sendable, Hashable, CaseIterable {
    case front, root, leaf
}

public struct NodeStatus: Sendable, Hashable {
    public var name: String
    public var address: NodeAddress
    public var roles: [NodeRole]
    /// Nil when it does not answer.
    public var report: NodeReport?
    /// Why it does not answer.
    public var reason: String?
    public var shardCount: Int

    public init(
        name: String, address: NodeAddress, roles: [NodeRole], report: NodeReport? = nil,
        reason: String? = nil, shardCount: Int = 0
    ) {
        self.name = name
        self.address = address
        self.roles = roles
        self.report = report
        self.reason = reason
        self.shardCount = shardCount
    }
}

public struct ShardStatusEntry: Sendable, Hashable {
    public var index: String
    public var indexUUID: String
    public var shard: Int
    /// By the routing table.
    public var role: ShardRole
    /// The leaf that holds it by the routing table; nil when there is none.
    public var leaf: LeafNode?
    /// Nil when the leaf did not answer for it.
    public var status: ShardStatus?

    /// A copy that is not asked yet is being opened, whatever its leaf says of it.
    public var state: ShardState {
        let state = status?.state ?? .failed
        return role == .joining && state == .started ? .opening : state
    }

    public init(
        index: String, indexUUID: String, shard: Int, role: ShardRole = .owner, leaf: LeafNode?,
        status: ShardStatus?
    ) {
        self.role = role
        self.index = index
        self.indexUUID = indexUUID
        self.shard = shard
        self.leaf = leaf
        self.status = status
    }
}

public struct IndexStatistics: Sendable, Equatable {
    public var index: IndexMetadata
    public var health: HealthStatus
    public var documentCount: Int64
    public var deletedCount: Int64
    /// Of the stored segments.
    public var byteCount: Int64
    /// Of documents not yet in stored segments.
    public var memoryBytes: Int64
    public var segmentCount: Int
    public var shards: ShardsSummary

    public init(
        index: IndexMetadata, health: HealthStatus, documentCount: Int64 = 0,
        deletedCount: Int64 = 0, byteCount: Int64 = 0, memoryBytes: Int64 = 0,
        segmentCount: Int = 0, shards: ShardsSummary = ShardsSummary()
    ) {
        self.index = index
        self.health = health
        self.documentCount = documentCount
        self.deletedCount = deletedCount
        self.byteCount = byteCount
        self.memoryBytes = memoryBytes
        self.segmentCount = segmentCount
        self.shards = shards
    }
}
