// Lists of postings with skip tables, impacts and positions, in every way a cursor can be moved.

import Storage

@testable import Segments

enum PostingsTarget {
    static let target = FuzzTarget(
        name: "postings", reads: "PostingsCursor: skip tables, blocks, tails, impacts, positions",
        seeds: seeds, run: run)

    private static let documentCounts = [1, 2, 9, 128, 129, 300, 5_000, 70_000]
    /// Opening a field checks every length, so that large ones go without.
    private static let lengths = documentCounts.map {
        $0 <= 300 ? CraftedSections.Lengths(documentCount: $0) : nil
    }
    private static let shapes: [FieldShape] = [
        .inverted, [.inverted, .frequencies], [.inverted, .frequencies, .positions],
        [.inverted, .frequencies, .positions],
    ]

    /// shape (low 2 bits), document count (next 3), norms; document frequency, further
    /// occurrences; the document and position of a single posting; a step for seeks; postings
    /// and positions.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let flags = Int(input.byte())
        let shape = shapes[flags & 3]
        let choice = flags >> 2 & 7
        let documentCount = documentCounts[choice]
        let frequency = 1 + Int(input.number(UInt32.self)) % documentCount
        let more =
            shape.contains(.frequencies) ? Int(input.number(UInt32.self) & UInt32(Int32.max)) : 0
        let single = UInt32(input.below(documentCount))
        let position = input.number(UInt32.self) & SegmentLimits.maximumPosition
        let step = 1 + UInt32(input.number(UInt16.self))
        let (postings, positions) = input.split()
        let field = try CraftedSections.field(
            shape, documentCount: documentCount, postings: postings, positions: positions,
            lengths: flags & 0x20 != 0 ? lengths[choice] : nil)
        let entry = TermEntry(
            documentFrequency: frequency, totalTermFrequency: frequency + more,
            singleDocument: single, singlePosition: position,
            postings: .init(offset: 0, count: frequency == 1 ? 0 : postings.count),
            positions: .init(offset: 0, count: positions.count))
        try PostingsWalk(field, entry).run(step: step)
    }

    static func seeds() throws -> [[UInt8]] {
        var random = FuzzRandom(seed: 4)
        var seeds: [[UInt8]] = []
        for (choice, documentCount) in documentCounts.enumerated() {
            for (number, shape) in shapes.prefix(3).enumerated() {
                for percent in [2, 40, 100] {
                    let documents = (0..<UInt32(documentCount)).filter { _ in
                        random.below(100) < percent * min(5_000, documentCount) / documentCount
                    }
                    if documents.isEmpty { continue }
                    let flags = UInt8(number | choice << 2 | (documentCount <= 300 ? 0x20 : 0))
                    seeds.append(try seed(flags, shape, documentCount, documents, &random))
                }
            }
        }
        return seeds
    }

    private static func seed(
        _ flags: UInt8, _ shape: FieldShape, _ documentCount: Int, _ documents: [UInt32],
        _ random: inout FuzzRandom
    ) throws -> [UInt8] {
        var writer = PostingsWriter(shape: shape, norms: [])
        writer.beginTerm()
        for document in documents {
            let frequency =
                shape.contains(.frequencies) && random.below(4) == 0 ? 1 + random.below(9) : 1
            writer.add(document, UInt32(frequency))
            for _ in 0..<frequency where shape.contains(.positions) {
                writer.add(positionDifference: 1 + random.skewed(bits: 6))
            }
        }
        guard let entry = try writer.endTerm() else { return [] }
        let sections = writer.finish()
        var seed = ByteWriter()
        seed.uint8(flags)
        seed.uint32(UInt32(entry.documentFrequency - 1))
        if shape.contains(.frequencies) {
            seed.uint32(UInt32(entry.totalTermFrequency - entry.documentFrequency))
        }
        seed.uint32(entry.singleDocument)
        seed.uint32(entry.singlePosition)
        seed.uint16(UInt16(documentCount / 7))
        seed.split(
            Array(sections.postings.dropLast(HorizontalPacking.slack)),
            Array(sections.positions.dropLast(HorizontalPacking.slack)))
        return seed.bytes
    }
}
