// What one leaf needs to know to collect its share of the answer.

import Analysis

/// A search in normal form, the same for every leaf; produced by `QueryAnalyzer.resolve`.
public struct ShardQuery: Sendable, Hashable {
    /// In normal form.
    public var query: Query
    /// In normal form; narrows the hits but not the facets.
    public var postFilter: Query?
    /// How many hits each leaf returns at most: `from + size`, or the largest window to be
    /// put in order anew.
    public var count: Int
    /// Empty means by score, descending.
    public var sort: [SortClause]
    public var trackTotalHits: TotalHitsTracking
    public var trackScores: Bool
    public var aggregations: [NamedAggregation]
    public var minimumScore: Float?
    /// In normal form. None where there is a sort.
    public var rescores: [Rescore]
    /// What suggestions are made from.
    public var suggested = SuggestionNeeds()

    public init(
        query: Query, postFilter: Query? = nil, count: Int, sort: [SortClause] = [],
        trackTotalHits: TotalHitsTracking = .upTo(SearchRequest.defaultTrackTotalHits),
        trackScores: Bool = false, aggregations: [NamedAggregation] = [],
        minimumScore: Float? = nil, rescores: [Rescore] = []
    ) {
        self.query = query
        self.postFilter = postFilter
        self.count = count
        self.sort = sort
        self.trackTotalHits = trackTotalHits
        self.trackScores = trackScores
        self.aggregations = aggregations
        self.minimumScore = minimumScore
        self.rescores = rescores
    }

    /// Whether any hit's score is looked at: for the order, for the answer or for `min_score`.
    public var needsScores: Bool {
        // Not called, for which the whole query would be copied where it may change.
        @inline(__always)
        get {
            Self.needsScores(
                count: count, sort: sort, trackScores: trackScores, minimumScore: minimumScore)
        }
    }

    static func needsScores(
        count: Int, sort: [SortClause], trackScores: Bool, minimumScore: Float?
    ) -> Bool {
        if minimumScore != nil { return true }
        guard count > 0 else { return false }
        return trackScores || sort.isEmpty || sort.contains { $0.field == .score }
    }

    /// Of how many of its best hits a leaf tells what the rescorers make of them.
    public var rescoredCount: Int { rescores.map(\.windowSize).max() ?? 0 }

    /// The fields and terms whose statistics the scores depend on, wherever they stand; nil for
    /// terms that an expansion stands for. Repeated ones come repeatedly.
    public var scoringOccurrences: [(field: String, term: Term?)] {
        var result = query.scoringOccurrences(isScoring: needsScores)
        if let postFilter { result += postFilter.scoringOccurrences(isScoring: false) }
        for rescore in rescores { result += rescore.query.scoringOccurrences(isScoring: true) }
        return result
    }

    /// Whether collection statistics can change the answer: BM25 is in scores that are looked at,
    /// or the query stands for terms that only the whole collection tells.
    public var needsStatistics: Bool {
        needsScores && query.hasScoringTerms || !expansions.isEmpty || !scoringOccurrences.isEmpty
    }

    /// Those of the query, of what narrows its hits and of what rescores them.
    public var expansions: Set<TermExpansion> {
        var result = query.expansions
        if let postFilter { result.formUnion(postFilter.expansions) }
        for rescore in rescores { result.formUnion(rescore.query.expansions) }
        return result
    }
}
