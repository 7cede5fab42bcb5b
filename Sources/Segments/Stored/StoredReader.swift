// Reads documents' sources back, one compressed block per document asked for.

import Storage

/// See `StoredWriter` for the bytes.
final class StoredReader: Sendable {
    let documentCount: Int
    let blockCount: Int
    private let stored: SectionBytes
    private let index: SectionBytes
    private static let entryLength = 16

    init(stored: SectionBytes, index: SectionBytes, documentCount: Int) throws {
        self.documentCount = documentCount
        self.stored = stored
        self.index = index
        guard index.count >= 16 else { throw index.corrupt("the index is cut off") }
        blockCount = Int(index.load(0, as: UInt32.self))
        guard (index.count - 16) == blockCount * Self.entryLength else {
            throw index.corrupt("the number of blocks is wrong")
        }
        guard firstDocument(blockCount) == documentCount, offset(blockCount) == stored.count,
            blockCount == 0 ? documentCount == 0 : firstDocument(0) == 0 && offset(0) == 0
        else { throw index.corrupt("the blocks do not cover the documents") }
        for block in 0..<blockCount {
            guard firstDocument(block) < firstDocument(block + 1),
                offset(block) <= offset(block + 1), offset(block + 1) <= stored.count,
                length(ofBlock: block) <= StoredWriter.maximumBlockSize,
                length(ofBlock: block)
                    <= Decompressor.mostContent(ofFrame: offset(block + 1) - offset(block))
            else { throw index.corrupt("block \(block) is out of order") }
        }
    }

    private func firstDocument(_ block: Int) -> Int {
        Int(index.load(4 + block * Self.entryLength, as: UInt32.self))
    }

    private func offset(_ block: Int) -> Int {
        Int(truncatingIfNeeded: index.load(8 + block * Self.entryLength, as: UInt64.self))
    }

    /// Bytes when decompressed.
    func length(ofBlock block: Int) -> Int {
        Int(index.load(16 + block * Self.entryLength, as: UInt32.self))
    }

    /// Bytes when decompressed; 0 without blocks.
    var averageBlockLength: Int {
        if blockCount == 0 { return 0 }
        return (0..<blockCount).reduce(0) { $0 + length(ofBlock: $1) } / blockCount
    }

    func documents(ofBlock block: Int) -> Range<Int> {
        firstDocument(block)..<firstDocument(block + 1)
    }

    func frame(ofBlock block: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: stored.raw[offset(block)..<offset(block + 1)])
    }

    func block(of document: Int) -> Int {
        var low = 0
        var high = blockCount - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if firstDocument(middle) <= document { low = middle } else { high = middle - 1 }
        }
        return low
    }

    func load(_ block: Int) throws -> StoredBlock {
        let length = length(ofBlock: block)
        guard let bytes = Decompressor.decompress(frame(ofBlock: block), count: length) else {
            throw stored.corrupt("block \(block) cannot be decompressed")
        }
        let documents = documents(ofBlock: block)
        var reader = ByteReader(bytes, place: "block \(block)")
        var ends: [Int] = []
        do {
            var end = 0
            for _ in documents {
                end += try reader.varint(upTo: length - end)
                ends.append(end)
            }
            guard reader.remaining == end else {
                throw reader.corrupt("the lengths do not add up")
            }
        } catch let error as CorruptBytes {
            throw stored.corrupt(error.description)
        }
        return StoredBlock(documents: documents, ends: ends, start: reader.offset, bytes: bytes)
    }
}

/// The documents of one decompressed block.
struct StoredBlock {
    let documents: Range<Int>
    fileprivate let ends: [Int]
    fileprivate let start: Int
    fileprivate let bytes: [UInt8]

    fileprivate init(documents: Range<Int>, ends: [Int], start: Int, bytes: [UInt8]) {
        self.documents = documents
        self.ends = ends
        self.start = start
        self.bytes = bytes
    }

    func source(_ document: Int) -> ArraySlice<UInt8> {
        let index = document - documents.lowerBound
        let from = index == 0 ? 0 : ends[index - 1]
        return bytes[(start + from)..<(start + ends[index])]
    }
}
