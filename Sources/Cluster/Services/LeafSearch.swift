// Search and fetch between a root and a leaf.

import Queries

/// A search of some shards of one index.
public struct LeafSearchRequest: Sendable, Hashable {
    public let indexUUID: String
    public let indexName: String
    public var shards: [Int]
    /// The root's; a leaf that knows an older one reloads its catalog first.
    public let schemaVersion: Int64
    public let query: ShardQuery
    /// What the root believes of all shards together. Nil where the query needs statistics: answer
    /// only the leaf's own, without hits.
    public let statistics: CollectionStatistics?
    /// Search the snapshot that an earlier trip pinned.
    public var pin: UInt64?
    /// How the documents are read that come with the answer.
    public let what: FetchSpecification?
    /// Of how many hits, from the first, documents come with the answer.
    public var documentCount: Int
    /// Pins of earlier searches that are not needed any more.
    public var released: [UInt64]
    /// By shard, the least visible slot that it may be searched at; absent: any. Whoever is behind
    /// catches up first, or says that the shard failed.
    public var requiredSlots: [Int: Int64]
    /// One for all requests that differ in variables only.
    let encoding: SharedEncoding

    public init(
        indexUUID: String, indexName: String = "", shards: [Int], schemaVersion: Int64,
        query: ShardQuery, statistics: CollectionStatistics? = nil, pin: UInt64? = nil,
        what: FetchSpecification? = nil, documentCount: Int = 0, released: [UInt64] = [],
        requiredSlots: [Int: Int64] = [:], encoding: SharedEncoding = SharedEncoding()
    ) {
        self.indexUUID = indexUUID
        self.indexName = indexName
        self.shards = shards
        self.schemaVersion = schemaVersion
        self.query = query
        self.statistics = statistics
        self.pin = pin
        self.what = what
        self.documentCount = documentCount
        self.released = released
        self.requiredSlots = requiredSlots
        self.encoding = encoding
    }
}

public struct LeafSearchResponse: Sendable, Hashable {
    /// Nil when only statistics were answered, or no shard could be searched.
    public var top: TopHits?
    /// The leaf's own true numbers for the shards that it searched.
    public var statistics: CollectionStatistics
    /// What the leaf knows of what suggestions are made from.
    public var suggested = CollectionStatistics()
    /// The leaf's best completions of each beginning, in the request's order.
    public var completions: [[Completion]] = []
    /// Visible slot of each shard searched.
    public var slots: [Int: Int64]
    public var schemaVersion: Int64
    /// Names the snapshot for a second trip and for fetching, for `LeafSearchResponse.pinSeconds`.
    public var pin: UInt64
    public var failures: [ShardFailure]
    /// Live documents in the shards searched.
    public var documentCount: Int64
    public var queued: Duration
    public var planned: Duration
    public var scored: Duration
    /// Of the first hits, as many as were asked for and fit `documentBytes`.
    public var documents: [FetchedDocument]
    /// What reading the documents took.
    public var fetched: Duration

    /// How long a pin lasts, in seconds.
    public static let pinSeconds = 30
    /// Bytes of sources after which no more documents come with an answer.
    public static let documentBytes = 256 << 10

    public init(
        top: TopHits? = nil, statistics: CollectionStatistics = CollectionStatistics(),
        slots: [Int: Int64] = [:], schemaVersion: Int64 = 0, pin: UInt64 = 0,
        failures: [ShardFailure] = [], documentCount: Int64 = 0, queued: Duration = .zero,
        planned: Duration = .zero, scored: Duration = .zero, documents: [FetchedDocument] = [],
        fetched: Duration = .zero
    ) {
        self.top = top
        self.statistics = statistics
        self.slots = slots
        self.schemaVersion = schemaVersion
        self.pin = pin
        self.failures = failures
        self.documentCount = documentCount
        self.queued = queued
        self.planned = planned
        self.scored = scored
        self.documents = documents
        self.fetched = fetched
    }
}

/// An unknown or expired pin is a `RemoteError` of type `RemoteError.missingPinType`.
public struct LeafFetchRequest: Sendable, Hashable {
    public var pin: UInt64
    public var addresses: [HitAddress]
    public var what: FetchSpecification
    /// The pin is not needed after this.
    public var release: Bool

    public init(
        pin: UInt64, addresses: [HitAddress], what: FetchSpecification, release: Bool = true
    ) {
        self.pin = pin
        self.addresses = addresses
        self.what = what
        self.release = release
    }
}

public struct LeafFetchResponse: Sendable, Hashable {
    /// In the order of the request's addresses.
    public var documents: [FetchedDocument]
    public var took: Duration

    public init(documents: [FetchedDocument] = [], took: Duration = .zero) {
        self.documents = documents
        self.took = took
    }
}
