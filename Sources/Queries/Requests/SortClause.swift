// What hits are ordered by.

import Analysis

public enum SortField: Sendable, Hashable {
    case score
    /// `_doc`: an order that belongs to the documents and is the same at any leaf count. A hit's
    /// sort value for it is `SortValue.documentOrder(tieKey:)`.
    case document
    /// A field with a column; of several values the smallest counts ascending, the largest
    /// descending.
    case field(String)
}

public struct SortClause: Sendable, Hashable {
    public var field: SortField
    public var descending: Bool
    /// Documents without a value come first instead of last, whatever the direction.
    public var missingFirst: Bool
    /// Treat the field as existing (and empty) where an index does not map it.
    public var unmappedType: FieldType?

    public init(
        field: SortField, descending: Bool = false, missingFirst: Bool = false,
        unmappedType: FieldType? = nil
    ) {
        self.field = field
        self.descending = descending
        self.missingFirst = missingFirst
        self.unmappedType = unmappedType
    }
}
