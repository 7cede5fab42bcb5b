// Hashing and comparing short byte strings with few loads, none of them beyond the string.

enum TermHash {
    /// Eight bytes at a time, multiplied and folded; the last eight may overlap those before.
    @inline(__always)
    static func hash(_ bytes: UnsafePointer<UInt8>, _ length: Int, _ field: UInt32) -> UInt32 {
        var state = UInt64(field) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: length)
        var offset = 0
        while offset &+ 8 < length {
            state = mix(state ^ word(bytes, offset))
            offset &+= 8
        }
        return UInt32(truncatingIfNeeded: mix(state ^ tail(bytes, length)) >> 16)
    }

    @inline(__always)
    private static func tail(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        if length >= 8 { return word(bytes, length &- 8) }
        if length >= 4 {
            return UInt64(half(bytes, 0)) | UInt64(half(bytes, length &- 4)) << 32
        }
        if length == 0 { return 0 }
        let middle = UInt64(bytes[length >> 1]) << 8
        return UInt64(bytes[0]) | middle | UInt64(bytes[length &- 1]) << 16
    }

    /// The first four bytes, zeros behind a shorter string.
    @inline(__always)
    static func head(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        if length >= 4 { return half(bytes, 0) }
        var head: UInt32 = 0
        for index in 0..<length { head |= UInt32(bytes[index]) << UInt32(index &* 8) }
        return head
    }

    /// Whether two strings of one length and one `head` are equal.
    @inline(__always)
    static func areEqual(
        _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int
    ) -> Bool {
        if length <= 4 { return true }
        if length < 8 { return half(left, length &- 4) == half(right, length &- 4) }
        var offset = 0
        while offset &+ 8 < length {
            if word(left, offset) != word(right, offset) { return false }
            offset &+= 8
        }
        return word(left, length &- 8) == word(right, length &- 8)
    }

    @inline(__always)
    private static func word(_ bytes: UnsafePointer<UInt8>, _ offset: Int) -> UInt64 {
        UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private static func half(_ bytes: UnsafePointer<UInt8>, _ offset: Int) -> UInt32 {
        UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low ^ value
    }
}
