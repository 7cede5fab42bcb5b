// Reads the postings of one term in one segment, a block of up to 128 at a time.

public final class PostingsCursor {
    public static let blockSize = 128
    public static let end: UInt32 = .max

    public let documentFrequency = 0
    public let totalTermFrequency = 0
    /// Documents of the current block, ascending; valid in `0..<count`.
    public let documents: UnsafeMutablePointer<UInt32>
    /// Frequencies of the current block; valid in `0..<count` after `loadFrequencies()`.
    public let frequencies: UnsafeMutablePointer<UInt32>
    /// Postings in the current block; 0 before the first block and after the last.
    public internal(set) var count = 0
    public internal(set) var firstDocument: UInt32 = 0
    public internal(set) var lastDocument: UInt32 = 0

    init() {
        documents = .allocate(capacity: 128)
        frequencies = .allocate(capacity: 128)
    }

    deinit {
        documents.deallocate()
        frequencies.deallocate()
    }

    public func nextBlock() throws -> Bool { false }
    public func seekBlock(_ target: UInt32) throws -> Bool { false }
    public func peekBlock(_ target: UInt32) -> (lastDocument: UInt32, impacts: Impacts)? { nil }
    public func loadFrequencies() throws {}
    /// Positions of the posting at `index` of the current block; valid until the next call.
    public func positions(at index: Int) throws -> UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: nil, count: 0)
    }
    /// Of the whole list.
    public var impacts: Impacts { Impacts() }
}
