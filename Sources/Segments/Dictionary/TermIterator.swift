// Walks terms in byte order, with their entries.

/// One pass over a range of a field's terms.
public final class TermIterator {
    private let dictionary: TermDictionary
    private let upperBound: [UInt8]?
    private let prefix: [UInt8]?
    private var ordinal: Int
    private var keys: KeyScanner?
    private var entries: EntryScanner?
    private var start: [UInt8]?
    /// Terms below it are passed over.
    private var floor: [UInt8]?
    /// Terms met since an entry was read.
    private var unread = 0

    init(_ dictionary: TermDictionary, from: [UInt8]?, to: [UInt8]?, prefix: [UInt8]? = nil) {
        self.dictionary = dictionary
        upperBound = to
        self.prefix = prefix
        start = from
        ordinal = 0
    }

    /// Goes on with the first term at or after `key`, which must not lie before the last one met:
    /// by bisection over the blocks, or within the block at hand.
    public func skip(to key: [UInt8]) {
        guard start == nil else {
            start = key
            return
        }
        let block = dictionary.block(for: key)
        if block > (ordinal - 1) / DictionaryWriter.blockSize {
            ordinal = block * DictionaryWriter.blockSize
        }
        floor = key
    }

    /// Nil after the last term of the range.
    public func next() throws -> (bytes: [UInt8], entry: TermEntry)? {
        guard let (bytes, entry) = try step(), let entry else { return nil }
        return (bytes, entry)
    }

    /// As `next`, also for dictionaries without postings, whose keys have no entries.
    func step() throws -> (bytes: [UInt8], entry: TermEntry?)? {
        guard try advance(), let bytes = keys?.key else { return nil }
        return (bytes, try readEntry())
    }

    /// To the next term, without reading its entry; false after the last of the range.
    public func advance() throws -> Bool {
        if let from = start {
            start = nil
            ordinal = try dictionary.lowerBound(from).ordinal
        }
        repeat {
            guard ordinal < dictionary.termCount else { return false }
            if keys == nil || ordinal % DictionaryWriter.blockSize == 0 { try enterBlock() }
            try keys?.advance()
            ordinal += 1
            unread += 1
        } while withKey { key in floor.map { ByteOrder.precedes(key, $0) } ?? false }
        floor = nil
        let isInside = withKey { key in
            if let upperBound, !ByteOrder.precedes(key, upperBound) { return false }
            return prefix.map { key.starts(with: $0) } ?? true
        }
        if !isInside { ordinal = dictionary.termCount }
        return isInside
    }

    /// The bytes of the term that `advance` led to.
    public func withKey<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        guard let keys else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
        return keys.key.withUnsafeBufferPointer(body)
    }

    /// The entry of the term that `advance` led to, once; nil in dictionaries without postings.
    public func readEntry() throws -> TermEntry? {
        entries?.skip(max(0, unread - 1))
        unread = 0
        return try entries?.next()
    }

    private func enterBlock() throws {
        let block = try dictionary.block(ordinal / DictionaryWriter.blockSize)
        var keys = KeyScanner(dictionary, block.keys)
        var entries =
            dictionary.shape.contains(.inverted) ? EntryScanner(dictionary, block.entries) : nil
        let before = ordinal % DictionaryWriter.blockSize
        for _ in 0..<before { try keys.advance() }
        entries?.skip(before)
        self.keys = keys
        self.entries = entries
        unread = 0
    }
}
