// What is to be read for the winners.

public struct FetchSpecification: Sendable, Hashable {
    public var source: SourceFilter
    public var highlight: HighlightRequest?
    /// In normal form; says which terms are highlighted, and what is explained.
    public var query: Query
    public var version: Bool
    public var sequenceNumber: Bool
    /// What the scores were computed with, when they are to be explained.
    public var explainedWith: CollectionStatistics?
    /// What evidence is wanted, when the best hits are to be put in order anew.
    public var reranking: Reranking?

    public init(
        source: SourceFilter = .all, highlight: HighlightRequest? = nil, query: Query = .matchNone,
        version: Bool = false, sequenceNumber: Bool = false,
        explainedWith: CollectionStatistics? = nil, reranking: Reranking? = nil
    ) {
        self.source = source
        self.highlight = highlight
        self.query = query
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.explainedWith = explainedWith
        self.reranking = reranking
    }
}
