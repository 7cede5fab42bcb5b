// Bit-packing of any number of values one after the other, lowest bit first: any value can be
// read on its own.

/// Value i takes bits i · width … of the bytes. With width 3 the values 1, 2, 3 are D1 00
/// (0b11_010_001).
enum HorizontalPacking {
    /// Readers may load this many bytes beyond the last value: sections end with as many zeros.
    static let slack = 8
    /// Wider values than this are packed with 64 bits, so that one load reaches any of them.
    static let maximumOddWidth = 56

    static func byteCount(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

    /// The width to store values that need `bits` bits.
    static func roundedWidth(_ bits: Int) -> Int { bits > maximumOddWidth ? 64 : bits }

    static func isWidth(_ width: Int) -> Bool { width <= maximumOddWidth || width == 64 }

    static func append(
        _ values: some Collection<UInt64>, width: Int, into bytes: inout [UInt8]
    ) {
        if width == 0 { return }
        var pending: UInt64 = 0
        var pendingBits = 0
        for value in values {
            if width == 64 {
                withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
                continue
            }
            pending |= value << UInt64(pendingBits)
            pendingBits += width
            while pendingBits >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingBits -= 8
            }
        }
        if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    }

    /// Value `index`; reads up to 8 bytes from the byte its first bit is in.
    @inline(__always)
    static func value(_ source: UnsafePointer<UInt8>, _ index: Int, width: Int) -> UInt64 {
        let bit = index &* width
        let word = UInt64(
            littleEndian: UnsafeRawPointer(source).loadUnaligned(
                fromByteOffset: bit &>> 3, as: UInt64.self))
        let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- width)
        return width == 0 ? 0 : (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask
    }
}
