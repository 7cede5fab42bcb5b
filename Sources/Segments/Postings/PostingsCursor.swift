// Reads the postings of one term in one segment, a block of up to 128 at a time. Callers loop
// over the buffers; nothing here is called per posting.

/// Starts before the first block and only moves forward. Not `Sendable`: one per query clause.
/// Every byte range and every document number is checked when its block is decoded, so that
/// what the buffers hold is safe to index by.
public final class PostingsCursor {
    /// Postings.
    public static let blockSize = 128
    /// Numbers that a cursor needs memory for.
    public static let bufferSize = DocumentBlockCodec.capacity + blockSize
    /// What `lastDocument` is after the last block.
    public static let end = UInt32.max

    /// Documents with the term, deleted ones included.
    public let documentFrequency: Int
    public let totalTermFrequency: Int
    /// Documents of the current block, ascending; valid in `0..<count` after `loadDocuments()`.
    public let documents: UnsafeMutablePointer<UInt32>
    /// Frequencies of the current block; valid in `0..<count` after `loadFrequencies()`.
    public let frequencies: UnsafeMutablePointer<UInt32>
    /// Postings in the current block; 0 before the first block and after the last.
    public internal(set) var count = 0
    public internal(set) var lastDocument: UInt32 = 0
    /// The current block as a bit set, while it is one and not decoded.
    public private(set) var bits: BlockBits?

    let field: FieldIndex
    let entry: TermEntry
    let layout: PostingsLayout
    /// The current block; -1 before the first.
    public internal(set) var block = -1
    /// The block that was peeked at last; never before the current one.
    private var peeked = 0
    /// The current block's documents, while they wait to be decoded.
    private var waitingDocuments: DocumentBlock?
    /// Where the current block's frequencies are, while they wait to be decoded.
    private var waitingFrequencies: ByteScanner?
    /// Memory of its own, when it was given none.
    private let memory: NumberScratch?
    private var hasOnes = false
    /// Impacts of a short list, made when they are first asked for.
    private var ownImpacts: Impacts?
    let positionReader: PositionReader?
    /// The same, kept by it: no counting in the inner loops.
    private let uncountedReader: Unmanaged<PositionReader>?

    init(
        field: FieldIndex, entry: TermEntry, positions: Bool,
        buffer: UnsafeMutablePointer<UInt32>? = nil
    ) throws {
        guard !positions || field.hasPositions else {
            throw SegmentError(
                segment: field.segmentName, section: "positions of \(field.path)",
                reason: "the field was indexed without positions",
                remedy: "ask for phrases in text fields only")
        }
        self.field = field
        self.entry = entry
        documentFrequency = entry.documentFrequency
        totalTermFrequency = entry.totalTermFrequency
        if let buffer {
            memory = nil
            documents = buffer
        } else {
            let memory = NumberScratch(capacity: Self.bufferSize)
            self.memory = memory
            documents = memory.numbers
        }
        frequencies = documents + DocumentBlockCodec.capacity
        layout = try PostingsLayout(field: field, entry: entry)
        positionReader = positions ? PositionReader() : nil
        uncountedReader = positionReader.map(Unmanaged.passUnretained)
        if layout.isShort { try decodeShort() }
    }

    /// Moves to the next block and decodes its documents. False: there is none.
    public func nextBlock() throws -> Bool {
        guard try move(to: block + 1) else { return false }
        try loadDocuments()
        return true
    }

    /// Moves forward to the first block whose last document is at least `target` and decodes
    /// its documents; stays where it is when that is the current block. False: there is none.
    public func seekBlock(_ target: UInt32) throws -> Bool {
        guard try settle(on: target) else { return false }
        try loadDocuments()
        return true
    }

    /// As `seekBlock`, but decodes nothing.
    public func settle(on target: UInt32) throws -> Bool {
        if count > 0 && target <= lastDocument { return true }
        if layout.isShort {
            let isAhead = block < 0 && target <= documents[entry.documentFrequency - 1]
            return try move(to: isAhead ? 0 : layout.blockCount)
        }
        return try move(to: layout.block(holding: target, from: max(block + 1, 0)))
    }

