// Bounds-checked varints for hot loops: a failure is remembered and asked for once per block.

/// Reads varints from a range of verified memory. After a read beyond the end, or of a varint
/// that does not fit, `isBroken` is set and every later read returns 0.
struct ByteScanner {
    private(set) var next: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    private(set) var isBroken = false

    @inline(__always)
    init(_ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        next = start
        self.end = end
    }

    var remaining: Int { end - next }

    @inline(__always)
    mutating func byte() -> UInt8 {
        guard next < end else {
            isBroken = true
            return 0
        }
        defer { next += 1 }
        return next.pointee
    }

    @inline(__always)
    mutating func varint() -> UInt64 {
        guard next < end else { return longVarint() }
        let first = next.pointee
        if first < 0x80 {
            next += 1
            return UInt64(first)
        }
        guard next + 1 < end, next[1] < 0x80 else { return longVarint() }
        defer { next += 2 }
        return UInt64(first & 0x7F) | UInt64(next[1]) << 7
    }

    /// A varint of at most `limit`; a larger one breaks the scanner.
    @inline(__always)
    mutating func varint(upTo limit: Int) -> Int {
        let value = varint()
        guard value <= UInt64(limit) else {
            fail()
            return 0
        }
        return Int(value)
    }

    @inline(never)
    private mutating func longVarint() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while next < end, !isBroken {
            let byte = next.pointee
            if shift == 63 && byte > 1 { break }
            next += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        fail()
        return 0
    }

    /// Steps over `count` bytes and returns where they start; nil and broken beyond the end.
    @inline(__always)
    mutating func take(_ count: Int) -> UnsafePointer<UInt8>? {
        guard count >= 0, count <= end - next else {
            fail()
            return nil
        }
        defer { next += count }
        return next
    }

    mutating func fail() {
        isBroken = true
        next = end
    }
}
