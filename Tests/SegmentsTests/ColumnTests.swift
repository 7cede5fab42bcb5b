// Columns against arrays of arrays.

import Analysis
import Storage
import Testing

@testable import Segments

struct ColumnTests {
    static func column(
        _ rows: [[Int64]], kind: Column.Kind = .integer
    ) throws -> Column {
        var writer = ColumnWriter()
        for (document, row) in rows.enumerated() {
            for value in row { writer.add(UInt32(document), value) }
        }
        return try open(writer.encoded(kind, documentCount: rows.count), rows.count)
    }

    static func open(_ bytes: [UInt8], _ documentCount: Int) throws -> Column {
        let owner = MappedBytes(owned: bytes)
        let section = SectionBytes(
            segment: "test", name: SectionName(.column, Term("c")), owner: owner, offset: 0,
            count: bytes.count)
        return try Column(path: "c", section, documentCount: documentCount)
    }

    static func rows(of column: Column) throws -> [[Int64]] {
        var rows: [[Int64]] = []
        for block in 0..<column.blockCount {
            let count = column.valueCount(block: block)
            var values = [Int64](repeating: 0, count: count + 1)
            var ends = [UInt32](repeating: 0, count: Column.blockSize)
            try column.load(block: block, into: &values, ends: &ends)
            var start = 0
            for index in 0..<min(Column.blockSize, column.documentCount - block * 128) {
                rows.append(Array(values[start..<Int(ends[index])]))
                start = Int(ends[index])
            }
            #expect(start == count)
            let all = values.prefix(count)
            #expect(column.blockMinimum(block) == all.min() ?? .max)
            #expect(column.blockMaximum(block) == all.max() ?? .min)
        }
        return rows
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7])
    func valuesComeBack(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bits = [0, 1, 7, 20, 56, 57, 63, 64][seed]
        let present = [100, 100, 60, 3, 100, 50, 40, 100][seed]
        let most = [1, 1, 1, 1, 4, 3, 1, 1][seed]
        let rows: [[Int64]] = (0..<700).map { _ in
            guard random.chance(present) else { return [] }
            let count = most == 1 ? 1 : random.below(most + 1)
            return (0..<count).map { _ in Int64(truncatingIfNeeded: random.number(bits: bits)) - 9 }
        }
        let column = try Self.column(rows)
        let expected = rows.map { $0.sorted() }
        #expect(try Self.rows(of: column) == expected)
        #expect(column.isMultiValued == rows.contains { $0.count > 1 })
        #expect(column.isDense == rows.allSatisfy { $0.count == 1 })
        #expect(column.minimum == rows.joined().min() ?? .max)
        #expect(column.maximum == rows.joined().max() ?? .min)
        #expect(column.valueCount == rows.joined().count)
        var values: [Int64] = [1, 2, 3]
        for document in 0..<UInt32(rows.count) {
            try column.values(document, into: &values)
            #expect(values == expected[Int(document)])
        }
    }

    @Test func extremesAreKept() throws {
        let rows: [[Int64]] = [[.min], [.max], [0], [-1]]
        #expect(try Self.rows(of: Self.column(rows)) == rows)
    }

    @Test func oneRepeatedValueTakesNoBits() {
        let bytes = ColumnWriter.dense([Int64](repeating: 1_700_000_000_000, count: 128))
        #expect(bytes.count == ColumnLayout.headerLength + ColumnLayout.blockLength + 8)
    }

    @Test func theExampleOfTheDocumentation() {
        let bytes = ColumnWriter.dense([5, 5, 6])
        let block: [UInt8] =
            [5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
            + [1, 0, 0, 0, 0, 0, 0, 0]
        #expect(Array(bytes[32..<64]) == block)
        #expect(Array(bytes[64...]) == [4] + [UInt8](repeating: 0, count: 8))
    }

    @Test func headersOfOtherSizesAreRefused() throws {
        let bytes = ColumnWriter.dense([5, 5, 6])
        #expect(throws: SegmentError.self) { try Self.open(bytes, 4) }
        #expect(throws: SegmentError.self) { try Self.open(Array(bytes.dropLast()), 3) }
        #expect(throws: SegmentError.self) { try Self.open([0], 0) }
    }
}
