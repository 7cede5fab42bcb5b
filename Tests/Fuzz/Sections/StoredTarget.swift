// Stored documents of any bytes: the index of the blocks, zstd frames, lengths of documents.

import Storage

@testable import Segments

enum StoredTarget {
    static let target = FuzzTarget(
        name: "stored", reads: "StoredReader: index, zstd frames, lengths of documents",
        seeds: seeds, run: run)

    /// documents; index and frames.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let documentCount = Int(input.number(UInt16.self))
        let (index, frames) = input.split()
        let stored = try StoredReader(
            stored: CraftedSections.section(.stored, frames),
            index: CraftedSections.section(.storedIndex, index), documentCount: documentCount)
        _ = stored.averageBlockLength
        var next = 0
        for block in 0..<stored.blockCount {
            let documents = stored.documents(ofBlock: block)
            try require(documents.lowerBound == next, "block \(block) begins elsewhere")
            next = documents.upperBound
            try require(stored.block(of: documents.lowerBound) == block, "the block of its first")
            try require(stored.block(of: next - 1) == block, "the block of its last")
            let loaded = try stored.load(block)
            var byteCount = 0
            for document in documents { byteCount += loaded.source(document).count }
            try require(byteCount <= stored.length(ofBlock: block), "the documents are too long")
        }
        try require(next == documentCount, "the blocks hold \(next) documents")
    }

    static func seeds() throws -> [[UInt8]] {
        var random = FuzzRandom(seed: 7)
        var seeds: [[UInt8]] = []
        for (documentCount, length) in [(0, 0), (1, 2), (3, 0), (3, 12), (60, 400), (2, 9_000)] {
            var writer = StoredWriter()
            for document in 0..<documentCount {
                let text = "{\"n\":\(document),\"text\":\"\(random.next())\"}"
                let source = Array(text.utf8).prefix(length)
                let padding = [UInt8](repeating: 0x20, count: max(0, length - source.count))
                try (source + padding).withUnsafeBytes { try writer.add($0) }
            }
            let sections = try writer.finish()
            var seed = ByteWriter()
            seed.uint16(UInt16(documentCount))
            seed.split(sections.index, sections.stored)
            seeds.append(seed.bytes)
        }
        return seeds
    }
}
