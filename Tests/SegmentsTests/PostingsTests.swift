// Cursors against the plain lists that were written.

import Analysis
import Storage
import Testing

@testable import Segments

/// One field in memory, written from plain lists.
struct PostingsFixture {
    typealias Posting = (document: UInt32, positions: [UInt32])

    let field: FieldIndex
    let lists: [[UInt8]: [Posting]]
    let lengths: [Int64]

    /// Lists by term; documents ascend. Text: with frequencies and positions.
    init(_ lists: [[UInt8]: [Posting]], documentCount: Int, isText: Bool = true) throws {
        self.lists = lists
        var lengths = [Int64](repeating: 0, count: documentCount)
        for list in lists.values {
            for posting in list {
                lengths[Int(posting.document)] =
                    max(lengths[Int(posting.document)], 1) + Int64(posting.positions.count)
            }
        }
        self.lengths = lengths
        let path = Term("body")
        var writer = FieldSectionsWriter(
            path: path, shape: isText ? .text : .inverted, documentCount: documentCount,
            lengths: isText ? lengths : [])
        for term in lists.keys.sorted(by: ByteOrder.precedes) {
            writer.postings.beginTerm()
            for posting in lists[term] ?? [] {
                writer.postings.add(posting.document, isText ? UInt32(posting.positions.count) : 1)
                var before: UInt32 = 0
                for position in isText ? posting.positions : [] {
                    writer.postings.add(positionDifference: position - before)
                    before = position
                }
            }
            _ = try term.withUnsafeBufferPointer { try writer.endTerm($0) }
        }
        var image = ImageWriter()
        let summary = writer.finish(column: ColumnWriter(), kind: .integer, into: &image)
        let reader = try ImageReader(MappedBytes(owned: image.finish()), name: "fixture")
        field = try FieldIndex(try #require(summary), reader, documentCount: documentCount)
    }

    /// Lists of very different lengths and densities.
    static func random(seed: UInt64, documentCount: Int) throws -> PostingsFixture {
        var random = SeededGenerator(seed: seed)
        var lists: [[UInt8]: [Posting]] = [:]
        for percent in [100, 93, 50, 20, 8, 3, 1] {
            lists[Array("dense\(percent)".utf8)] = list(&random, documentCount, percent: percent)
        }
        for count in [1, 1, 2, 3, 127, 128, 129, 255, 256, 257, 600] {
            let chosen = Set((0..<count).map { _ in UInt32(random.below(documentCount)) })
            lists[Array("some\(count)-\(random.below(9))".utf8)] = chosen.sorted().map {
                ($0, positions(&random))
            }
        }
        return try PostingsFixture(lists, documentCount: documentCount)
    }

    private static func list(
        _ random: inout SeededGenerator, _ documentCount: Int, percent: Int
    ) -> [Posting] {
        var list: [Posting] = []
        for document in 0..<UInt32(documentCount) where random.chance(percent) {
            list.append((document, positions(&random)))
        }
        return list
    }

    private static func positions(_ random: inout SeededGenerator) -> [UInt32] {
        let count = random.chance(1) ? 300 : random.chance(30) ? 1 + random.below(6) : 1
        var position = UInt32(random.number(bits: 10))
        return (0..<count).map { _ in
            defer { position += UInt32(random.number(bits: 7)) }
            return position
        }
    }
}

struct PostingsTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everythingPutInComesOut(seed: UInt64) throws {
        let fixture = try PostingsFixture.random(seed: seed, documentCount: 3000)
        for (term, list) in fixture.lists {
            let entry = try #require(try fixture.field.find(term))
            #expect(entry.documentFrequency == list.count)
            #expect(entry.totalTermFrequency == list.reduce(0) { $0 + $1.positions.count })
            let cursor = try fixture.field.postings(entry, positions: true)
            var place = 0
            while try cursor.nextBlock() {
                try cursor.loadFrequencies()
                #expect(cursor.lastDocument == cursor.documents[cursor.count - 1])
                #expect(cursor.lastDocument == cursor.documents[cursor.count - 1])
                for index in 0..<cursor.count {
                    let posting = list[place + index]
                    #expect(cursor.documents[index] == posting.document)
                    #expect(Int(cursor.frequencies[index]) == posting.positions.count)
                    #expect(Array(try cursor.positions(at: index)) == posting.positions)
                }
                place += cursor.count
            }
            #expect(place == list.count)
            #expect(cursor.count == 0 && cursor.lastDocument == PostingsCursor.end)
            #expect(try !cursor.nextBlock())
        }
    }

