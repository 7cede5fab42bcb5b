// What a query string says, before fields have a meaning: the tree between its parser and the
// analyzer.

import Analysis

/// A part of a query string. A nil field stands for the default fields.
indirect enum QueryStringNode: Sendable, Hashable {
    /// Neighbouring words without operators between them; analysed together per field.
    case words([String], field: String?)
    case phrase(String, field: String?, slop: Int?)
    case prefix(String, field: String?)
    /// A word with wildcards anywhere, as `TermPattern` writes it.
    case wildcard(String, field: String?)
    case regexp(String, field: String?)
    /// A word with so many edits; nil: as many as the query says.
    case fuzzy(String, field: String?, edits: Int?)
    case range(RawRangeQuery.RawBound?, RawRangeQuery.RawBound?, field: String?)
    case exists(field: String)
    case matchAll
    case boosted(QueryStringNode, Float)
    case clauses([Clause])

    struct Clause: Sendable, Hashable {
        var occurrence: Occurrence
        var node: QueryStringNode
    }

    enum Occurrence: Sendable, Hashable {
        case must, should, mustNot
    }
}
