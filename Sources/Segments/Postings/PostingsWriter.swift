// Writes the postings and positions of a field, term by term, from documents that ascend.

import Storage

/// The `postings` and `positions` sections of one field.
///
///     postings  := list* slack                  one list per term of at least 2 documents
///     list      := short | long
///     short     := tail                                    below 128 documents
///     long      := impacts impacts* skip* block* [tail]    of the list; of every 32 blocks,
///                                                          where there are more than 32
///     impacts   := `Impacts`                               only with frequencies
///     skip      := u32 last document, offset of the block from the first block's start,
///                  offset in the term's positions          only with positions
///                  impacts
///     offset    := u16 | u32                               u16 where there are at most 32 blocks
///                                                          and 64 KB of positions
///     block     := `DocumentBlockCodec` `ChunkCodec`       frequencies less 1
///     tail      := posting*                                documents left after full blocks,
///                | gaps frequencies                        packed where there are 8 or more
///     gaps      := `ChunkCodec`
///     frequencies := `ChunkCodec`                          less 1; only with frequencies
///     posting   := varint(gap << 1 | (frequency is 1)) [varint(frequency - 2)]
///                | varint(gap)                             without frequencies
///     positions := chunk* slack
///     chunk     := `ChunkCodec` of up to 128 position differences
///     slack     := 8 zeros
///
/// A gap counts the documents left out since the one before, or since the start. The term in
/// documents 3 (twice) and 4 (once) is `06 00 01`: gap 3 and frequency 2, gap 0 and frequency 1.
/// Position differences start anew in every document (the first is the position itself); chunks
/// start anew in every block of documents. Positions 5, 9 and 7 of those two documents are the
/// differences 5, 4, 7: `03 E5 01` (width 3).
struct PostingsWriter {
    let shape: FieldShape
    private(set) var postings = ByteWriter()
    private(set) var positions = ByteWriter()
    private let norms: [UInt8]
    /// Where there are norms.
    private let shares: ExpectedShares?
    private var term = CurrentTerm()
    private var documents: UnsafeMutablePointer<UInt32> { scratch.numbers }
    private var frequencies: UnsafeMutablePointer<UInt32> { scratch.numbers + 128 }
    private let scratch = NumberScratch(capacity: 256)
    private var count = 0
    private var differences: [UInt32] = []
    private var blocks = ByteWriter()
    private var skips: [Skip] = []
    private var groups: [Impacts] = []
    private var blockFront = ImpactFront()

    private struct Skip {
        var last: UInt32
        var block: Int
        var positions: Int
        var impacts: Impacts
    }

    private struct CurrentTerm {
        var documentFrequency = 0
        var totalTermFrequency = 0
        var postingsStart = 0
        var positionsStart = 0
        var base = UInt32.max
        var front = ImpactFront()
        /// Of the blocks since the last whole group.
        var group = ImpactFront()
    }

    /// `norms` has a byte for every document when the shape has norms, and is empty otherwise.
    init(shape: FieldShape, norms: [UInt8]) {
        self.shape = shape
        self.norms = norms
        shares = norms.isEmpty ? nil : ExpectedShares(norms: norms)
    }

