// The finished answer of a search, ready to be rendered.

import Analysis

/// Why a shard did not answer.
public struct ShardFailure: Error, Sendable, Hashable {
    public var index: String
    public var shard: Int
    /// The leaf that was asked; nil when no leaf holds the shard.
    public var node: String?
    public var type: String
    public var reason: String

    public init(index: String, shard: Int, node: String?, type: String, reason: String) {
        self.index = index
        self.shard = shard
        self.node = node
        self.type = type
        self.reason = reason
    }
}

/// `total = successful + failed`; skipped shards are successful ones that had nothing to do.
public struct ShardsSummary: Sendable, Hashable {
    public var total: Int
    public var successful: Int
    public var skipped: Int
    public var failed: Int
    public var failures: [ShardFailure]

    public init(
        total: Int = 0, successful: Int = 0, skipped: Int = 0, failed: Int = 0,
        failures: [ShardFailure] = []
    ) {
        self.total = total
        self.successful = successful
        self.skipped = skipped
        self.failed = failed
        self.failures = failures
    }
}

/// What was read for one winner.
public struct FetchedDocument: Sendable, Hashable {
    /// UTF-8 bytes of `_id`.
    public var id: [UInt8]
    /// Filtered as asked, else byte for byte as indexed; nil when not wanted.
    public var source: [UInt8]?
    public var highlights: [HighlightedField]
    public var version: Int64
    public var sequenceNumber: Int64
    /// The term under which the sequence number was given.
    public var primaryTerm: Int64
    /// Nil when not asked for.
    public var explanation: Explanation?
    /// Nil when not asked for.
    public var evidence: Evidence?

    public init(
        id: [UInt8], source: [UInt8]?, highlights: [HighlightedField] = [], version: Int64 = 1,
        sequenceNumber: Int64 = 0, primaryTerm: Int64 = 1, explanation: Explanation? = nil,
        evidence: Evidence? = nil
    ) {
        self.id = id
        self.source = source
        self.highlights = highlights
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.primaryTerm = primaryTerm
        self.explanation = explanation
        self.evidence = evidence
    }
}

public struct HighlightedField: Sendable, Hashable {
    public var field: String
    public var fragments: [String]

    public init(field: String, fragments: [String]) {
        self.field = field
        self.fragments = fragments
    }
}

/// One hit with everything that was asked of it.
public struct SearchHit: Sendable, Hashable {
    public var index: String
    public var id: String
    /// Nil when hits are sorted by fields and scores were not asked for.
    public var score: Float?
    public var source: [UInt8]?
    /// One per sort clause; empty when sorted by score alone.
    public var sortValues: [SortValue]
    public var highlights: [HighlightedField]
    /// Nil when not asked for.
    public var version: Int64?
    public var sequenceNumber: Int64?
    public var primaryTerm: Int64?
    /// Nil when not asked for.
    public var explanation: Explanation?

    public init(
        index: String, id: String, score: Float?, source: [UInt8]?, sortValues: [SortValue] = [],
        highlights: [HighlightedField] = [], version: Int64? = nil, sequenceNumber: Int64? = nil,
        primaryTerm: Int64? = nil, explanation: Explanation? = nil
    ) {
        self.index = index
        self.id = id
        self.score = score
        self.source = source
        self.sortValues = sortValues
        self.highlights = highlights
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.primaryTerm = primaryTerm
        self.explanation = explanation
    }
}

/// One aggregation's answer. `fieldType` says how keys are to be shown (dates, booleans).
public struct FacetAnswer: Sendable, Hashable {
    public var name: String
    public var aggregation: Aggregation
    public var result: FacetResult
    /// The field's type; nil when no searched index maps it.
    public var fieldType: FieldType?

    public init(
        name: String, aggregation: Aggregation, result: FacetResult, fieldType: FieldType? = nil
    ) {
        self.name = name
        self.aggregation = aggregation
        self.result = result
        self.fieldType = fieldType
    }
}

public struct SearchResponse: Sendable, Hashable {
    public var took: Duration
    public var timedOut: Bool
    public var shards: ShardsSummary
    public var hits: [SearchHit]
    /// Nil when not tracked.
    public var total: TotalHits?
    public var maximumScore: Float?
    /// In the request's order.
    public var facets: [FacetAnswer]
    /// In the request's order.
    public var suggestions: [SuggestAnswer]
    public var generations: [IndexGeneration]
    public var scatter: ScatterReport

    public init(
        took: Duration = .zero, timedOut: Bool = false, shards: ShardsSummary = ShardsSummary(),
        hits: [SearchHit] = [], total: TotalHits? = nil, maximumScore: Float? = nil,
        facets: [FacetAnswer] = [], suggestions: [SuggestAnswer] = [],
        generations: [IndexGeneration] = [], scatter: ScatterReport = ScatterReport()
    ) {
        self.took = took
        self.timedOut = timedOut
        self.shards = shards
        self.hits = hits
        self.total = total
        self.maximumScore = maximumScore
        self.facets = facets
        self.suggestions = suggestions
        self.generations = generations
        self.scatter = scatter
    }
}
