// What a leaf has found by reading its stored bytes again, and what a root makes of all leaves'.

import Queries

public struct LeafScrubRequest: Sendable, Hashable {
    /// Begin anew now, instead of only telling how things are.
    public var starts: Bool
    /// Only these indices' shards; nil means all.
    public var indexUUIDs: [String]?

    public init(starts: Bool, indexUUIDs: [String]? = nil) {
        self.starts = starts
        self.indexUUIDs = indexUUIDs
    }
}

public struct LeafScrubResponse: Sendable, Hashable {
    /// Every open shard that was asked for.
    public var shards: [ScrubbedShard]

    public init(shards: [ScrubbedShard] = []) {
        self.shards = shards
    }
}

/// What is known of one shard on one leaf, from the last time it was read.
public struct ScrubbedShard: Sendable, Hashable {
    public var indexUUID: String
    public var shard: Int
    /// It is being read, or about to be.
    public var isPending: Bool
    /// Since it was known to be sound, or since it was opened.
    public var age: Duration
    public var objectCount: Int64
    public var byteCount: Int64
    public var findings: [ScrubbedDamage]
    /// Why not everything could be read.
    public var failure: String?

    public init(
        indexUUID: String, shard: Int, isPending: Bool, age: Duration, objectCount: Int64 = 0,
        byteCount: Int64 = 0, findings: [ScrubbedDamage] = [], failure: String? = nil
    ) {
        self.indexUUID = indexUUID
        self.shard = shard
        self.isPending = isPending
        self.age = age
        self.objectCount = objectCount
        self.byteCount = byteCount
        self.findings = findings
        self.failure = failure
    }
}

public struct ScrubbedDamage: Sendable, Hashable {
    /// `segment`, `copy` or `record`.
    public var kind: String
    /// The object's key.
    public var object: String
    public var reason: String
    /// What was done about it, or what somebody has to do.
    public var remedy: String
    public var isMended: Bool

    public init(kind: String, object: String, reason: String, remedy: String, isMended: Bool) {
        self.kind = kind
        self.object = object
        self.reason = reason
        self.remedy = remedy
        self.isMended = isMended
    }
}

/// What all leaves say.
public struct ScrubState: Sendable, Hashable {
    public struct Leaf: Sendable, Hashable {
        public var name: String
        public var shards: [ScrubbedShard]
        /// Why it does not answer.
        public var failure: String?

        public init(name: String, shards: [ScrubbedShard] = [], failure: String? = nil) {
            self.name = name
            self.shards = shards
            self.failure = failure
        }
    }

    public var leaves: [Leaf]
    /// Names of the indices, by UUID.
    public var indices: [String: String]

    public init(leaves: [Leaf], indices: [String: String]) {
        self.leaves = leaves
        self.indices = indices
    }
}
