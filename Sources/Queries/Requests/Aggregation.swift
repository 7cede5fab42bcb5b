// Facets: what is to be counted over all matching documents.

import Analysis

/// An aggregation under the name the caller gave it.
public struct NamedAggregation: Sendable, Hashable {
    public var name: String
    public var aggregation: Aggregation

    public init(name: String, aggregation: Aggregation) {
        self.name = name
        self.aggregation = aggregation
    }
}

public enum Aggregation: Sendable, Hashable {
    case terms(TermsAggregation)
    case range(RangeAggregation)

    public var field: String {
        switch self {
        case .terms(let terms): terms.field
        case .range(let range): range.field
        }
    }
}

/// The most frequent values of a field, counted exactly.
public struct TermsAggregation: Sendable, Hashable {
    public enum Order: String, Sendable, Hashable {
        case countDescending, countAscending, keyAscending, keyDescending
    }

    public static let defaultSize = 10
    public static let maximumSize = 65_536

    public var field: String
    /// How many buckets are returned.
    public var size: Int
    /// Equal counts are ordered by key, ascending.
    public var order: Order
    public var minimumDocumentCount: Int64
    /// The key under which documents without a value are counted; nil: they are not. In a
    /// `ShardQuery` it is already of the column's kind (a date in milliseconds, a boolean as 0 or
    /// 1).
    public var missing: FacetKey?

    public init(
        field: String, size: Int = TermsAggregation.defaultSize, order: Order = .countDescending,
        minimumDocumentCount: Int64 = 1, missing: FacetKey? = nil
    ) {
        self.field = field
        self.size = size
        self.order = order
        self.minimumDocumentCount = minimumDocumentCount
        self.missing = missing
    }
}

/// Documents counted per given interval of a numeric or date field.
public struct RangeAggregation: Sendable, Hashable {
    public static let maximumRanges = 1_000

    public var field: String
    public var ranges: [FacetRange]
    /// Buckets are rendered as an object by key instead of an array.
    public var keyed: Bool
    /// `date_range`: bounds are dates.
    public var isDate: Bool
    /// Date pattern that replaces the field's own, for dates.
    public var format: String?

    public init(
        field: String, ranges: [FacetRange], keyed: Bool = false, isDate: Bool = false,
        format: String? = nil
    ) {
        self.field = field
        self.ranges = ranges
        self.keyed = keyed
        self.isDate = isDate
        self.format = format
    }
}

/// Values at least `from` and less than `to`.
public struct FacetRange: Sendable, Hashable {
    /// The caller's name for it.
    public var key: String?
    /// Bounds as numbers; dates in milliseconds since 1970 UTC. Nil: open.
    public var from: Double?
    public var to: Double?
    /// A date bound as written; `QueryAnalyzer.resolve` turns it into `from` and `to`.
    public var fromText: String?
    public var toText: String?

    public init(
        key: String? = nil, from: Double? = nil, to: Double? = nil, fromText: String? = nil,
        toText: String? = nil
    ) {
        self.key = key
        self.from = from
        self.to = to
        self.fromText = fromText
        self.toText = toText
    }

    /// Whether the value lies in the range.
    @inlinable public func contains(_ value: Double) -> Bool {
        if let from, value < from { return false }
        if let to, value >= to { return false }
        return true
    }
}
