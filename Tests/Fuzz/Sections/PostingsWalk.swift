// Everything a cursor can be asked, and what must be true of the answers whatever the bytes say.

import Storage

@testable import Segments

/// Walks one list forward, by seeking and backward.
struct PostingsWalk {
    /// Blocks that are read at most, in each way.
    private static let maximumBlocks = 64

    let field: FieldIndex
    let entry: TermEntry

    init(_ field: FieldIndex, _ entry: TermEntry) {
        self.field = field
        self.entry = entry
    }

    /// Every way on its own: what one refuses another may still read.
    func run(step: UInt32) throws {
        var refusal: (any Error)?
        for walk in [forward, { try seek(step) }, backward] {
            do {
                try walk()
            } catch let finding as Finding {
                throw finding
            } catch {
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    private func forward() throws {
        let cursor = try field.postings(entry, positions: field.hasPositions)
        _ = cursor.impacts.pairs
        var blocks = 0
        while blocks < Self.maximumBlocks, try cursor.nextBlock() {
            blocks += 1
            try check(cursor)
            try cursor.loadFrequencies()
            guard field.hasPositions else { continue }
            for index in stride(from: 0, to: cursor.count, by: 1 + cursor.count / 8) {
                try checkPositions(cursor, cursor.count - 1 - index)
                try checkPositions(cursor, index)
            }
        }
    }

    private func check(_ cursor: PostingsCursor) throws {
        try require(cursor.count > 0 && cursor.count <= PostingsCursor.blockSize, "count")
        let documents = cursor.documents
        for index in 1..<max(cursor.count, 1) {
            try require(documents[index - 1] < documents[index], "documents do not ascend")
        }
        let last = documents[cursor.count - 1]
        try require(last == cursor.lastDocument, "the last document is another")
        try require(Int(last) < field.documentCount, "document \(last) is not of the segment")
        for mark in 0..<8 {
            try require(documents[cursor.count + mark] > last, "an end mark is missing")
        }
    }

    private func checkPositions(_ cursor: PostingsCursor, _ index: Int) throws {
        let positions = try cursor.positions(at: index)
        if cursor.totalTermFrequency > 1 {
            try require(positions.count == Int(cursor.frequencies[index]), "positions are missing")
        }
        for place in 1..<max(positions.count, 1) {
            try require(positions[place - 1] <= positions[place], "positions do not ascend")
        }
        try require(positions.last ?? 0 <= SegmentLimits.maximumPosition, "a large position")
    }

    private func seek(_ step: UInt32) throws {
        let cursor = try field.postings(entry, positions: false)
        var target: UInt32 = 0
        for _ in 0..<Self.maximumBlocks {
            let peeked = cursor.peekBlock(target)
            _ = peeked?.impacts.pairs
            try require(peeked.map { $0.lastDocument >= target } ?? true, "a block is behind")
            guard try cursor.settle(on: target) else { return }
            try require(cursor.lastDocument >= target, "the block ends before \(target)")
            try checkBits(cursor)
            try check(cursor)
            target = cursor.lastDocument + step
        }
    }

    /// A block that is met bit by bit says the same once it is decoded.
    private func checkBits(_ cursor: PostingsCursor) throws {
        let bits = cursor.bits
        try cursor.loadDocuments()
        guard let bits else { return }
        var count = 0
        for index in 0..<bits.wordCount { count += bits.word(index).nonzeroBitCount }
        try require(count == cursor.count, "\(count) bits for \(cursor.count) documents")
    }

    private func backward() throws {
        let cursor = try field.postings(entry, positions: field.hasPositions)
        for group in 0..<min(cursor.groupCount, Self.maximumBlocks) {
            _ = cursor.impacts(ofGroup: group).pairs
        }
        let blocks = cursor.blockCount
        for block in stride(from: blocks - 1, through: max(0, blocks - Self.maximumBlocks), by: -1)
        {
            if entry.documentFrequency >= PostingsCursor.blockSize {
                _ = cursor.impacts(ofBlock: block).pairs
            }
            try cursor.select(block: block)
            try check(cursor)
            if field.hasPositions { try checkPositions(cursor, cursor.count / 2) }
        }
    }
}
