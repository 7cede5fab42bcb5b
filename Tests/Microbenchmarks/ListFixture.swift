// A text field made of given lists, for what needs postings in their place.

import Analysis
import Storage

@testable import Segments

/// Documents with how often the term occurs in each.
typealias List = [(document: UInt32, frequency: UInt32)]

struct ListFixture {
    let field: FieldIndex
    let entries: [TermEntry]

    init(_ lists: [List], documentCount: Int) throws {
        var random = BenchmarkRandom(seed: 9)
        let lengths = (0..<documentCount).map { _ in Int64(1 + random.below(120)) }
        let path = Term("body")
        var writer = FieldSectionsWriter(
            path: path, shape: .text, documentCount: documentCount, lengths: lengths)
        let names = lists.indices.map { Array("term\($0 + 100_000)".utf8) }
        for (list, name) in zip(lists, names) {
            writer.postings.beginTerm()
            for (document, frequency) in list {
                writer.postings.add(document, frequency)
                for _ in 0..<frequency {
                    writer.postings.add(positionDifference: UInt32(random.below(60)))
                }
            }
            _ = try name.withUnsafeBufferPointer { try writer.endTerm($0) }
        }
        var image = ImageWriter()
        guard
            let summary = writer.finish(column: ColumnWriter(), kind: .integer, into: &image)
        else { preconditionFailure("the fixture has no lists") }
        let reader = try ImageReader(MappedBytes(owned: image.finish()), name: "fixture")
        let field = try FieldIndex(summary, reader, documentCount: documentCount)
        self.field = field
        entries = try names.map { name in
            guard let entry = try field.find(name) else { preconditionFailure("no such term") }
            return entry
        }
    }

    /// Ascending documents with gaps up to `largestGap`; most frequencies are 1.
    static func list(
        _ count: Int, largestGap: Int, _ random: inout BenchmarkRandom
    ) -> List {
        var document: UInt32 = 0
        return (0..<count).map { _ in
            document += 1 + UInt32(random.below(largestGap))
            let chance = random.below(100)
            let frequency = chance < 75 ? 1 : chance < 99 ? 2 + random.below(3) : 20
            return (document, UInt32(frequency))
        }
    }
}
