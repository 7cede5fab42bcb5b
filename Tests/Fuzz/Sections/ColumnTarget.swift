// Columns of any bytes: loaded block by block and document by document.

import Storage

@testable import Segments

enum ColumnTarget {
    static let target = FuzzTarget(
        name: "column", reads: "Column: headers, presence, counts, packed values, ordinals",
        seeds: seeds, run: run)

    private static let maximumDocuments = 2_000
    private static let termCount = 40

    /// The keys of ordinal columns.
    private static let dictionary = Result {
        var writer = DictionaryWriter(shape: [.column, .ordinals])
        for number in 0..<termCount {
            let key = Array("key\(number + 10)".utf8)
            try key.withUnsafeBufferPointer { try writer.add($0, nil) }
        }
        let sections = writer.finish()
        return try TermDictionary(
            FieldSummary(
                path: CraftedSections.path, shape: [.column, .ordinals], termCount: termCount),
            documentCount: maximumDocuments,
            terms: CraftedSections.section(.terms, sections.terms),
            index: CraftedSections.section(.termIndex, sections.index), postings: nil,
            positions: nil)
    }

    /// The section; as many documents as it says.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count >= ColumnLayout.headerLength else { return }
        let section = CraftedSections.section(.column, bytes)
        let documentCount = Int(section.load(4, as: UInt32.self))
        guard documentCount <= maximumDocuments else { return }
        let isOrdinal = section.load(0, as: UInt8.self) == Column.Kind.ordinal.rawValue
        let column = try Column(
            path: "", section, documentCount: documentCount,
            dictionary: isOrdinal ? dictionary.get() : nil)
        for block in 0..<column.blockCount {
            _ = column.blockMinimum(block) &+ column.blockMaximum(block)
            _ = column.isBounded(block, by: 0...Int64(UInt32.max))
            try check(column, block)
        }
    }

    private static func check(_ column: Column, _ block: Int) throws {
        let count = column.valueCount(block: block)
        let values = UnsafeMutablePointer<Int64>.allocate(capacity: max(count, 1))
        let ends = UnsafeMutablePointer<UInt32>.allocate(capacity: Column.blockSize)
        defer {
            values.deallocate()
            ends.deallocate()
        }
        try column.load(block: block, into: values, ends: ends)
        var single: [Int64] = []
        var start: UInt32 = 0
        for place in 0..<column.documentCount(ofBlock: block) {
            let end = ends[place]
            try require(end >= start && Int(end) <= count, "document \(place) ends at \(end)")
            if place % 8 == 0 {
                let document = UInt32(block * Column.blockSize + place)
                try column.values(document, into: &single)
                let loaded = (start..<end).map { values[Int($0)] }
                try require(single == loaded, "document \(document) has other values in its block")
                if column.isDense {
                    try require(column.denseValue(document) == single[0], "a dense value differs")
                }
            }
            start = end
        }
        guard column.kind == .ordinal else { return }
        for place in 0..<count {
            try require((0..<Int64(termCount)).contains(values[place]), "an ordinal is too large")
        }
        if count > 0 { _ = try column.key(Int(values[0])) }
    }

    static func seeds() -> [[UInt8]] {
        var random = FuzzRandom(seed: 6)
        var seeds: [[UInt8]] = []
        for kind in [Column.Kind.integer, .real, .ordinal] {
            for most in [0, 1, 3] {
                for documentCount in [1, 100, 128, 300] {
                    var writer = ColumnWriter()
                    for document in 0..<UInt32(documentCount) {
                        let count = most == 0 ? 1 : random.below(most + 1)
                        for _ in 0..<count {
                            let value =
                                kind == .ordinal
                                ? Int64(random.below(termCount))
                                : Int64(random.skewed(bits: 20)) - 1000
                            writer.add(document, value)
                        }
                    }
                    seeds.append(writer.encoded(kind, documentCount: documentCount))
                }
            }
        }
        seeds.append(ColumnWriter.dense([.min, .max, 0, -1]))
        return seeds
    }
}
