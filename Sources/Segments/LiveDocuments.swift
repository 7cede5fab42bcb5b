// Which documents of a segment were not deleted since it was written.

public struct LiveDocuments: Sendable, Hashable {
    public let documentCount: Int
    public private(set) var deletedCount = 0
    /// One bit per document, set while it lives; 64 documents per word, lowest bit first.
    public private(set) var words: [UInt64]

    public init(documentCount: Int) {
        self.documentCount = documentCount
        words = [UInt64](repeating: .max, count: (documentCount + 63) / 64)
        if documentCount % 64 != 0 {
            words[words.count - 1] = (1 << UInt64(documentCount % 64)) - 1
        }
    }

    public var liveCount: Int { documentCount - deletedCount }

    /// Returns whether the document was alive.
    @discardableResult
    public mutating func delete(_ document: UInt32) -> Bool {
        guard isLive(document) else { return false }
        words[Int(document >> 6)] &= ~(1 << UInt64(document & 63))
        deletedCount += 1
        return true
    }

    @inlinable
    public func isLive(_ document: UInt32) -> Bool {
        let word = Int(document >> 6)
        return word < words.count && words[word] & (1 << UInt64(document & 63)) != 0
    }

    /// Ascending.
    public var deleted: [UInt32] {
        (0..<UInt32(documentCount)).filter { !isLive($0) }
    }

    public func encoded() -> [UInt8] { [] }
    public init(encoded: [UInt8], documentCount: Int) throws {
        self.init(documentCount: documentCount)
    }
}
