// A whole search as asked: where, what, how many, in which order, with which extras.

import Analysis

/// How far hits are counted.
public enum TotalHitsTracking: Sendable, Hashable {
    /// Exactly up to this many; beyond it the total is a lower bound.
    case upTo(Int)
    case exactly
    case none
}

/// One search over one or more indices.
public struct SearchRequest: Sendable, Hashable {
    /// Largest `from + size`.
    public static let maximumWindow = 10_000
    public static let defaultSize = 10
    public static let defaultTrackTotalHits = 10_000

    /// Index expressions as given (names, `a*`, `-a*`); empty or `_all` means every index.
    public var indices: [String]
    /// A named index that does not exist is skipped instead of being an error.
    public var ignoreUnavailable: Bool
    /// A wildcard that matches no index is an empty answer instead of an error.
    public var allowNoIndices: Bool
    public var query: Query
    public var postFilter: Query?
    public var from: Int
    public var size: Int
    /// Empty means by score, descending.
    public var sort: [SortClause]
    public var source: SourceFilter
    public var trackTotalHits: TotalHitsTracking
    /// Scores are computed even when the order does not need them.
    public var trackScores: Bool
    public var aggregations: [NamedAggregation]
    public var highlight: HighlightRequest?
    public var minimumScore: Float?
    /// Applied one after the other. None with a `sort`.
    public var rescores: [Rescore]
    /// Whether the best hits of an English question may be put in order anew; see `Reranking`.
    public var rerank: Bool
    /// What is to be corrected, in the order of the answer.
    public var suggestions: [NamedSuggestion]
    public var timeout: Duration?
    public var allowPartialResults: Bool
    /// Hits carry their document's version.
    public var version: Bool
    /// Hits carry their sequence number and primary term.
    public var sequenceNumber: Bool
    /// Hits carry what their scores were made from.
    public var explain: Bool
    public var profile: Bool
    /// Whether a cache may answer; nil leaves it to the cache.
    public var requestCache: Bool?
    /// What the client has written must be part of the answer.
    public var session: SessionToken?

    public init(
        indices: [String] = [], query: Query = .matchAll(boost: 1), from: Int = 0,
        size: Int = SearchRequest.defaultSize, sort: [SortClause] = []
    ) {
        self.indices = indices
        ignoreUnavailable = false
        allowNoIndices = true
        self.query = query
        postFilter = nil
        self.from = from
        self.size = size
        self.sort = sort
        source = .all
        trackTotalHits = .upTo(Self.defaultTrackTotalHits)
        trackScores = false
        aggregations = []
        highlight = nil
        minimumScore = nil
        rescores = []
        rerank = true
        suggestions = []
        timeout = nil
        allowPartialResults = true
        version = false
        sequenceNumber = false
        explain = false
        profile = false
        requestCache = nil
        session = nil
    }
}
