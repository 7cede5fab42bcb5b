// The two kinds of token filters.

/// Rewrites terms, each by itself, always in the same way: results are cached.
protocol TermFilter: AnyObject {
    /// Rewrites the term; leaving it empty removes the token and keeps its position free.
    func apply(_ term: TermBuffer)
}

/// Adds, joins, splits or removes tokens, looking at more than one.
protocol TokenFilter: AnyObject {
    func apply(to batch: inout TokenBatch)
}

/// A filter in an analyzer. Term filters beside one another share a cache.
enum FilterStage {
    case term(any TermFilter)
    case batch(any TokenFilter)
}
