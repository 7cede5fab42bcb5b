// Document lengths in one byte each, as Lucene's SmallFloat.intToByte4 writes them.

/// Exact for 0…39, then a 4-bit mantissa; larger lengths never get smaller bytes.
public enum NormByte {
    /// 24 values are free because 2^31 - 1 as a 4-bit float is 231.
    static let freeValues = 24

    public static func encode(_ length: Int) -> UInt8 {
        let value = min(max(length, 0), Int(Int32.max))
        if value < freeValues { return UInt8(value) }
        let rest = value - freeValues
        let bits = Int.bitWidth - rest.leadingZeroBitCount
        if bits < 4 { return UInt8(freeValues + rest) }
        let shift = bits - 4
        return UInt8(freeValues + (((rest >> shift) & 7) | ((shift + 1) << 3)))
    }

    /// The length each of the 256 bytes stands for.
    public static let decoded: [Int32] = (0..<256).map { byte in
        if byte < freeValues { return Int32(byte) }
        let code = byte - freeValues
        let mantissa = code & 7
        let shift = (code >> 3) - 1
        return Int32(freeValues + (shift < 0 ? mantissa : (mantissa | 8) << shift))
    }
}
