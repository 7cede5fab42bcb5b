// Why a text is not JSON, and where.

/// A place in the text and what is wrong there.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Bytes before the place.
    public let offset: Int
    /// Counted from 1.
    public let line: Int
    /// In characters (Unicode scalars) from the start of the line, counted from 1.
    public let column: Int
    public let reason: String

    public var description: String { "line \(line), column \(column): \(reason)" }

    init(offset: Int, in bytes: UnsafeRawBufferPointer, reason: String) {
        let offset = Swift.min(offset, bytes.count)
        var line = 1
        var column = 1
        for byte in bytes[0..<offset] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.offset = offset
        self.line = line
        self.column = column
        self.reason = reason
    }
}

/// Bounds on what a parser accepts.
public struct JSONLimits: Sendable, Hashable {
    /// Most arrays and objects inside one another.
    public var depth: Int

    public init(depth: Int) {
        self.depth = depth
    }

    public static let standard = JSONLimits(depth: 100)
}
