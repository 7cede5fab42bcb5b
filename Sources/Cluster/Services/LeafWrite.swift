// Writes, gets and refreshes between a root and a leaf.

import Analysis

/// When what was written must be visible to searches.
public enum RefreshPolicy: UInt8, Sendable, Hashable, CaseIterable {
    /// At the next refresh, whenever that is.
    case none
    /// Before the answer, by a refresh of its own.
    case immediate
    /// Before the answer, by waiting for the next refresh.
    case wait
}

public struct LeafWriteRequest: Sendable, Hashable {
    public var indexUUID: String
    /// The root's; a leaf that knows an older one reloads its catalog first.
    public var schemaVersion: Int64
    public var groups: [ShardWrite]
    public var refresh: RefreshPolicy

    public init(
        indexUUID: String, schemaVersion: Int64, groups: [ShardWrite],
        refresh: RefreshPolicy = .none
    ) {
        self.indexUUID = indexUUID
        self.schemaVersion = schemaVersion
        self.groups = groups
        self.refresh = refresh
    }
}

/// The operations of one shard, committed together.
public struct ShardWrite: Sendable, Hashable {
    public var shard: Int
    public var operations: [DocumentOperation]
    /// The same key with the same operations is answered with the first's outcomes.
    public var idempotencyKey: String?

    public init(shard: Int, operations: [DocumentOperation], idempotencyKey: String? = nil) {
        self.shard = shard
        self.operations = operations
        self.idempotencyKey = idempotencyKey
    }
}

public struct LeafWriteResponse: Sendable, Hashable {
    /// In the order of the request's groups.
    public var groups: [ShardWriteResult]
    /// Visible slot of each shard written, where a refresh was asked for.
    public var slots: [Int: Int64]

    public init(groups: [ShardWriteResult] = [], slots: [Int: Int64] = [:]) {
        self.groups = groups
        self.slots = slots
    }
}

public struct ShardWriteResult: Sendable, Hashable {
    public var shard: Int
    /// In the order of the group's operations.
    public var outcomes: [DocumentOutcome]

    public init(shard: Int, outcomes: [DocumentOutcome]) {
        self.shard = shard
        self.outcomes = outcomes
    }
}

public struct LeafGetRequest: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    public var id: String
    /// The least slot that the answer may be read at; nil: any.
    public var requiredSlot: Int64?

    public init(indexUUID: String, shard: Int, id: String, requiredSlot: Int64? = nil) {
        self.indexUUID = indexUUID
        self.shard = shard
        self.id = id
        self.requiredSlot = requiredSlot
    }
}

public struct LeafGetResponse: Sendable, Hashable {
    /// Nil when there is no such document.
    public var document: StoredDocument?

    public init(document: StoredDocument? = nil) {
        self.document = document
    }
}

/// A document as it is stored.
public struct StoredDocument: Sendable, Hashable {
    public var source: [UInt8]
    public var version: Int64
    public var sequenceNumber: Int64
    public var primaryTerm: Int64

    public init(source: [UInt8], version: Int64, sequenceNumber: Int64, primaryTerm: Int64) {
        self.source = source
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.primaryTerm = primaryTerm
    }
}

public struct LeafRefreshRequest: Sendable, Hashable {
    public var indexUUID: String
    public var shards: [Int]
    /// Also store what is in memory as segments and a checkpoint.
    public var flush: Bool

    public init(indexUUID: String, shards: [Int], flush: Bool = false) {
        self.indexUUID = indexUUID
        self.shards = shards
        self.flush = flush
    }
}
