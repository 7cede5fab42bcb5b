// A term of one field.

import Analysis

/// A term in a field.
public struct TermKey: Sendable, Hashable {
    public var field: String
    public var term: Term

    public init(field: String, term: Term) {
        self.field = field
        self.term = term
    }

    /// Of the term alone: few terms are in more than one or two of a query's fields.
    public func hash(into hasher: inout Hasher) {
        term.hash(into: &hasher)
    }
}
