// What a bucket of a facet is about.

/// A bucket's key. Numbers order before bytes; bytes order bytewise.
public enum FacetKey: Sendable, Hashable, Comparable {
    case integer(Int64)
    case real(Double)
    case bytes([UInt8])

    public static func < (a: FacetKey, b: FacetKey) -> Bool {
        SortValue.compare(a.sortValue, b.sortValue) < 0
    }

    private var sortValue: SortValue {
        switch self {
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .bytes(let bytes): .bytes(bytes)
        }
    }
}
