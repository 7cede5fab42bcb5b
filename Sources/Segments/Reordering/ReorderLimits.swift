// When a merge puts similar documents beside each other, and how much it may spend on that.

public struct ReorderLimits: Sendable, Hashable {
    /// Merges of fewer documents keep their order: nobody would feel what they gain.
    public var minimumDocuments = 1 << 14
    /// Terms of fewer documents connect too few to be worth their memory.
    public var minimumFrequency = 32
    /// Terms of a larger share of all documents hardly tell one from another.
    public var maximumShare = 0.5
    /// Bytes for the terms of all documents while they are put in order. Where more would be
    /// needed, the most frequent terms are left out: their postings have the least to gain.
    public var memoryBytes = 256 << 20
    /// Parts of no more documents are not halved.
    var smallestPart = 32
    /// How often two halves exchange documents at most.
    var maximumRounds = 20

    public init() {}
}