    /// Back to before the first block.
    public func rewind() {
        positionReader?.reset()
        waitingDocuments = nil
        bits = nil
        waitingFrequencies = nil
        block = -1
        peeked = 0
        count = 0
        lastDocument = 0
    }

    // MARK: Any block, in any order

    /// The short last one included.
    public var blockCount: Int { layout.blockCount }
    /// Blocks whose impacts are also known together.
    public static var groupSize: Int { PostingsFormat.groupSize }
    /// 0 when one group would hold all blocks.
    public var groupCount: Int { layout.groupCount }

    /// Of a list of 128 documents or more.
    public func impacts(ofBlock block: Int) -> Impacts { layout.impacts(ofBlock: block) }

    /// Of the blocks `group * groupSize` and following.
    public func impacts(ofGroup group: Int) -> Impacts { layout.impacts(ofGroup: group) }

    /// Moves to the block, backwards too, and decodes its documents.
    public func select(block: Int) throws {
        try settle(onBlock: block)
        try loadDocuments()
    }

    /// As `select`, but decodes nothing.
    public func settle(onBlock block: Int) throws {
        precondition(block >= 0 && block < layout.blockCount, "there is no such block")
        _ = try move(to: block)
    }

    /// The last document and the impacts of the block that `seekBlock(target)` would move to,
    /// without decoding anything. Nil: no block holds `target` or anything after it.
    public func peekBlock(_ target: UInt32) -> (lastDocument: UInt32, impacts: Impacts)? {
        if Int(target) >= field.documentCount { return nil }
        let current = max(block, 0)
        if layout.isShort {
            let last = documents[entry.documentFrequency - 1]
            return current == 0 && target <= last ? (last, impacts) : nil
        }
        if peeked < current || (peeked > current && target <= layout.lastDocument(peeked - 1)) {
            peeked = current
        }
        peeked = layout.block(holding: target, from: peeked)
        if peeked == layout.blockCount { return nil }
        let last = min(layout.lastDocument(peeked), UInt32(field.documentCount - 1))
        return (last, layout.impacts(ofBlock: peeked))
    }

    /// Decodes the frequencies of the current block, once.
    public func loadFrequencies() throws {
        guard var scanner = waitingFrequencies else { return }
        waitingFrequencies = nil
        guard ChunkCodec.decode(&scanner, count: Self.blockSize, adding: 1, into: frequencies)
        else { throw layout.damaged("frequencies cannot be decoded") }
    }

    /// Positions, ascending, of the posting at `index` of the current block; valid until the
    /// next call.
    public func positions(at index: Int) throws -> UnsafeBufferPointer<UInt32> {
        guard let uncountedReader else {
            throw SegmentError(
                segment: field.segmentName, section: "positions of \(field.path)",
                reason: "the cursor was opened without positions",
                remedy: "open it with positions: true")
        }
        precondition(index >= 0 && index < count, "there is no such posting in the block")
        try loadFrequencies()
        return try uncountedReader._withUnsafeGuaranteedRef {
            try $0.positions(at: index, of: self)
        }
    }

    /// Of the whole list.
    public var impacts: Impacts {
        if !layout.isShort { return layout.listImpacts }
        if let ownImpacts { return ownImpacts }
        var front = ImpactFront()
        let norms = field.norms
        for index in 0..<entry.documentFrequency {
            front.insert(frequencies[index], norms.map { $0[Int(documents[index])] } ?? 1)
        }
        let impacts = front.impacts()
        ownImpacts = impacts
        return impacts
    }

    /// Whether the current block's documents have been decoded.
    public var isDecoded: Bool { waitingDocuments == nil }

    /// Decodes the documents of the current block, once.
    public func loadDocuments() throws {
        if waitingDocuments != nil { try decodeDocuments() }
    }

