// What one leaf needs to know to collect its share of the answer.

import Analysis

/// A search in normal form, the same for every leaf; produced by `QueryAnalyzer.resolve`.
public struct ShardQuery: Sendable, Hashable {
    /// In normal form.
    public var query: Query
    /// In normal form; narrows the hits but not the facets.
    public var postFilter: Query?
    /// How many hits each leaf returns at most: `from + size`.
    public var count: Int
    /// Empty means by score, descending.
    public var sort: [SortClause]
    public var trackTotalHits: TotalHitsTracking
    public var trackScores: Bool
    public var aggregations: [NamedAggregation]
    public var minimumScore: Float?

    public init(
        query: Query, postFilter: Query? = nil, count: Int, sort: [SortClause] = [],
        trackTotalHits: TotalHitsTracking = .upTo(SearchRequest.defaultTrackTotalHits),
        trackScores: Bool = false, aggregations: [NamedAggregation] = [],
        minimumScore: Float? = nil
    ) {
        self.query = query
        self.postFilter = postFilter
        self.count = count
        self.sort = sort
        self.trackTotalHits = trackTotalHits
        self.trackScores = trackScores
        self.aggregations = aggregations
        self.minimumScore = minimumScore
    }

    /// Whether any hit's score is looked at: for the order, for the answer or for `min_score`.
    public var needsScores: Bool {
        if minimumScore != nil { return true }
        guard count > 0 else { return false }
        return trackScores || sort.isEmpty || sort.contains { $0.field == .score }
    }

    /// Whether collection statistics can change the answer: scores are wanted and BM25 is in them,
    /// or the query stands for terms that only the whole collection tells.
    public var needsStatistics: Bool {
        needsScores && query.hasScoringTerms || !expansions.isEmpty
    }

    /// Those of the query and of what narrows its hits.
    public var expansions: Set<TermExpansion> {
        postFilter.map { query.expansions.union($0.expansions) } ?? query.expansions
    }
}
