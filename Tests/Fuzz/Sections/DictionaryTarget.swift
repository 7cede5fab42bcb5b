// Dictionaries of any bytes: iterated, searched, and read by number.

import Analysis
import Storage

@testable import Segments

enum DictionaryTarget {
    static let target = FuzzTarget(
        name: "dictionary",
        reads: "TermDictionary: index, keys, entries, look-ups by term and rank",
        seeds: seeds, run: run)

    private static let shapes: [FieldShape] = [
        [.column, .ordinals], .inverted, [.inverted, .frequencies],
        [.inverted, .frequencies, .positions],
    ]
    private static let maximumTerms = 4096
    /// Bytes that entries may point to.
    private static let listBytes = 1000
    private static let postings = CraftedSections.section(
        .postings, [UInt8](repeating: 0, count: listBytes + HorizontalPacking.slack))
    private static let positions = CraftedSections.section(
        .positions, [UInt8](repeating: 0, count: listBytes + HorizontalPacking.slack))

    /// shape, number of terms, documents, a key to look for, the index, the terms.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let shape = shapes[Int(input.byte() & 3)]
        let termCount = Int(input.number(UInt16.self)) % maximumTerms
        let documentCount = Int(input.number(UInt16.self))
        let wanted = [UInt8](input.take(Int(input.byte())))
        let (index, terms) = input.split()
        let isInverted = shape.contains(.inverted)
        let dictionary = try TermDictionary(
            FieldSummary(path: CraftedSections.path, shape: shape, termCount: termCount),
            documentCount: documentCount, terms: CraftedSections.section(.terms, terms),
            index: CraftedSections.section(.termIndex, index),
            postings: isInverted ? postings : nil,
            positions: shape.contains(.positions) ? positions : nil)
        let (ordinal, found) = try dictionary.lowerBound(wanted)
        try require(ordinal <= termCount && (!found || ordinal < termCount), "rank \(ordinal)")
        if isInverted {
            if let entry = try dictionary.find(wanted) { try check(entry, documentCount) }
        }
        for from in [[], wanted] { try iterate(dictionary, from: from, documentCount) }
        let prefixed = TermIterator(dictionary, from: wanted, to: nil, prefix: wanted)
        while let (term, _) = try prefixed.step() {
            try require(term.starts(with: wanted), "a term without the prefix")
        }
    }

    private static func iterate(
        _ dictionary: TermDictionary, from: [UInt8], _ documentCount: Int
    ) throws {
        let terms = TermIterator(dictionary, from: from, to: nil)
        let start = try dictionary.lowerBound(from).ordinal
        var count = 0
        while let (term, entry) = try terms.step() {
            if let entry { try check(entry, documentCount) }
            if count % 37 == 0 {
                let key = try dictionary.key(start + count)
                try require(key == term, "term \(start + count) is another by its rank")
                if let entry {
                    let again = try dictionary.entry(start + count)
                    try require(entry == again, "entry \(start + count) is another by its rank")
                }
                _ = try dictionary.lowerBound(term)
            }
            count += 1
        }
        try require(start + count == dictionary.termCount, "\(count) terms after \(start)")
    }

    private static func check(_ entry: TermEntry, _ documentCount: Int) throws {
        try require(
            entry.documentFrequency >= 1 && entry.documentFrequency <= documentCount
                && entry.totalTermFrequency >= entry.documentFrequency
                && Int(entry.singleDocument) < documentCount
                && entry.postings.offset >= 0 && entry.postings.count >= 0
                && entry.postings.end <= listBytes && entry.positions.offset >= 0
                && entry.positions.count >= 0 && entry.positions.end <= listBytes,
            "the entry \(entry)")
    }

    static func seeds() throws -> [[UInt8]] {
        var random = FuzzRandom(seed: 5)
        var seeds: [[UInt8]] = []
        for (number, shape) in shapes.enumerated() {
            for count in [0, 1, 31, 33, 150] {
                var terms: Set<[UInt8]> = []
                while terms.count < count {
                    terms.insert(Array("t\(random.skewed(bits: 16))".utf8) + random.bytes(1))
                }
                let sorted = terms.sorted(by: ByteOrder.precedes)
                seeds.append(try seed(UInt8(number), shape, sorted, &random))
            }
        }
        return seeds
    }

    private static func seed(
        _ number: UInt8, _ shape: FieldShape, _ terms: [[UInt8]], _ random: inout FuzzRandom
    ) throws -> [UInt8] {
        var writer = DictionaryWriter(shape: shape)
        var postings = 0
        var positions = 0
        for term in terms {
            let isSingle = random.below(3) > 0
            let more = shape.contains(.frequencies) ? random.below(3) : 0
            let entry = TermEntry(
                documentFrequency: isSingle ? 1 : 2 + random.below(40),
                totalTermFrequency: 0, singleDocument: isSingle ? UInt32(random.below(50)) : 0,
                postings: .init(offset: postings, count: isSingle ? 0 : 1 + random.below(5)),
                positions: .init(
                    offset: positions,
                    count: !shape.contains(.positions) || isSingle && more == 0
                        ? 0 : 1 + random.below(4)))
            postings = entry.postings.end
            positions = entry.positions.end
            let counted = TermEntry(
                documentFrequency: entry.documentFrequency,
                totalTermFrequency: entry.documentFrequency + more,
                singleDocument: entry.singleDocument, postings: entry.postings,
                positions: entry.positions)
            try term.withUnsafeBufferPointer { try writer.add($0, counted) }
        }
        let sections = writer.finish()
        let wanted = terms.isEmpty ? [] : terms[terms.count / 2]
        var seed = ByteWriter()
        seed.uint8(number)
        seed.uint16(UInt16(terms.count))
        seed.uint16(50)
        seed.uint8(UInt8(wanted.count))
        seed.raw(wanted)
        seed.split(sections.index, sections.terms)
        return seed.bytes
    }
}
