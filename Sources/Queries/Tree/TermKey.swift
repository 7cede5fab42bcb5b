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
}
