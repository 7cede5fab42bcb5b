// The values of one field, document by document, in blocks of 128 documents.

import Storage

/// Doc values. Integer: the numbers; real: through `SortableDouble`; ordinal: places in a sorted
/// dictionary of distinct keys. Values of one document ascend.
public final class Column: Sendable {
    public enum Kind: UInt8, Sendable { case integer, real, ordinal }
    /// Documents per block.
    public static let blockSize = ColumnLayout.blockSize

    public let path: String
    public let kind: Kind
    /// Whether some document has more than one value.
    public let isMultiValued: Bool
    /// Whether every document has exactly one value.
    public var isDense: Bool { arrangement == .dense }
    /// Over all values of all documents; `minimum > maximum` when there are none.
    public let minimum: Int64
    public let maximum: Int64
    public let valueCount: Int
    public let documentCount: Int
    public let blockCount: Int

    let section: SectionBytes
    let dictionary: TermDictionary?
    private let arrangement: ColumnLayout.Arrangement
    private let presenceStart: Int
    private let blocksStart: Int
    private let dataStart: Int
    private let dataCount: Int

    /// `dictionary` is needed by the ordinal kind.
    init(
        path: String, _ section: SectionBytes, documentCount: Int,
        dictionary: TermDictionary? = nil
    ) throws {
        self.path = path
        self.section = section
        self.documentCount = documentCount
        blockCount = ColumnLayout.blockCount(documentCount)
        let fixed = ColumnLayout.headerLength + HorizontalPacking.slack
        guard section.count >= fixed, let kind = Kind(rawValue: section.load(0, as: UInt8.self)),
            let arrangement = ColumnLayout.Arrangement(rawValue: section.load(1, as: UInt8.self)),
            section.load(2, as: UInt16.self) == 0,
            Int(section.load(4, as: UInt32.self)) == documentCount,
            let valueCount = Int(exactly: section.load(8, as: UInt64.self))
        else { throw section.corrupt("the header is not a column's") }
        self.kind = kind
        self.arrangement = arrangement
        self.valueCount = valueCount
        minimum = section.load(16, as: Int64.self)
        maximum = section.load(24, as: Int64.self)
        isMultiValued = arrangement == .multiple
        presenceStart = ColumnLayout.headerLength
        blocksStart =
            presenceStart
            + (arrangement == .sparse ? blockCount * ColumnLayout.presenceLength : 0)
        dataStart = blocksStart + blockCount * ColumnLayout.blockLength
        dataCount = section.count - HorizontalPacking.slack - dataStart
        self.dictionary = kind == .ordinal ? dictionary : nil
        guard dataCount >= 0 else { throw section.corrupt("the blocks are cut off") }
        guard (kind == .ordinal) == (dictionary != nil) else {
            throw section.corrupt("ordinals and a dictionary go together")
        }
        try verifyBlocks()
    }

    /// One block as its 32 bytes say.
    struct Block {
        var minimum: Int64
        var maximum: Int64
        var first: Int
        var width: Int
        var countWidth: Int
        /// In the section.
        var offset: Int
    }

    @inline(__always)
    func block(_ index: Int) -> Block {
        let start = blocksStart &+ index &* ColumnLayout.blockLength
        let place = section.load(start &+ 24, as: UInt64.self)
        return Block(
            minimum: section.load(start, as: Int64.self),
            maximum: section.load(start &+ 8, as: Int64.self),
            first: Int(truncatingIfNeeded: section.load(start &+ 16, as: UInt64.self)),
            width: Int(place & 0xFF), countWidth: Int((place >> 8) & 0xFF),
            offset: dataStart &+ Int(place >> 16))
    }

