// Appends numbers and strings to a growing byte array: fixed-width integers little-endian,
// varints seven bits at a time with the low bits first.

public struct ByteWriter: Sendable {
    public var bytes: [UInt8] = []

    public init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    public var count: Int { bytes.count }

    public mutating func uint8(_ value: UInt8) { bytes.append(value) }
    public mutating func uint16(_ value: UInt16) { fixed(value) }
    public mutating func uint32(_ value: UInt32) { fixed(value) }
    public mutating func uint64(_ value: UInt64) { fixed(value) }
    public mutating func int64(_ value: Int64) { fixed(value) }

    /// 1 to 10 bytes: 300 becomes AC 02.
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A number that is never negative.
    public mutating func varint(_ value: Int) {
        precondition(value >= 0, "a varint cannot be negative")
        varint(UInt64(value))
    }

    /// A number of either sign: zigzag, then varint.
    public mutating func signedVarint(_ value: Int64) {
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    public mutating func raw(_ other: some Collection<UInt8>) {
        bytes.append(contentsOf: other)
    }

    public mutating func raw(_ other: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: other)
    }

    /// The length as a varint, then the bytes.
    public mutating func lengthPrefixed(_ other: [UInt8]) {
        varint(other.count)
        bytes.append(contentsOf: other)
    }

    /// The length in UTF-8 bytes as a varint, then the text.
    public mutating func string(_ text: String) {
        varint(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func fixed<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
