// One term of an inverted index: bytes (UTF-8 unless the input was not), compared byte by byte.

/// A term. Equality and order are those of the bytes, never Unicode's canonical equivalence, so
/// that a composed and a decomposed "é" are two terms and the order is that of the dictionary.
public struct Term: Sendable, Hashable, Comparable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// The term as text; invalid UTF-8 shows as U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public static func < (left: Term, right: Term) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension Term: CustomStringConvertible {
    public var description: String { text }
}
