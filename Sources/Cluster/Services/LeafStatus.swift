// What a leaf says of itself, of its shards, and of what became visible on them.

import Queries

public struct LeafRefreshResponse: Sendable, Hashable {
    /// Visible slot of each shard refreshed.
    public var slots: [Int: Int64]
    public var failures: [ShardFailure]

    public init(slots: [Int: Int64] = [:], failures: [ShardFailure] = []) {
        self.slots = slots
        self.failures = failures
    }
}

public struct LeafStatusRequest: Sendable, Hashable {
    /// Only this index's shards; nil means all.
    public var indexUUID: String?

    public init(indexUUID: String? = nil) {
        self.indexUUID = indexUUID
    }
}

public struct LeafStatusResponse: Sendable, Hashable {
    public var node: NodeReport
    public var shards: [ShardStatus]

    public init(node: NodeReport, shards: [ShardStatus] = []) {
        self.node = node
        self.shards = shards
    }
}

/// A process, in numbers.
public struct NodeReport: Sendable, Hashable {
    public var name: String
    public var version: String
    public var processID: Int64
    public var uptime: Duration
    public var residentBytes: Int64
    /// Searches running, and waiting for a permit.
    public var searchesRunning: Int
    public var searchesWaiting: Int
    public var pins: Int

    public init(
        name: String, version: String = "", processID: Int64 = 0, uptime: Duration = .zero,
        residentBytes: Int64 = 0, searchesRunning: Int = 0, searchesWaiting: Int = 0, pins: Int = 0
    ) {
        self.name = name
        self.version = version
        self.processID = processID
        self.uptime = uptime
        self.residentBytes = residentBytes
        self.searchesRunning = searchesRunning
        self.searchesWaiting = searchesWaiting
        self.pins = pins
    }
}

public enum ShardState: UInt8, Sendable, Hashable, CaseIterable {
    case opening, started, failed

    /// As the API spells it.
    public var name: String {
        switch self {
        case .opening: "INITIALIZING"
        case .started: "STARTED"
        case .failed: "UNASSIGNED"
        }
    }
}

public struct ShardStatus: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    public var state: ShardState
    /// Why it failed.
    public var reason: String?
    /// Live documents that searches see.
    public var documentCount: Int64
    /// Deleted ones still in segments.
    public var deletedCount: Int64
    /// Of the stored segments.
    public var byteCount: Int64
    /// Of the documents not yet in stored segments.
    public var memoryBytes: Int64
    public var segments: [SegmentStatus]
    public var visibleSlot: Int64
    public var committedSlot: Int64
    public var primaryTerm: Int64
    public var maximumSequenceNumber: Int64
    /// What the leaf has the shard open as.
    public var role: ShardRole
    /// The newest record of the log that is in memory; -1: none.
    public var appliedSlot: Int64
    /// Whether it serves with nothing known to be missing. Always so of an owner that started.
    public var isCaughtUp: Bool
    /// Stored bytes of it that are damaged and could not be mended: where, why, what to do.
    public var damage: String?

    public init(
        indexUUID: String, shard: Int, state: ShardState, reason: String? = nil,
        documentCount: Int64 = 0, deletedCount: Int64 = 0, byteCount: Int64 = 0,
        memoryBytes: Int64 = 0, segments: [SegmentStatus] = [], visibleSlot: Int64 = -1,
        committedSlot: Int64 = -1, primaryTerm: Int64 = 0, maximumSequenceNumber: Int64 = -1,
        role: ShardRole = .owner, appliedSlot: Int64 = -1, isCaughtUp: Bool = false,
        damage: String? = nil
    ) {
        self.damage = damage
        self.indexUUID = indexUUID
        self.shard = shard
        self.state = state
        self.reason = reason
        self.documentCount = documentCount
        self.deletedCount = deletedCount
        self.byteCount = byteCount
        self.memoryBytes = memoryBytes
        self.segments = segments
        self.visibleSlot = visibleSlot
        self.committedSlot = committedSlot
        self.primaryTerm = primaryTerm
        self.maximumSequenceNumber = maximumSequenceNumber
        self.role = role
        self.appliedSlot = appliedSlot
        self.isCaughtUp = isCaughtUp
    }
}

public struct SegmentStatus: Sendable, Hashable {
    public var name: String
    public var documentCount: Int64
    public var deletedCount: Int64
    public var byteCount: Int64

    public init(name: String, documentCount: Int64, deletedCount: Int64, byteCount: Int64) {
        self.name = name
        self.documentCount = documentCount
        self.deletedCount = deletedCount
        self.byteCount = byteCount
    }
}

public struct LeafGenerationsRequest: Sendable, Hashable {
    /// The sequence of the last answer; 0 at first.
    public var since: UInt64
    /// UUIDs of indices searched lately at this root, which keeps them refreshed.
    public var interested: [String]

    public init(since: UInt64 = 0, interested: [String] = []) {
        self.since = since
        self.interested = interested
    }
}

public struct LeafGenerationsResponse: Sendable, Hashable {
    /// Grows with every change on this leaf. A leaf that restarts begins with a number it never
    /// gave, so `since` never hides a change.
    public var sequence: UInt64
    /// Of every open shard.
    public var slots: [ShardGeneration]

    public init(sequence: UInt64 = 0, slots: [ShardGeneration] = []) {
        self.sequence = sequence
        self.slots = slots
    }
}

public struct ShardGeneration: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    public var visibleSlot: Int64
    public var schemaVersion: Int64

    public init(indexUUID: String, shard: Int, visibleSlot: Int64, schemaVersion: Int64) {
        self.indexUUID = indexUUID
        self.shard = shard
        self.visibleSlot = visibleSlot
        self.schemaVersion = schemaVersion
    }
}

public struct LeafOpenRequest: Sendable, Hashable {
    public var indexUUID: String
    public var shards: [Int]

    public init(indexUUID: String, shards: [Int]) {
        self.indexUUID = indexUUID
        self.shards = shards
    }
}

public struct LeafOpenResponse: Sendable, Hashable {
    /// Shards that could not be opened.
    public var failures: [ShardFailure]

    public init(failures: [ShardFailure] = []) {
        self.failures = failures
    }
}

public struct LeafDropRequest: Sendable, Hashable {
    public var indexUUID: String

    public init(indexUUID: String) {
        self.indexUUID = indexUUID
    }
}