    /// Checks what loads rely on: order of the values, widths, and ranges of the data.
    private func verifyBlocks() throws {
        var next = 0
        for index in 0..<blockCount {
            let block = block(index)
            let end = index + 1 < blockCount ? self.block(index + 1).first : valueCount
            guard block.first == next, end >= next, end <= valueCount else {
                throw section.corrupt("the values of block \(index) are out of order")
            }
            let count = end - next
            next = end
            let documents = documentCount(ofBlock: index)
            let counts = HorizontalPacking.byteCount(documents, width: block.countWidth)
            guard HorizontalPacking.isWidth(block.width), block.countWidth <= 32,
                block.offset - dataStart <= dataCount - counts,
                isPossible(count, index, block),
                count <= dataCount * 8 || block.width == 0,
                HorizontalPacking.byteCount(count, width: block.width)
                    <= dataCount - counts - (block.offset - dataStart)
            else { throw section.corrupt("block \(index) cannot be right") }
        }
        guard next == valueCount else { throw section.corrupt("values belong to no block") }
        guard
            kind != .ordinal || valueCount == 0
                || (minimum >= 0 && maximum < Int64(dictionary?.termCount ?? 0))
        else { throw section.corrupt("ordinals lie outside the dictionary") }
    }

    private func isPossible(_ count: Int, _ index: Int, _ block: Block) -> Bool {
        switch arrangement {
        case .dense: count == documentCount(ofBlock: index) && block.countWidth == 0
        case .sparse: count == presence(index).count && block.countWidth == 0
        case .multiple: count == 0 || block.width > 0
        }
    }

    func documentCount(ofBlock block: Int) -> Int {
        min(Self.blockSize, documentCount - block * Self.blockSize)
    }

    /// The presence bits of a sparse block; bits beyond the last document do not count.
    @inline(__always)
    private func presence(_ block: Int) -> PresenceWords {
        let start = presenceStart &+ block &* ColumnLayout.presenceLength
        return PresenceWords(
            low: section.load(start, as: UInt64.self),
            high: section.load(start &+ 8, as: UInt64.self),
            limit: documentCount(ofBlock: block))
    }

    /// Values of the documents of a block.
    public func valueCount(block: Int) -> Int {
        let end = block + 1 < blockCount ? self.block(block + 1).first : valueCount
        return end - self.block(block).first
    }

    /// Whether all values of a block lie in `range`, itself a part of `0..<2^32`.
    func isBounded(_ index: Int, by range: ClosedRange<Int64>) -> Bool {
        let block = block(index)
        guard block.width <= 32, range.contains(block.minimum) else { return false }
        for place in 0..<valueCount(block: index) {
            let packed = HorizontalPacking.value(
                section.start + block.offset, place, width: block.width)
            if block.minimum + Int64(packed) > range.upperBound { return false }
        }
        return true
    }

    /// Larger than `blockMaximum` when no document of the block has a value.
    public func blockMinimum(_ block: Int) -> Int64 { self.block(block).minimum }
    public func blockMaximum(_ block: Int) -> Int64 { self.block(block).maximum }

    /// Values of the block's document i are `values[ends[i-1]..<ends[i]]`, from 0 for the first.
    /// `values` has room for `valueCount(block:)` numbers, `ends` for `blockSize`.
    public func load(
        block index: Int, into values: UnsafeMutablePointer<Int64>,
        ends: UnsafeMutablePointer<UInt32>
    ) throws {
        precondition(index >= 0 && index < blockCount, "there is no such block")
        let block = block(index)
        let documents = documentCount(ofBlock: index)
        let count = valueCount(block: index)
        var data = section.start + block.offset
        switch arrangement {
        case .dense:
            for document in 0..<documents { ends[document] = UInt32(document &+ 1) }
        case .sparse:
            let presence = presence(index)
            var end: UInt32 = 0
            for document in 0..<documents {
                end &+= presence.bit(document)
                ends[document] = end
            }
        case .multiple:
            var end = 0
            for document in 0..<documents {
                end += Int(HorizontalPacking.value(data, document, width: block.countWidth))
                ends[document] = UInt32(truncatingIfNeeded: end)
            }
            guard end == count, end <= Int(UInt32.max) else {
                throw section.corrupt("the counts of block \(index) do not add up")
            }
            data += HorizontalPacking.byteCount(documents, width: block.countWidth)
        }
        for place in 0..<count {
            let packed = HorizontalPacking.value(data, place, width: block.width)
            values[place] = block.minimum &+ Int64(bitPattern: packed)
        }
        if kind == .ordinal { try checkOrdinals(values, count) }
    }

