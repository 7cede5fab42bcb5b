// Values that hits and buckets are ordered by.

/// What a hit is ordered by, per sort clause.
public enum SortValue: Sendable, Hashable {
    case score(Float)
    case integer(Int64)
    case real(Double)
    case bytes([UInt8])
    case missing

    /// The value of a `_doc` clause: grows with the tie key, and is never negative.
    public static func documentOrder(tieKey: UInt64) -> SortValue {
        .integer(Int64(truncatingIfNeeded: tieKey >> 1))
    }

    /// Ascending comparison of present values. Values of different kinds, which only searches over
    /// indices with different mappings produce, compare as numbers; numbers come before bytes.
    static func compare(_ a: SortValue, _ b: SortValue) -> Int {
        switch (a, b) {
        case (.integer(let left), .integer(let right)):
            return left < right ? -1 : (left > right ? 1 : 0)
        case (.bytes(let left), .bytes(let right)):
            if left == right { return 0 }
            return left.lexicographicallyPrecedes(right) ? -1 : 1
        case (.bytes, _): return 1
        case (_, .bytes): return -1
        case (.integer(let left), _): return compare(left, number(b))
        case (_, .integer(let right)): return -compare(right, number(a))
        default:
            let left = number(a)
            let right = number(b)
            return left < right ? -1 : (left > right ? 1 : 0)
        }
    }

    /// Exact comparison of a whole number with a floating point one.
    private static func compare(_ left: Int64, _ right: Double) -> Int {
        guard right < 0x1p63 else { return -1 }
        guard right >= -0x1p63 else { return 1 }
        let floor = right.rounded(.down)
        let whole = Int64(floor)
        if left != whole { return left < whole ? -1 : 1 }
        return right > floor ? -1 : 0
    }

    private static func number(_ value: SortValue) -> Double {
        switch value {
        case .score(let score): Double(score)
        case .real(let real): real
        case .integer(let integer): Double(integer)
        case .bytes, .missing: 0
        }
    }
}
