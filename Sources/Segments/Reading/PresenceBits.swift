// Which documents of a segment have a value in a field.

/// One bit per document, 64 documents per word, the lowest bit first.
public struct PresenceBits: Sendable, Hashable {
    public let documentCount: Int
    public internal(set) var words: [UInt64]

    public init(documentCount: Int) {
        self.documentCount = documentCount
        words = [UInt64](repeating: 0, count: (documentCount + 63) / 64)
    }

    public func contains(_ document: UInt32) -> Bool {
        Int(document) < documentCount
            && words[Int(document >> 6)] & (1 << UInt64(document & 63)) != 0
    }

    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    mutating func insert(_ document: UInt32) {
        words[Int(document >> 6)] |= 1 << UInt64(document & 63)
    }
}
