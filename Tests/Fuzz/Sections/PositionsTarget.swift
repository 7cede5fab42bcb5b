// Positions of any bytes under postings that are right.

import Storage

@testable import Segments

enum PositionsTarget {
    static let target = FuzzTarget(
        name: "positions", reads: "PositionReader: chunks of differences, in any order",
        seeds: seeds, run: run)

    private static let shape: FieldShape = [.inverted, .frequencies, .positions]
    private static let documentCount = 1000

    /// A list whose frequencies are known.
    private struct List {
        let entry: TermEntry
        let postings: [UInt8]
        let positions: [UInt8]

        init(documents: Int, frequency: (Int) -> Int) throws {
            var random = FuzzRandom(seed: UInt64(documents))
            var writer = PostingsWriter(shape: PositionsTarget.shape, norms: [])
            writer.beginTerm()
            for document in 0..<documents {
                writer.add(UInt32(document * 3), UInt32(frequency(document)))
                for _ in 0..<frequency(document) {
                    writer.add(positionDifference: random.skewed(bits: 9))
                }
            }
            guard let entry = try writer.endTerm() else {
                throw Finding(description: "a list without documents")
            }
            self.entry = entry
            let sections = writer.finish()
            postings = sections.postings.dropLast(HorizontalPacking.slack)
            positions = sections.positions.dropLast(HorizontalPacking.slack)
        }
    }

    private static func lists() throws -> [List] {
        [
            try List(documents: 1) { _ in 2 }, try List(documents: 1) { _ in 700 },
            try List(documents: 5) { $0 * 40 + 1 }, try List(documents: 127) { 1 + $0 % 3 },
            try List(documents: 300) { 1 + $0 % 5 * ($0 % 2) },
        ]
    }

    private static let prepared = Result { try lists() }

    /// list, occurrences of a single document, then the positions.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let all = try prepared.get()
        let list = all[Int(input.byte()) % all.count]
        let frequency = Int(input.number(UInt32.self) & UInt32(Int32.max))
        let positions = input.rest
        let field = try CraftedSections.field(
            shape, documentCount: documentCount, postings: list.postings, positions: positions,
            lengths: nil)
        var entry = list.entry
        entry = TermEntry(
            documentFrequency: entry.documentFrequency,
            totalTermFrequency: entry.documentFrequency == 1 && frequency > 1
                ? frequency : entry.totalTermFrequency,
            singleDocument: entry.singleDocument, singlePosition: entry.singlePosition,
            postings: entry.postings, positions: .init(offset: 0, count: positions.count))
        try PostingsWalk(field, entry).run(step: 100)
    }

    static func seeds() throws -> [[UInt8]] {
        try prepared.get().enumerated().map { number, list in
            [UInt8(number), 0, 0, 0, 0] + list.positions
        }
    }
}