    @Test func keywordPostingsHaveFrequencyOne() throws {
        let list = (0..<1000).map { (UInt32($0 * 3 + $0 % 2), [UInt32(0)]) }
        let lists = [Array("a".utf8): list, Array("b".utf8): Array(list.prefix(3))]
        let fixture = try PostingsFixture(lists, documentCount: 4000, isText: false)
        #expect(fixture.field.norms == nil && !fixture.field.hasPositions)
        for (term, list) in lists {
            let entry = try #require(try fixture.field.find(term))
            let cursor = try fixture.field.postings(entry, positions: false)
            var documents: [UInt32] = []
            while try cursor.nextBlock() {
                try cursor.loadFrequencies()
                for index in 0..<cursor.count {
                    documents.append(cursor.documents[index])
                    #expect(cursor.frequencies[index] == 1)
                }
            }
            #expect(documents == list.map(\.0))
            #expect(cursor.impacts.pairs.map(\.frequency) == [1])
            #expect(cursor.impacts.pairs.map(\.norm) == [1])
            #expect(throws: SegmentError.self) {
                try fixture.field.postings(entry, positions: true)
            }
        }
    }

    /// Seeks and peeks forward at random, beside a linear scan of the list.
    @Test(arguments: [4, 5, 6] as [UInt64])
    func seekingEqualsScanning(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try PostingsFixture.random(seed: seed, documentCount: 4000)
        for (term, list) in fixture.lists {
            let blocks = stride(from: 0, to: list.count, by: 128).map {
                Array(list[$0..<min($0 + 128, list.count)])
            }
            for _ in 0..<12 {
                let entry = try #require(try fixture.field.find(term))
                let cursor = try fixture.field.postings(entry, positions: true)
                var target: UInt32 = 0
                var current = -1
                while true {
                    target += UInt32(random.number(bits: 11))
                    let place = blocks.firstIndex { ($0.last?.document ?? 0) >= target }
                    let wanted = place.map { max($0, current) }
                    let peeked = cursor.peekBlock(target)
                    #expect(peeked?.lastDocument == wanted.flatMap { blocks[$0].last?.document })
                    if random.chance(30) { continue }
                    #expect(try cursor.seekBlock(target) == (wanted != nil))
                    guard let wanted else { break }
                    current = wanted
                    #expect(cursor.count == blocks[wanted].count)
                    #expect(cursor.lastDocument == blocks[wanted].last?.document)
                    let index = random.below(cursor.count)
                    #expect(cursor.documents[index] == blocks[wanted][index].document)
                    let positions = Array(try cursor.positions(at: index))
                    #expect(positions == blocks[wanted][index].positions)
                    if random.chance(20), current + 1 < blocks.count {
                        #expect(try cursor.nextBlock())
                        current += 1
                        target = max(target, cursor.documents[0])
                    }
                }
                #expect(cursor.lastDocument == PostingsCursor.end)
                #expect(try !cursor.seekBlock(target))
            }
        }
    }

    @Test func impactsBoundEveryPosting() throws {
        let fixture = try PostingsFixture.random(seed: 7, documentCount: 3000)
        let norms = try #require(fixture.field.norms)
        let score: (UInt32, UInt8) -> Float = { frequency, norm in
            1 - 1 / (1 + Float(frequency) / Float(NormByte.decoded[Int(norm)] + 1))
        }
        func bound(_ impacts: Impacts) -> Float {
            impacts.pairs.map { $0.frequency == 255 ? 1 : score($0.frequency, $0.norm) }.max() ?? 0
        }
        for (term, list) in fixture.lists {
            let entry = try #require(try fixture.field.find(term))
            let cursor = try fixture.field.postings(entry, positions: false)
            var best: Float = 0
            var start = 0
            while start < list.count {
                let peeked = try #require(cursor.peekBlock(list[start].document))
                #expect(try cursor.nextBlock() && cursor.lastDocument == peeked.lastDocument)
                try cursor.loadFrequencies()
                var blockBest: Float = 0
                for index in 0..<cursor.count {
                    let norm = norms[Int(cursor.documents[index])]
                    blockBest = max(blockBest, score(cursor.frequencies[index], norm))
                }
                #expect(bound(peeked.impacts) >= blockBest)
                best = max(best, blockBest)
                start += cursor.count
            }
            #expect(bound(cursor.impacts) >= best)
        }
    }

    @Test func theListExampleOfTheDocumentation() throws {
        var writer = PostingsWriter(shape: .text, norms: [UInt8](repeating: 1, count: 5))
        writer.beginTerm()
        writer.add(3, 2)
        writer.add(positionDifference: 5)
        writer.add(positionDifference: 4)
        writer.add(4, 1)
        writer.add(positionDifference: 7)
        _ = try writer.endTerm()
        #expect(writer.postings.bytes == [0x06, 0x00, 0x01])
        #expect(writer.positions.bytes == [0x03, 0xE5, 0x01])
    }
}
