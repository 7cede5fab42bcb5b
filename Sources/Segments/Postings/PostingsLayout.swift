// Where the blocks of one term's postings are: the skip table, read in place.

/// The parts of one list in the postings section; see `PostingsWriter` for the grammar.
final class PostingsLayout {
    /// Below 128 documents: one block of single numbers and no skip table.
    let isShort: Bool
    /// The short last one included.
    let blockCount: Int
    private let entry: TermEntry
    private let shape: FieldShape
    private let documentCount: Int
    /// Alive as long as the field, which the cursor holds: no counting in the inner loops.
    private unowned(unsafe) let section: SectionBytes
    private let list: UnsafePointer<UInt8>
    private let listEnd: UnsafePointer<UInt8>
    private var groups: UnsafePointer<UInt8>
    private var skips: UnsafePointer<UInt8>
    private var blocks: UnsafePointer<UInt8>
    private let hasImpacts: Bool
    private let isNarrow: Bool
    private let stride: Int
    private(set) var listImpacts = Impacts.plain
    /// 0 when one group would hold all blocks.
    let groupCount: Int

    init(field: FieldIndex, entry: TermEntry) throws {
        self.entry = entry
        shape = field.shape
        documentCount = field.documentCount
        section = field.postingsSection
        list = section.start + entry.postings.offset
        listEnd = list + entry.postings.count
        groups = list
        skips = list
        blocks = list
        isShort = entry.documentFrequency < DocumentBlockCodec.count
        hasImpacts = shape.contains(.frequencies)
        let size = DocumentBlockCodec.count
        blockCount = (entry.documentFrequency + size - 1) / size
        isNarrow = PostingsFormat.isNarrow(
            blockCount: blockCount, positionBytes: entry.positions.count)
        stride = PostingsFormat.skipBytes(shape, isNarrow: isNarrow)
        groupCount = hasImpacts ? PostingsFormat.groupCount(blockCount) : 0
        if !isShort { try findSkips() }
    }

    private func findSkips() throws {
        var scanner = listScanner()
        if hasImpacts {
            guard groupCount < scanner.remaining / 8, let all = scanner.take(8),
                let groups = scanner.take(groupCount * 8)
            else { throw section.corrupt("impacts are longer than their list") }
            listImpacts = Self.impacts(all)
            self.groups = groups
        }
        guard blockCount <= scanner.remaining / stride,
            let skips = scanner.take(blockCount * stride)
        else { throw section.corrupt("a skip table is longer than its list") }
        self.skips = skips
        blocks = scanner.next
    }

