// Why a search ended without an answer.

/// Reasons a search gives up that are not the fault of the stored bytes.
public enum ExecutionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The caller's `shouldStop` said so: the deadline passed or nobody waits any more.
    case stopped
    /// A terms facet met more distinct values than a leaf counts.
    case tooManyFacetValues(field: String, limit: Int)
    /// The query still holds a clause that `QueryAnalyzer` removes.
    case notInNormalForm(String)
    /// A pattern that `QueryDSLParser` refuses.
    case badPattern(String)
    /// A hit to be fetched is not in the snapshot this searcher was made of.
    case unknownAddress(shard: Int, segment: Int, document: UInt32)

    public var description: String {
        switch self {
        case .stopped:
            "the search was stopped before it was complete: it ran out of time or was cancelled"
        case .tooManyFacetValues(let field, let limit):
            "the terms aggregation on field '\(field)' met more than \(limit) distinct values; "
                + "narrow the query or aggregate on a field with fewer values"
        case .notInNormalForm(let clause):
            "the query holds a '\(clause)' clause, which must be analysed before it can be executed"
        case .badPattern(let reason):
            "the query holds a pattern that cannot be used: \(reason)"
        case .unknownAddress(let shard, let segment, let document):
            "document \(document) of segment \(segment) of shard \(shard) is not in this snapshot; "
                + "search again"
        }
    }
}
