// Reads what `ByteWriter` wrote, from bytes nobody vouches for: every step is bounds-checked and
// throws `CorruptBytes` instead of trapping.

public struct ByteReader {
    /// What is being read, for messages.
    public let place: String
    public private(set) var offset = 0
    private let bytes: UnsafeRawBufferPointer
    /// Keeps `bytes` alive; nil when the caller does.
    private let owner: MappedBytes?

    public init(_ bytes: MappedBytes, place: String) {
        self.bytes = bytes.pointer
        owner = bytes
        self.place = place
    }

    /// Reads a copy of `bytes`.
    public init(_ bytes: [UInt8], place: String) {
        self.init(MappedBytes(owned: bytes), place: place)
    }

    /// Reads memory that the caller keeps alive.
    public init(unowned bytes: UnsafeRawBufferPointer, place: String) {
        self.bytes = bytes
        owner = nil
        self.place = place
    }

    public var count: Int { bytes.count }
    public var remaining: Int { bytes.count - offset }
    public var isAtEnd: Bool { remaining == 0 }

    public func corrupt(_ reason: String) -> CorruptBytes {
        CorruptBytes(place: "\(place), byte \(offset)", reason: reason)
    }

    public mutating func uint8() throws(CorruptBytes) -> UInt8 { try fixed() }
    public mutating func uint16() throws(CorruptBytes) -> UInt16 { try fixed() }
    public mutating func uint32() throws(CorruptBytes) -> UInt32 { try fixed() }
    public mutating func uint64() throws(CorruptBytes) -> UInt64 { try fixed() }
    public mutating func int64() throws(CorruptBytes) -> Int64 { try fixed() }

    public mutating func varint() throws(CorruptBytes) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if shift == 63 && byte > 1 {
                throw corrupt("a varint does not fit 64 bits")
            }
            value |= UInt64(byte & 0x7F) << shift
            offset += 1
            if byte < 0x80 { return value }
            shift += 7
        }
        throw corrupt("the bytes end inside a varint")
    }

    /// A varint no larger than `limit`.
    public mutating func varint(upTo limit: Int) throws(CorruptBytes) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else {
            throw corrupt("\(value) is more than the \(limit) possible here")
        }
        return Int(value)
    }

    public mutating func signedVarint() throws(CorruptBytes) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
    }

    /// The next `count` bytes in place; valid while the reader's memory is.
    public mutating func raw(_ count: Int) throws(CorruptBytes) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw corrupt("\(count) bytes are needed, \(remaining) are left")
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    public mutating func lengthPrefixed() throws(CorruptBytes) -> [UInt8] {
        let count = try varint(upTo: remaining)
        return [UInt8](try raw(count))
    }

    public mutating func string() throws(CorruptBytes) -> String {
        let text = try lengthPrefixed()
        guard let valid = String(validating: text, as: UTF8.self) else {
            throw corrupt("the text is not UTF-8")
        }
        return valid
    }

    public mutating func skip(_ count: Int) throws(CorruptBytes) {
        _ = try raw(count)
    }

    public mutating func seek(to target: Int) throws(CorruptBytes) {
        guard target >= 0, target <= bytes.count else {
            throw corrupt("there is no byte \(target) in \(bytes.count) bytes")
        }
        offset = target
    }

    /// Refuses bytes that nothing has read.
    public func expectEnd() throws(CorruptBytes) {
        guard isAtEnd else { throw corrupt("\(remaining) bytes too many") }
    }

    private mutating func fixed<Number: FixedWidthInteger>() throws(CorruptBytes) -> Number {
        let source = try raw(MemoryLayout<Number>.size)
        return Number(littleEndian: source.loadUnaligned(as: Number.self))
    }
}