    private func checkOrdinals(_ values: UnsafeMutablePointer<Int64>, _ count: Int) throws {
        var all: Int64 = 0
        var largest: Int64 = 0
        for place in 0..<count {
            all |= values[place]
            largest = max(largest, values[place])
        }
        guard all >= 0, largest < Int64(max(ordinalCount, 1)) else {
            throw section.corrupt("an ordinal lies outside the dictionary")
        }
    }

    /// Replaces `values` with those of one document, ascending; none when it has none.
    public func values(_ document: UInt32, into values: inout [Int64]) throws {
        values.removeAll(keepingCapacity: true)
        precondition(Int(document) < documentCount, "there is no such document")
        let index = Int(document) / Self.blockSize
        let place = Int(document) % Self.blockSize
        let block = block(index)
        var data = section.start + block.offset
        var range = place..<(place + 1)
        switch arrangement {
        case .dense: break
        case .sparse:
            let presence = presence(index)
            if presence.bit(place) == 0 { return }
            let rank = presence.rank(place)
            range = rank..<(rank + 1)
        case .multiple:
            var start = 0
            for other in 0..<place {
                start += Int(HorizontalPacking.value(data, other, width: block.countWidth))
            }
            let count = Int(HorizontalPacking.value(data, place, width: block.countWidth))
            guard start + count <= valueCount(block: index) else {
                throw section.corrupt("the counts of block \(index) do not add up")
            }
            data += HorizontalPacking.byteCount(
                documentCount(ofBlock: index), width: block.countWidth)
            range = start..<(start + count)
        }
        for place in range {
            let packed = HorizontalPacking.value(data, place, width: block.width)
            let value = block.minimum &+ Int64(bitPattern: packed)
            guard kind != .ordinal || (value >= 0 && value < Int64(ordinalCount)) else {
                throw section.corrupt("an ordinal lies outside the dictionary")
            }
            values.append(value)
        }
    }

    /// The value of one document of a dense column.
    @inline(__always)
    func denseValue(_ document: UInt32) -> Int64 {
        precondition(arrangement == .dense && Int(document) < documentCount)
        let block = block(Int(document) / Self.blockSize)
        let packed = HorizontalPacking.value(
            section.start + block.offset, Int(document) % Self.blockSize, width: block.width)
        return block.minimum &+ Int64(bitPattern: packed)
    }

    /// Distinct keys of an ordinal column; 0 for the others.
    public var ordinalCount: Int { dictionary?.termCount ?? 0 }

    /// The bytes of an ordinal, which must be below `ordinalCount`.
    public func key(_ ordinal: Int) throws -> [UInt8] {
        guard let dictionary else { preconditionFailure("only ordinal columns have keys") }
        return try dictionary.key(ordinal)
    }

    /// The first ordinal whose key is not below `key`, and whether it is that key.
    public func ordinal(of key: [UInt8]) throws -> (index: Int, found: Bool) {
        guard let dictionary else { return (0, false) }
        let (ordinal, found) = try dictionary.lowerBound(key)
        return (ordinal, found)
    }
}

/// Presence of 128 documents in two words.
struct PresenceWords {
    let low: UInt64
    let high: UInt64

    init(low: UInt64, high: UInt64, limit: Int) {
        self.low = limit >= 64 ? low : low & ((1 << UInt64(limit)) - 1)
        self.high =
            limit >= 128 ? high : limit <= 64 ? 0 : high & ((1 << UInt64(limit - 64)) - 1)
    }

    var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }

    @inline(__always)
    func bit(_ document: Int) -> UInt32 {
        let word = document < 64 ? low : high
        return UInt32(truncatingIfNeeded: (word >> UInt64(document & 63)) & 1)
    }

    /// Documents present before this one.
    func rank(_ document: Int) -> Int {
        let below = (UInt64(1) << UInt64(document & 63)) - 1
        if document < 64 { return (low & below).nonzeroBitCount }
        return low.nonzeroBitCount + (high & below).nonzeroBitCount
    }
}
