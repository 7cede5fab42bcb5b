// Step through one block of the dictionary: its keys, and its entries.

/// Assembles the keys of a block one after the other.
struct KeyScanner {
    private(set) var key: [UInt8] = []
    /// Kept alive by whoever scans.
    private unowned(unsafe) let dictionary: TermDictionary
    private var scanner: ByteScanner

    init(_ dictionary: TermDictionary, _ scanner: ByteScanner) {
        self.dictionary = dictionary
        self.scanner = scanner
    }

    @inline(__always)
    static func header(_ scanner: inout ByteScanner) -> (shared: Int, length: Int) {
        let token = Int(scanner.byte())
        var shared = token >> 4
        var length = token & 15
        let limit = Int(Int32.max)
        if shared == 15 { shared += scanner.varint(upTo: limit) }
        if length == 15 { length += scanner.varint(upTo: limit) }
        return (shared, length)
    }

    mutating func advance() throws {
        let (shared, length) = Self.header(&scanner)
        guard let suffix = scanner.take(length), !scanner.isBroken, shared <= key.count else {
            throw dictionary.terms.corrupt("a key is cut off")
        }
        key.removeSubrange(shared...)
        key.append(contentsOf: UnsafeBufferPointer(start: suffix, count: length))
    }
}

/// Reads the entries of a block one after the other and checks that they point inside.
struct EntryScanner {
    /// Kept alive by whoever scans.
    private unowned(unsafe) let dictionary: TermDictionary
    private var scanner: ByteScanner
    private var postings: Int
    private var positions: Int
    private let hasFrequencies: Bool
    private let hasPositions: Bool

    init(_ dictionary: TermDictionary, _ scanner: ByteScanner) {
        self.dictionary = dictionary
        self.scanner = scanner
        hasFrequencies = dictionary.shape.contains(.frequencies)
        hasPositions = dictionary.shape.contains(.positions)
        postings = self.scanner.varint(upTo: dictionary.postingsLimit)
        positions = hasPositions ? self.scanner.varint(upTo: dictionary.positionsLimit) : 0
    }

    /// As `next` for the next `count`, without making or checking the entries.
    mutating func skip(_ count: Int) {
        var scanner = scanner
        for _ in 0..<count {
            let kind = scanner.varint()
            if kind > 1 {
                if hasFrequencies { _ = scanner.varint() }
                postings += scanner.varint(upTo: dictionary.postingsLimit)
            } else {
                _ = scanner.varint()
                if kind == 1 { _ = scanner.varint() }
            }
            guard hasPositions else { continue }
            // A single occurrence has its position there.
            let last = scanner.varint(upTo: kind == 0 ? Int(UInt32.max) : dictionary.positionsLimit)
            positions += kind == 0 ? 0 : last
        }
        self.scanner = scanner
    }

    mutating func next() throws -> TermEntry {
        let kind = scanner.varint(upTo: dictionary.documentCount)
        let entry = kind > 1 ? many(kind) : single(kind)
        postings = entry.postings.end
        positions = entry.positions.end
        guard !scanner.isBroken, postings <= dictionary.postingsLimit,
            positions <= dictionary.positionsLimit,
            Int(entry.singleDocument) < dictionary.documentCount
        else { throw dictionary.terms.corrupt("an entry points outside its segment") }
        return entry
    }

    private mutating func many(_ documentFrequency: Int) -> TermEntry {
        let more = hasFrequencies ? scanner.varint(upTo: Int(Int64.max >> 16)) : 0
        let postingsCount = scanner.varint(upTo: dictionary.postingsLimit)
        let positionsCount = hasPositions ? scanner.varint(upTo: dictionary.positionsLimit) : 0
        return TermEntry(
            documentFrequency: documentFrequency, totalTermFrequency: documentFrequency + more,
            postings: .init(offset: postings, count: postingsCount),
            positions: .init(offset: positions, count: positionsCount))
    }

    private mutating func single(_ kind: Int) -> TermEntry {
        let document = scanner.varint(upTo: dictionary.documentCount)
        var frequency = 1
        var position = 0
        var positionsCount = 0
        if kind == 1 {
            frequency = scanner.varint(upTo: Int(ChunkCodec.maximumValue) - 2) + 2
            if hasPositions { positionsCount = scanner.varint(upTo: dictionary.positionsLimit) }
        } else if hasPositions {
            position = scanner.varint(upTo: Int(SegmentLimits.maximumPosition))
        }
        return TermEntry(
            documentFrequency: 1, totalTermFrequency: frequency,
            singleDocument: UInt32(document), singlePosition: UInt32(position),
            postings: .init(offset: postings, count: 0),
            positions: .init(offset: positions, count: positionsCount))
    }
}
