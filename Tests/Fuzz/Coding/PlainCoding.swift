// Packed numbers read the slow way, straight from the formats' documentation.

@testable import Segments

/// What `HorizontalPacking` and `VerticalPacking` must give.
enum PlainCoding {
    private static func word(_ start: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(start[0]) | UInt64(start[1]) << 8 | UInt64(start[2]) << 16 | UInt64(start[3]) << 24
    }

    /// Number `index` of bits one after the other; touches only the bytes that hold them.
    static func horizontal(_ start: UnsafePointer<UInt8>, _ index: Int, width: Int) -> UInt64 {
        var value: UInt64 = 0
        var filled = 0
        var bit = index * width
        while filled < width {
            let count = min(8 - bit % 8, width - filled)
            let part = UInt64(start[bit / 8]) >> UInt64(bit % 8) & ((1 << UInt64(count)) - 1)
            value |= part << UInt64(filled)
            filled += count
            bit += count
        }
        return value
    }

    /// Number `index` of 128 in four lanes.
    static func vertical(_ start: UnsafePointer<UInt8>, _ index: Int, width: Int) -> UInt32 {
        if width == 0 { return 0 }
        let bit = index / 4 * width
        let place = start + bit / 32 * 16 + index % 4 * 4
        var bits = word(place)
        if bit % 32 + width > 32 { bits |= word(place + 16) << 32 }
        return UInt32(truncatingIfNeeded: bits >> UInt64(bit % 32) & ((1 << UInt64(width)) - 1))
    }
}