    mutating func beginTerm() {
        term.documentFrequency = 0
        term.totalTermFrequency = 0
        term.postingsStart = postings.count
        term.positionsStart = positions.count
        term.base = .max
        term.front.removeAll()
        term.group.removeAll()
        groups.removeAll(keepingCapacity: true)
        skips.removeAll(keepingCapacity: true)
        blocks.bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Documents ascend; the frequency is 1 without frequencies. With positions, as many
    /// differences as the frequency says must follow.
    @inline(__always)
    mutating func add(_ document: UInt32, _ frequency: UInt32) {
        if count == DocumentBlockCodec.count { flushBlock() }
        documents[count] = document
        frequencies[count] = frequency
        count += 1
        term.documentFrequency += 1
        term.totalTermFrequency += Int(frequency)
    }

    @inline(__always)
    mutating func add(positionDifference: UInt32) {
        differences.append(positionDifference)
    }

    /// Nil when the term has no document.
    mutating func endTerm() throws -> TermEntry? {
        let frequency = term.documentFrequency
        if frequency == 0 { return nil }
        if frequency == 1 { return try endSingle() }
        if frequency >= DocumentBlockCodec.count {
            if count == DocumentBlockCodec.count { flushBlock() } else { flushLongTail() }
            try writeLong()
        } else {
            writePositions()
            Self.appendTail(
                documents, frequencies, count, after: .max, shape, into: &postings)
        }
        return entry(single: 0, position: 0)
    }

    private mutating func endSingle() throws -> TermEntry? {
        let document = documents[0]
        if term.totalTermFrequency == 1, let position = differences.first {
            differences.removeAll(keepingCapacity: true)
            return entry(single: document, position: position)
        }
        writePositions()
        return entry(single: document, position: 0)
    }

    private func entry(single: UInt32, position: UInt32) -> TermEntry {
        TermEntry(
            documentFrequency: term.documentFrequency,
            totalTermFrequency: term.totalTermFrequency, singleDocument: single,
            singlePosition: position,
            postings: .init(
                offset: term.postingsStart, count: postings.count - term.postingsStart),
            positions: .init(
                offset: term.positionsStart, count: positions.count - term.positionsStart))
    }

    private mutating func writePositions() {
        differences.withUnsafeBufferPointer { all in
            guard let start = all.baseAddress else { return }
            var done = 0
            while done < all.count {
                let size = min(ChunkCodec.maximumCount, all.count - done)
                ChunkCodec.append(start + done, count: size, into: &positions)
                done += size
            }
        }
        differences.removeAll(keepingCapacity: true)
    }

    private mutating func flushBlock() {
        appendSkip()
        DocumentBlockCodec.append(documents, after: term.base, into: &blocks)
        if shape.contains(.frequencies) {
            for index in 0..<count { frequencies[index] -= 1 }
            ChunkCodec.append(frequencies, count: count, into: &blocks)
        }
        closeBlock()
    }

    private mutating func flushLongTail() {
        appendSkip()
        Self.appendTail(documents, frequencies, count, after: term.base, shape, into: &blocks)
        closeBlock()
    }

    private mutating func appendSkip() {
        skips.append(
            Skip(
                last: documents[count - 1], block: blocks.count,
                positions: positions.count - term.positionsStart, impacts: blockImpacts()))
    }

    private mutating func closeBlock() {
        writePositions()
        term.base = documents[count - 1]
        count = 0
    }

    private mutating func blockImpacts() -> Impacts {
        guard shape.contains(.frequencies) else { return .plain }
        blockFront.removeAll()
        for index in 0..<count {
            let norm = norms.isEmpty ? 1 : norms[Int(documents[index])]
            blockFront.insert(frequencies[index], norm)
        }
        term.group.formUnion(blockFront)
        if (skips.count + 1) % PostingsFormat.groupSize == 0 { closeGroup() }
        return blockFront.impacts(shares)
    }

    private mutating func closeGroup() {
        groups.append(term.group.impacts(shares))
        term.front.formUnion(term.group)
        term.group.removeAll()
    }

    private mutating func writeLong() throws {
        if shape.contains(.frequencies) {
            if skips.count % PostingsFormat.groupSize != 0 { closeGroup() }
            postings.uint64(term.front.impacts(shares).bits)
            for group in groups.prefix(PostingsFormat.groupCount(skips.count)) {
                postings.uint64(group.bits)
            }
        }
        let isNarrow = PostingsFormat.isNarrow(
            blockCount: skips.count, positionBytes: positions.count - term.positionsStart)
        for skip in skips {
            postings.uint32(skip.last)
            try append(offset: skip.block, isNarrow)
            if shape.contains(.positions) { try append(offset: skip.positions, isNarrow) }
            if shape.contains(.frequencies) { postings.uint64(skip.impacts.bits) }
        }
        postings.bytes += blocks.bytes
    }

    private mutating func append(offset: Int, _ isNarrow: Bool) throws {
        if isNarrow, let offset = UInt16(exactly: offset) { return postings.uint16(offset) }
        guard !isNarrow, let offset = UInt32(exactly: offset) else {
            throw SegmentError(
                segment: "new", section: "postings", reason: "the postings of one term pass 4 GiB",
                remedy: "keep segments smaller")
        }
        postings.uint32(offset)
    }

    static func appendTail(
        _ documents: UnsafePointer<UInt32>, _ frequencies: UnsafePointer<UInt32>, _ count: Int,
        after base: UInt32, _ shape: FieldShape, into writer: inout ByteWriter
    ) {
        if count >= PostingsFormat.packedTailCount {
            return appendPackedTail(documents, frequencies, count, after: base, shape, &writer)
        }
        var before = base
        for index in 0..<count {
            let gap = UInt64(documents[index] &- before &- 1)
            before = documents[index]
            if !shape.contains(.frequencies) {
                writer.varint(gap)
            } else if frequencies[index] == 1 {
                writer.varint(gap << 1 | 1)
            } else {
                writer.varint(gap << 1)
                writer.varint(UInt64(frequencies[index] - 2))
            }
        }
    }

    private static func appendPackedTail(
        _ documents: UnsafePointer<UInt32>, _ frequencies: UnsafePointer<UInt32>, _ count: Int,
        after base: UInt32, _ shape: FieldShape, _ writer: inout ByteWriter
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { numbers in
            guard let numbers = numbers.baseAddress else { return }
            var before = base
            for index in 0..<count {
                numbers[index] = documents[index] &- before &- 1
                before = documents[index]
            }
            ChunkCodec.append(numbers, count: count, into: &writer)
            guard shape.contains(.frequencies) else { return }
            for index in 0..<count { numbers[index] = frequencies[index] - 1 }
            ChunkCodec.append(numbers, count: count, into: &writer)
        }
    }

    /// The finished sections.
    consuming func finish() -> (postings: [UInt8], positions: [UInt8]) {
        let slack = [UInt8](repeating: 0, count: HorizontalPacking.slack)
        postings.raw(slack)
        if shape.contains(.positions) { positions.raw(slack) }
        return (postings.bytes, positions.bytes)
    }
}
