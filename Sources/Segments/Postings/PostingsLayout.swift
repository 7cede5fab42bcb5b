// Where the blocks of one term's postings are: the skip table, read in place.

/// The parts of one list in the postings section; see `PostingsWriter` for the grammar.
struct PostingsLayout {
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
    private var skips: UnsafePointer<UInt8>
    private var blocks: UnsafePointer<UInt8>
    private let stride: Int
    private(set) var listImpacts: Impacts

    /// Frequency 1 and norm 1: the impacts of a field without frequencies.
    private static let plainImpacts: StaticString = "\u{1}\u{1}"
    static var plain: Impacts {
        Impacts(plainImpacts.utf8Start, end: plainImpacts.utf8Start + 2)
    }

    init(field: FieldIndex, entry: TermEntry) throws {
        self.entry = entry
        shape = field.shape
        documentCount = field.documentCount
        section = field.postingsSection
        list = section.start + entry.postings.offset
        listEnd = list + entry.postings.count
        skips = list
        blocks = list
        listImpacts = Self.plain
        isShort = entry.documentFrequency < DocumentBlockCodec.count
        stride = shape.contains(.positions) ? 12 : 8
        let size = DocumentBlockCodec.count
        blockCount = (entry.documentFrequency + size - 1) / size
        if !isShort { try findSkips() }
    }

    private mutating func findSkips() throws {
        var scanner = listScanner()
        if shape.contains(.frequencies) { listImpacts = try Self.impacts(&scanner, section) }
        guard blockCount <= scanner.remaining / stride,
            let skips = scanner.take(blockCount * stride)
        else { throw section.corrupt("a skip table is longer than its list") }
        self.skips = skips
        blocks = scanner.next
    }

    func damaged(_ reason: String) -> SegmentError { section.corrupt(reason) }

    func listScanner() -> ByteScanner { ByteScanner(list, end: listEnd) }

    func count(ofBlock block: Int) -> Int {
        min(
            DocumentBlockCodec.count,
            entry.documentFrequency - block * DocumentBlockCodec.count)
    }

    @inline(__always)
    private func word(_ block: Int, _ index: Int) -> UInt32 {
        UInt32(
            littleEndian: UnsafeRawPointer(skips).loadUnaligned(
                fromByteOffset: block &* stride &+ index &* 4, as: UInt32.self))
    }

    @inline(__always)
    func lastDocument(_ block: Int) -> UInt32 { word(block, 0) }

    /// Where the block's positions start and end, from the start of the section.
    func positions(ofBlock block: Int) throws -> Range<Int> {
        let all = entry.positions
        if isShort { return all.offset..<all.end }
        let start = Int(word(block, 2))
        let end = block + 1 < blockCount ? Int(word(block + 1, 2)) : all.count
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

    private func bytes(ofBlock block: Int) -> ByteScanner? {
        let start = Int(word(block, 1))
        let available = listEnd - blocks
        let end = block + 1 < blockCount ? Int(word(block + 1, 1)) : available
        guard start <= end, end <= available else { return nil }
        return ByteScanner(blocks + start, end: blocks + end)
    }

    /// Conservative when the bytes are damaged: such impacts bound nothing.
    func impacts(ofBlock block: Int) -> Impacts {
        guard shape.contains(.frequencies) else { return Self.plain }
        if var scanner = bytes(ofBlock: block),
            let impacts = try? Self.impacts(&scanner, section)
        {
            return impacts
        }
        return Impacts(list, end: list)
    }

    private static func impacts(
        _ scanner: inout ByteScanner, _ section: SectionBytes
    ) throws -> Impacts {
        let length = scanner.varint(upTo: Int(Int32.max))
        guard let start = scanner.take(length), !scanner.isBroken else {
            throw section.corrupt("impacts are longer than their block")
        }
        return Impacts(start, end: start + length)
    }

    /// At the documents of a block, behind its impacts.
    func scanner(ofBlock block: Int) throws -> ByteScanner {
        guard var scanner = bytes(ofBlock: block) else {
            throw damaged("a block lies outside its list")
        }
        if shape.contains(.frequencies) {
            let length = scanner.varint(upTo: Int(Int32.max))
            guard scanner.take(length) != nil, !scanner.isBroken else {
                throw damaged("impacts are longer than their block")
            }
        }
        return scanner
    }

    func decodeTail(
        _ scanner: inout ByteScanner, count: Int, after base: UInt32,
        _ documents: UnsafeMutablePointer<UInt32>, _ frequencies: UnsafeMutablePointer<UInt32>
    ) throws {
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
        if scanner.isBroken { throw damaged("the postings of a term end early") }
    }
}
