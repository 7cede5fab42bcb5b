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
        if let from = start {
            start = nil
            ordinal = try dictionary.lowerBound(from).ordinal
        }
        while let floor {
            guard try advance() else { return nil }
            if let key = keys?.key, !ByteOrder.precedes(key, floor) {
                self.floor = nil
                return try current()
            }
            entries?.skip()
            ordinal += 1
        }
        return try advance() ? try current() : nil
    }

    /// To the next key; false after the last.
    private func advance() throws -> Bool {
        guard ordinal < dictionary.termCount else { return false }
        if keys == nil || ordinal % DictionaryWriter.blockSize == 0 { try enterBlock() }
        try keys?.advance()
        return true
    }

    private func current() throws -> (bytes: [UInt8], entry: TermEntry?)? {
        guard let bytes = keys?.key else { return nil }
        let entry = try entries?.next()
        if let upperBound, !ByteOrder.precedes(bytes, upperBound) { return finish() }
        if let prefix, !bytes.starts(with: prefix) { return finish() }
        ordinal += 1
        return (bytes, entry)
    }

    private func finish() -> (bytes: [UInt8], entry: TermEntry?)? {
        ordinal = dictionary.termCount
        return nil
    }

    private func enterBlock() throws {
        let block = try dictionary.block(ordinal / DictionaryWriter.blockSize)
        var keys = KeyScanner(dictionary, block.keys)
        var entries =
            dictionary.shape.contains(.inverted) ? EntryScanner(dictionary, block.entries) : nil
        for _ in 0..<(ordinal % DictionaryWriter.blockSize) {
            try keys.advance()
            entries?.skip()
        }
        self.keys = keys
        self.entries = entries
    }
}
