// Doubles as integers of the same order, so that a real column is an integer column.

/// -inf < … < -0.0 < 0.0 < … < inf < NaN keep their order as Int64.
public enum SortableDouble {
    public static func encode(_ value: Double) -> Int64 {
        flip(Int64(bitPattern: value.bitPattern))
    }

    public static func decode(_ value: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: flip(value)))
    }

    private static func flip(_ bits: Int64) -> Int64 {
        bits ^ ((bits >> 63) & Int64.max)
    }
}
