// Short words as integers, compared and copied in one go.

private let odd: UInt64 = 0x9E37_79B9_7F4A_7C15

/// Up to 15 bytes, zeros, and their number in the last byte.
struct PackedWord2 {
    static let longest = 15

    private var words: (UInt64, UInt64) = (0, 0)

    init() {}

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        withUnsafeMutableBytes(of: &words) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: length))
            target[Self.longest] = UInt8(truncatingIfNeeded: length)
        }
    }

    @inline(__always)
    func equals(_ other: PackedWord2) -> Bool {
        (words.0 ^ other.words.0) | (words.1 ^ other.words.1) == 0
    }

    @inline(__always)
    func place(_ bits: Int) -> Int {
        var hash = words.0 &* odd
        hash = (hash ^ hash &>> 32 ^ words.1) &* odd
        return Int(truncatingIfNeeded: hash &>> UInt64(64 - bits))
    }

    /// Stores the bytes at `target`; returns how many.
    @inline(__always)
    func copy(to target: UnsafeMutablePointer<UInt8>) -> Int {
        withUnsafeBytes(of: words) { bytes in
            let length = Int(bytes[Self.longest])
            if let start = bytes.baseAddress {
                UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: length)
            }
            return length
        }
    }
}

/// Up to 31 bytes, zeros, and their number in the last byte.
struct PackedWord4 {
    static let longest = 31

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        withUnsafeMutableBytes(of: &words) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: length))
            target[Self.longest] = UInt8(truncatingIfNeeded: length)
        }
    }

    @inline(__always)
    func equals(_ other: PackedWord4) -> Bool {
        (words.0 ^ other.words.0) | (words.1 ^ other.words.1)
            | (words.2 ^ other.words.2) | (words.3 ^ other.words.3) == 0
    }

    @inline(__always)
    func place(_ bits: Int) -> Int {
        var hash = words.0 &* odd
        hash = (hash ^ hash &>> 32 ^ words.1) &* odd
        hash = (hash ^ hash &>> 32 ^ words.2) &* odd
        hash = (hash ^ hash &>> 32 ^ words.3) &* odd
        return Int(truncatingIfNeeded: hash &>> UInt64(64 - bits))
    }

    /// Stores the bytes at `target`; returns how many.
    @inline(__always)
    func copy(to target: UnsafeMutablePointer<UInt8>) -> Int {
        withUnsafeBytes(of: words) { bytes in
            let length = Int(bytes[Self.longest])
            if let start = bytes.baseAddress {
                UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: length)
            }
            return length
        }
    }
}
