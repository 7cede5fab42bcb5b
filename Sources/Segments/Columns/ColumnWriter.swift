// Collects the values of one field in document order and packs them.

import Storage

/// See `ColumnLayout` for the bytes.
struct ColumnWriter {
    private(set) var documents: [UInt32] = []
    var values: [Int64] = []

    /// Documents never descend; one may have several values, in any order.
    @inline(__always)
    mutating func add(_ document: UInt32, _ value: Int64) {
        documents.append(document)
        values.append(value)
    }

    /// Puts values that were added in any order of their documents in that order; those of one
    /// document stay as they came.
    mutating func sort(documentCount: Int) {
        var places = [Int](repeating: 0, count: documentCount + 1)
        for document in documents { places[Int(document) + 1] += 1 }
        for document in 0..<documentCount { places[document + 1] += places[document] }
        var sortedDocuments = documents
        var sortedValues = values
        for (document, value) in zip(documents, values) {
            let place = places[Int(document)]
            places[Int(document)] += 1
            sortedDocuments[place] = document
            sortedValues[place] = value
        }
        documents = sortedDocuments
        values = sortedValues
    }

    var isEmpty: Bool { values.isEmpty }
    var byteCount: Int { documents.count * 12 }

    /// A column with exactly one value for each of the documents 0, 1, 2, ….
    static func dense(_ values: [Int64], kind: Column.Kind = .integer) -> [UInt8] {
        let blocks = ColumnPacker(documentCount: values.count, arrangement: .dense)
        return blocks.pack(kind, values: values) { first, last, _ in
            (first * ColumnLayout.blockSize)..<min(last, values.count)
        }
    }

    /// The section; sorts the values of each document, and drops repeated ordinals.
    func encoded(_ kind: Column.Kind, documentCount: Int) -> [UInt8] {
        var packer = ColumnPacker(documentCount: documentCount, arrangement: .dense)
        var sorted: [Int64] = []
        sorted.reserveCapacity(values.count)
        var counts = [UInt32](repeating: 0, count: documentCount)
        var next = 0
        while next < documents.count {
            let document = documents[next]
            var stop = next + 1
            while stop < documents.count, documents[stop] == document { stop += 1 }
            let before = sorted.count
            if stop == next + 1 {
                sorted.append(values[next])
            } else {
                for value in values[next..<stop].sorted()
                where kind != .ordinal || sorted.count == before || sorted.last != value {
                    sorted.append(value)
                }
            }
            counts[Int(document)] = UInt32(sorted.count - before)
            next = stop
        }
        let most = counts.max() ?? 0
        let isDense = most <= 1 && sorted.count == documentCount
        packer.arrangement = isDense ? .dense : most <= 1 ? .sparse : .multiple
        packer.counts = counts
        var place = 0
        return packer.pack(kind, values: sorted) { _, _, blockCounts in
            let start = place
            place += blockCounts.reduce(0) { $0 + Int($1) }
            return start..<place
        }
    }
}

/// Packs sorted values block by block.
private struct ColumnPacker {
    let documentCount: Int
    var arrangement: ColumnLayout.Arrangement
    /// Values per document; not used when the arrangement is dense.
    var counts: [UInt32] = []

    init(documentCount: Int, arrangement: ColumnLayout.Arrangement) {
        self.documentCount = documentCount
        self.arrangement = arrangement
    }

    /// `range` tells which values the block of documents `block * 128 ..< end` has.
    func pack(
        _ kind: Column.Kind, values: [Int64],
        range: (_ block: Int, _ end: Int, _ counts: ArraySlice<UInt32>) -> Range<Int>
    ) -> [UInt8] {
        let size = ColumnLayout.blockSize
        var blocks = ByteWriter()
        var data = ByteWriter()
        for block in 0..<ColumnLayout.blockCount(documentCount) {
            let end = min((block + 1) * size, documentCount)
            let blockCounts = counts.isEmpty ? [] : counts[(block * size)..<end]
            let place = range(block, end, blockCounts)
            append(blockCounts, values[place], first: place.lowerBound, &blocks, &data)
        }
        var section = ByteWriter(capacity: blocks.count + data.count + 64)
        section.uint8(kind.rawValue)
        section.uint8(arrangement.rawValue)
        section.uint16(0)
        section.uint32(UInt32(documentCount))
        section.uint64(UInt64(values.count))
        section.int64(values.min() ?? .max)
        section.int64(values.max() ?? .min)
        if arrangement == .sparse { appendPresence(&section) }
        section.raw(blocks.bytes)
        section.raw(data.bytes)
        section.raw([UInt8](repeating: 0, count: HorizontalPacking.slack))
        return section.bytes
    }

    private func append(
        _ counts: ArraySlice<UInt32>, _ values: ArraySlice<Int64>, first: Int,
        _ blocks: inout ByteWriter, _ data: inout ByteWriter
    ) {
        let minimum = values.min() ?? .max
        let maximum = values.max() ?? .min
        var width = values.isEmpty ? 0 : ColumnLayout.width(minimum, maximum)
        var countWidth = 0
        let offset = data.count
        if arrangement == .multiple {
            // At least one bit, so that a file cannot claim more values than it has bits.
            width = max(width, values.isEmpty ? 0 : 1)
            countWidth = 32 - (counts.max() ?? 0).leadingZeroBitCount
            HorizontalPacking.append(
                counts.lazy.map { UInt64($0) }, width: countWidth, into: &data.bytes)
        }
        HorizontalPacking.append(
            values.lazy.map { UInt64(bitPattern: $0 &- minimum) }, width: width,
            into: &data.bytes)
        blocks.int64(minimum)
        blocks.int64(maximum)
        blocks.uint64(UInt64(first))
        blocks.uint64(UInt64(width) | UInt64(countWidth) << 8 | UInt64(offset) << 16)
    }

    private func appendPresence(_ section: inout ByteWriter) {
        let words = ColumnLayout.blockCount(documentCount) * 2
        for word in 0..<words {
            var bits: UInt64 = 0
            for document in (word * 64)..<max(word * 64, min(word * 64 + 64, documentCount))
            where counts[document] > 0 {
                bits |= 1 << UInt64(document % 64)
            }
            section.uint64(bits)
        }
    }
}