    @inline(__always)
    private static func impacts(_ place: UnsafePointer<UInt8>) -> Impacts {
        Impacts(
            bits: UInt64(
                littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self)))
    }

    func damaged(_ reason: String) -> SegmentError { section.corrupt(reason) }

    func listScanner() -> ByteScanner { ByteScanner(list, end: listEnd) }

    func count(ofBlock block: Int) -> Int {
        min(
            DocumentBlockCodec.count,
            entry.documentFrequency - block * DocumentBlockCodec.count)
    }

    @inline(__always)
    func lastDocument(_ block: Int) -> UInt32 {
        UInt32(
            littleEndian: UnsafeRawPointer(skips).loadUnaligned(
                fromByteOffset: block &* stride, as: UInt32.self))
    }

    /// The offset of the block (0) or of its positions (1).
    @inline(__always)
    private func offset(_ block: Int, _ number: Int) -> Int {
        let offsets = UnsafeRawPointer(skips + (block &* stride &+ 4))
        if isNarrow {
            return Int(
                UInt16(
                    littleEndian: offsets.loadUnaligned(
                        fromByteOffset: number &* 2, as: UInt16.self)))
        }
        return Int(
            UInt32(
                littleEndian: offsets.loadUnaligned(
                    fromByteOffset: number &* 4, as: UInt32.self)))
    }

    /// Where the block's positions start and end, from the start of the section.
    func positions(ofBlock block: Int) throws -> Range<Int> {
        let all = entry.positions
        if isShort { return all.offset..<all.end }
        let start = offset(block, 1)
        let end = block + 1 < blockCount ? offset(block + 1, 1) : all.count
        guard start <= end, end <= all.count else {
            throw damaged("the positions of a block lie outside the term's")
        }
        return (all.offset + start)..<(all.offset + end)
    }

    /// The first block from `from` on whose last document is at least `target`: steps of
    /// doubling length, then bisection. `blockCount` when there is none.
    func block(holding target: UInt32, from: Int) -> Int {
        var low = from
        var step = 1
        var high = from
        while high < blockCount, lastDocument(high) < target {
            low = high + 1
            high = min(high + step, blockCount)
            if high < low { high = low }
            step *= 2
        }
        while low < high {
            let middle = (low + high) / 2
            if lastDocument(middle) < target { low = middle + 1 } else { high = middle }
        }
        return low
    }

    @inline(__always)
    private func bytes(ofBlock block: Int) -> ByteScanner? {
        let start = offset(block, 0)
        let available = listEnd - blocks
        let end = block + 1 < blockCount ? offset(block + 1, 0) : available
        guard start <= end, end <= available else { return nil }
        return ByteScanner(blocks + start, end: blocks + end)
    }

    @inline(__always)
    func impacts(ofBlock block: Int) -> Impacts {
        hasImpacts ? Self.impacts(skips + (block &* stride &+ stride &- 8)) : .plain
    }

    /// Of the blocks `group * PostingsFormat.groupSize` and following; the group must exist.
    @inline(__always)
    func impacts(ofGroup group: Int) -> Impacts { Self.impacts(groups + group &* 8) }

    /// At the documents of a block.
    @inline(__always)
    func scanner(ofBlock block: Int) throws -> ByteScanner {
        guard let scanner = bytes(ofBlock: block) else {
            throw damaged("a block lies outside its list")
        }
        return scanner
    }

    func decodeTail(
        _ scanner: inout ByteScanner, count: Int, after base: UInt32,
        _ documents: UnsafeMutablePointer<UInt32>, _ frequencies: UnsafeMutablePointer<UInt32>
    ) throws {
        if count >= PostingsFormat.packedTailCount {
            return try decodePackedTail(&scanner, count: count, after: base, documents, frequencies)
        }
        var next = base == .max ? 0 : UInt64(base) + 1
        let limit = UInt64(documentCount)
        for index in 0..<count {
            let code = scanner.varint()
            var gap = code
            var frequency: UInt64 = 1
            if shape.contains(.frequencies) {
                gap = code >> 1
                if code & 1 == 0 {
                    frequency = UInt64(scanner.varint(upTo: Int(ChunkCodec.maximumValue))) + 2
                }
            }
            guard gap < limit, next + gap < limit else {
                throw damaged("a document number is too large")
            }
            documents[index] = UInt32(next + gap)
            frequencies[index] = UInt32(frequency)
            next += gap + 1
        }
        DocumentBlockCodec.endMarks(documents + count)
        if scanner.isBroken { throw damaged("the postings of a term end early") }
    }

    private func decodePackedTail(
        _ scanner: inout ByteScanner, count: Int, after base: UInt32,
        _ documents: UnsafeMutablePointer<UInt32>, _ frequencies: UnsafeMutablePointer<UInt32>
    ) throws {
        guard ChunkCodec.decode(&scanner, count: count, adding: 0, into: documents) else {
            throw damaged("the postings of a term cannot be decoded")
        }
        var next = base == .max ? 0 : UInt64(base) + 1
        for index in 0..<count {
            next += UInt64(documents[index])
            documents[index] = UInt32(truncatingIfNeeded: next)
            next += 1
        }
        // Gaps only add up: if the last document is one of the segment, all are.
        guard next <= UInt64(documentCount) else {
            throw damaged("a document number is too large")
        }
        DocumentBlockCodec.endMarks(documents + count)
        guard shape.contains(.frequencies) else {
            return frequencies.update(repeating: 1, count: count)
        }
        guard ChunkCodec.decode(&scanner, count: count, adding: 1, into: frequencies) else {
            throw damaged("the frequencies of a term cannot be decoded")
        }
    }
}
