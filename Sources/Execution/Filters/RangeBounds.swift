// Turns a range's bounds into the integers a column holds.

import Queries
import Segments

enum RangeBounds {
    /// The inclusive bounds in the column's own integers; nil when nothing can lie between them.
    static func resolve(
        _ lower: Bound?, _ upper: Bound?, in column: Column
    ) throws -> ClosedRange<Int64>? {
        let first = try lower.map { try self.lower($0, column) } ?? .min
        let last = try upper.map { try self.upper($0, column) } ?? .max
        guard let first, let last, first <= last else { return nil }
        return first...last
    }

    private static func lower(_ bound: Bound, _ column: Column) throws -> Int64? {
        switch (column.kind, bound.value) {
        case (.integer, .integer(let value)):
            return bound.inclusive ? value : successor(value)
        case (.integer, .real(let value)):
            return lowest(bound.inclusive ? value.rounded(.up) : value.rounded(.down) + 1)
        case (.real, .integer(let value)):
            return lower(real: Double(value), bound.inclusive)
        case (.real, .real(let value)):
            return lower(real: value, bound.inclusive)
        case (.ordinal, .bytes(let key)):
            let (index, found) = try column.ordinal(of: key)
            return Int64(index) + (found && !bound.inclusive ? 1 : 0)
        default:
            return nil
        }
    }

    private static func upper(_ bound: Bound, _ column: Column) throws -> Int64? {
        switch (column.kind, bound.value) {
        case (.integer, .integer(let value)):
            return bound.inclusive ? value : predecessor(value)
        case (.integer, .real(let value)):
            return highest(bound.inclusive ? value.rounded(.down) : value.rounded(.up) - 1)
        case (.real, .integer(let value)):
            return upper(real: Double(value), bound.inclusive)
        case (.real, .real(let value)):
            return upper(real: value, bound.inclusive)
        case (.ordinal, .bytes(let key)):
            let (index, found) = try column.ordinal(of: key)
            return Int64(index) - (found && bound.inclusive ? 0 : 1)
        default:
            return nil
        }
    }

    private static func successor(_ value: Int64) -> Int64? { value == .max ? nil : value + 1 }
    private static func predecessor(_ value: Int64) -> Int64? { value == .min ? nil : value - 1 }

    /// A lower bound; nil when no integer is that large.
    private static func lowest(_ value: Double) -> Int64? {
        if value.isNaN || value >= 0x1p63 { return nil }
        return value < -0x1p63 ? .min : Int64(value)
    }

    /// An upper bound; nil when no integer is that small.
    private static func highest(_ value: Double) -> Int64? {
        if value.isNaN || value < -0x1p63 { return nil }
        return value >= 0x1p63 ? .max : Int64(value)
    }

    /// Both zeroes are one value, so a bound of zero lies outside or inside of both.
    private static func lower(real value: Double, _ inclusive: Bool) -> Int64? {
        guard !value.isNaN else { return nil }
        let zero = value == 0
        if inclusive { return SortableDouble.encode(zero ? -0.0 : value) }
        return successor(SortableDouble.encode(zero ? 0.0 : value))
    }

    private static func upper(real value: Double, _ inclusive: Bool) -> Int64? {
        guard !value.isNaN else { return nil }
        let zero = value == 0
        if inclusive { return SortableDouble.encode(zero ? 0.0 : value) }
        return predecessor(SortableDouble.encode(zero ? -0.0 : value))
    }
}
