// One matching document as leaves report it, before anything of it is read.

/// Where a document lies on the leaf that found it, in the snapshot it pinned.
public struct HitAddress: Sendable, Hashable {
    public var shard: Int
    /// Ordinal in the pinned snapshot of the shard.
    public var segment: Int
    public var document: UInt32

    public init(shard: Int, segment: Int, document: UInt32) {
        self.shard = shard
        self.segment = segment
        self.document = document
    }
}

public struct Hit: Sendable, Hashable {
    /// Nil when scores were not wanted.
    public var score: Float?
    /// One per sort clause.
    public var sortValues: [SortValue]
    /// `DocumentRouting.hash` of the `_id`, which itself is read of the winners only.
    public var tieKey: UInt64
    public var address: HitAddress
    /// Which of the asked leaves found it; set by the root.
    public var leaf: Int
    /// What the rescorers' queries score, one per rescorer, nil where one does not match; empty
    /// where nothing is rescored and behind the largest window.
    public var secondScores: [Float?]

    public init(
        score: Float?, sortValues: [SortValue] = [], tieKey: UInt64,
        address: HitAddress, leaf: Int = 0, secondScores: [Float?] = []
    ) {
        self.score = score
        self.sortValues = sortValues
        self.tieKey = tieKey
        self.address = address
        self.leaf = leaf
        self.secondScores = secondScores
    }
}
