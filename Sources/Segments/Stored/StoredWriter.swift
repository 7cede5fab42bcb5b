// Writes documents' sources in compressed blocks.

import Storage

/// The `stored` and `stored index` sections.
///
///     stored := frame*            zstd, one per block
///     block  := (varint length)* bytes       lengths of the block's documents, then their bytes
///     index  := u32 blocks, entry*, u32 documents, u64 end of the last frame
///     entry  := u32 first document, u64 offset of the frame, u32 length of the block
///
/// A block is closed when it has at least 8 KiB. The two sources `{}` and `{"a":1}` make the
/// block `02 07 7B 7D 7B 22 61 22 3A 31 7D`.
struct StoredWriter {
    /// Bytes of uncompressed documents.
    static let blockSize = 8 * 1024
    /// Bytes; no block is larger.
    static let maximumBlockSize = 1 << 30

    private let compressor = Compressor()
    private var frames = ByteWriter()
    private var index = ByteWriter()
    private var blockCount = 0
    private var documentCount = 0
    private var firstOfBlock = 0
    private var lengths = ByteWriter()
    private var pending: [UInt8] = []

    var byteCount: Int { frames.count + pending.count }

    mutating func add(_ source: UnsafeRawBufferPointer) throws {
        lengths.varint(source.count)
        pending.append(contentsOf: source)
        documentCount += 1
        if pending.count >= Self.blockSize { try closeBlock() }
    }

    private mutating func closeBlock() throws {
        if firstOfBlock == documentCount { return }
        let block = lengths.bytes + pending
        guard block.count <= Self.maximumBlockSize else {
            throw SegmentError(
                segment: "new", section: "stored",
                reason: "a block of documents has \(block.count) bytes",
                remedy: "send smaller documents")
        }
        beginFrame(firstDocument: firstOfBlock, blockLength: block.count)
        frames.raw(try compressor.compress(block))
        lengths.bytes.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        firstOfBlock = documentCount
    }

    private mutating func beginFrame(firstDocument: Int, blockLength: Int) {
        index.uint32(UInt32(firstDocument))
        index.uint64(UInt64(frames.count))
        index.uint32(UInt32(blockLength))
        blockCount += 1
    }

    /// Takes over all blocks of another segment as they are.
    mutating func add(framesOf reader: StoredReader) throws {
        try closeBlock()
        for block in 0..<reader.blockCount {
            beginFrame(
                firstDocument: documentCount + reader.documents(ofBlock: block).lowerBound,
                blockLength: reader.length(ofBlock: block))
            frames.raw(reader.frame(ofBlock: block))
        }
        documentCount += reader.documentCount
        firstOfBlock = documentCount
    }

    /// The finished sections.
    mutating func finish() throws -> (stored: [UInt8], index: [UInt8]) {
        try closeBlock()
        var whole = ByteWriter(capacity: index.count + 16)
        whole.uint32(UInt32(blockCount))
        whole.raw(index.bytes)
        whole.uint32(UInt32(documentCount))
        whole.uint64(UInt64(frames.count))
        return (frames.bytes, whole.bytes)
    }
}
