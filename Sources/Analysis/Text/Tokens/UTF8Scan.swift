// Decoding UTF-8 that may be broken, one scalar at a time.

enum UTF8Scan {
    /// The scalar at `index`, which must be below `utf8.count`; steps over it. Nil for an
    /// invalid byte, of which it steps over one.
    @inline(__always)
    static func scalar(
        _ utf8: UnsafeBufferPointer<UInt8>, _ index: inout Int
    ) -> Unicode.Scalar? {
        let lead = utf8[index]
        if lead < 0x80 {
            index += 1
            return Unicode.Scalar(lead)
        }
        return longScalar(utf8, &index, lead)
    }

    private static func longScalar(
        _ utf8: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ lead: UInt8
    ) -> Unicode.Scalar? {
        let length: Int
        let smallest: UInt32
        switch lead {
        case 0xC2...0xDF: (length, smallest) = (2, 0x80)
        case 0xE0...0xEF: (length, smallest) = (3, 0x800)
        case 0xF0...0xF4: (length, smallest) = (4, 0x10000)
        default: (length, smallest) = (0, 0)
        }
        let start = index
        index += 1
        guard length > 0, start + length <= utf8.count else { return nil }
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let next = utf8[start + offset]
            guard next & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(next & 0x3F)
        }
        guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
        index = start + length
        return scalar
    }

    /// The first byte at or after `start` that is not ASCII, or the end.
    static func firstNonASCII(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(utf8)
        var index = start
        while index + 8 <= bytes.count {
            let word = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let hits = word & 0x8080_8080_8080_8080
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }
}