    private func decodeDocuments() throws {
        guard let waiting = waitingDocuments else { return }
        let base = block == 0 ? UInt32.max : layout.lastDocument(block - 1)
        guard DocumentBlockCodec.decode(waiting, after: base, last: lastDocument, into: documents)
        else { throw layout.damaged("document numbers cannot be decoded") }
        waitingDocuments = nil
        bits = nil
    }

    /// No document of the current block is below.
    @inline(__always)
    public var blockStart: UInt32 { start(ofBlock: block) }

    @inline(__always)
    private func start(ofBlock block: Int) -> UInt32 {
        block == 0 ? 0 : layout.lastDocument(block - 1) &+ 1
    }

    private func move(to target: Int) throws -> Bool {
        positionReader?.reset()
        waitingDocuments = nil
        bits = nil
        waitingFrequencies = nil
        guard target < layout.blockCount else {
            block = layout.blockCount
            count = 0
            lastDocument = Self.end
            return false
        }
        if layout.isShort {
            block = target
            count = entry.documentFrequency
            lastDocument = documents[count - 1]
        } else {
            try prepare(target)
        }
        return true
    }

    private func prepare(_ target: Int) throws {
        count = 0
        var scanner = try layout.scanner(ofBlock: target)
        let last = layout.lastDocument(target)
        guard Int(last) < field.documentCount else {
            throw layout.damaged("a document number is too large")
        }
        let size = layout.count(ofBlock: target)
        if size == Self.blockSize {
            guard let documents = DocumentBlockCodec.take(&scanner) else {
                throw layout.damaged("document numbers cannot be decoded")
            }
            waitingDocuments = documents
            if documents.words > 0 {
                bits = BlockBits(
                    words: documents.data, wordCount: documents.words,
                    first: start(ofBlock: target), last: last)
            }
            if field.hasFrequencies { waitingFrequencies = scanner } else { fillOnes() }
        } else {
            let base = target == 0 ? UInt32.max : layout.lastDocument(target - 1)
            try layout.decodeTail(&scanner, count: size, after: base, documents, frequencies)
            guard documents[size - 1] == last else {
                throw layout.damaged("a block does not end with its last document")
            }
            // A whole block may come after this one: blocks are read in any order.
            hasOnes = false
        }
        block = target
        lastDocument = last
        count = size
    }

    private func fillOnes() {
        if hasOnes { return }
        hasOnes = true
        frequencies.update(repeating: 1, count: Self.blockSize)
    }

    private func decodeShort() throws {
        let size = entry.documentFrequency
        if size == 1 {
            documents[0] = entry.singleDocument
            DocumentBlockCodec.endMarks(documents + 1)
            frequencies[0] = UInt32(clamping: entry.totalTermFrequency)
        } else {
            var scanner = layout.listScanner()
            try layout.decodeTail(&scanner, count: size, after: .max, documents, frequencies)
        }
    }
}

/// A block of postings as one bit per document, as it stands in the segment.
public struct BlockBits {
    @usableFromInline let words: UnsafePointer<UInt8>
    public let wordCount: Int
    /// The document of the first bit.
    public let first: UInt32

    /// Of the last word, the bits up to the block's last document.
    @usableFromInline let lastMask: UInt64

    /// Bits behind `last`, which only damage can set, count as zeros.
    init(words: UnsafePointer<UInt8>, wordCount: Int, first: UInt32, last: UInt32) {
        let span = Int(last) - Int(first)
        self.words = words
        self.wordCount = span < 0 ? 0 : min(wordCount, span / 64 + 1)
        self.first = first
        lastMask = span / 64 < wordCount ? UInt64.max >> UInt64(63 - max(span, 0) % 64) : .max
    }

    /// Bits 64 · index and following; zeros beyond the last.
    @inline(__always) @inlinable
    public func word(_ index: Int) -> UInt64 {
        guard index >= 0, index < wordCount else { return 0 }
        let word = UInt64(
            littleEndian: UnsafeRawPointer(words).loadUnaligned(
                fromByteOffset: index &* 8, as: UInt64.self))
        return index == wordCount &- 1 ? word & lastMask : word
    }
}
