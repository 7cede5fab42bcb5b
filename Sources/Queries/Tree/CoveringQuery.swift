// Queries of which so many clauses must match as a field of the document says.

import Analysis

/// The sum of the matching clauses' scores, where as many match as the smallest value of
/// `minimumField` says, and at least one. Documents without a value do not match.
public struct CoveringQuery: Sendable, Hashable {
    /// Distinct.
    public var clauses: [Query]
    /// Holds whole numbers, in a column.
    public var minimumField: String

    public init(clauses: [Query], minimumField: String) {
        self.clauses = clauses
        self.minimumField = minimumField
    }
}

/// `terms_set`: exact values of one field, still to be read by its mapping.
public struct TermsSetQuery: Sendable, Hashable {
    public var field: String
    public var values: [JSONValue]
    public var minimumField: String
    public var boost: Float

    public init(field: String, values: [JSONValue], minimumField: String, boost: Float = 1) {
        self.field = field
        self.values = values
        self.minimumField = minimumField
        self.boost = boost
    }
}
