// Short words as a few integers, compared and copied in one go.

/// Bytes of a word, zeros, and their number in the last byte: up to 15 bytes in two integers, up to
/// 31 in four.
struct PackedWord<Words: SIMD> where Words.Scalar == UInt64 {
    /// Bytes that reading and storing a word may touch.
    @inline(__always)
    static var room: Int { 8 * Words.scalarCount }
    @inline(__always)
    static var longest: Int { room - 1 }

    private static var odd: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    private var words = Words()

    init() {}

    /// Reads `room` bytes, of which `length` count, at most `longest`.
    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        let source = UnsafeRawPointer(bytes)
        for lane in 0..<Words.scalarCount {
            let word = source.loadUnaligned(fromByteOffset: 8 &* lane, as: UInt64.self)
            words[lane] = UInt64(littleEndian: word) & Self.mask(length &- 8 &* lane)
        }
        let last = Words.scalarCount - 1
        words[last] |= UInt64(truncatingIfNeeded: length) &<< 56
    }

    /// The lowest bytes, at most all eight.
    @inline(__always)
    private static func mask(_ bytes: Int) -> UInt64 {
        if bytes >= 8 { return .max }
        return bytes <= 0 ? 0 : (1 as UInt64) &<< UInt64(8 &* bytes) &- 1
    }

    @inline(__always)
    func equals(_ other: PackedWord) -> Bool {
        var difference: UInt64 = 0
        for lane in 0..<Words.scalarCount { difference |= words[lane] ^ other.words[lane] }
        return difference == 0
    }

    /// A number of so many bits.
    @inline(__always)
    func place(_ bits: Int) -> Int {
        var hash = words[0] &* Self.odd
        for lane in 1..<Words.scalarCount { hash = (hash ^ hash &>> 32 ^ words[lane]) &* Self.odd }
        return Int(truncatingIfNeeded: hash &>> UInt64(64 - bits))
    }

    /// Stores the bytes at `target`, and rubbish behind them, `room` together; returns how many.
    @inline(__always)
    func copy(to target: UnsafeMutablePointer<UInt8>) -> Int {
        for lane in 0..<Words.scalarCount {
            UnsafeMutableRawPointer(target).storeBytes(
                of: words[lane].littleEndian, toByteOffset: 8 &* lane, as: UInt64.self)
        }
        return Int(truncatingIfNeeded: words[Words.scalarCount - 1] &>> 56)
    }
}
