// Similar documents become neighbours, and the gaps of their lists cheaper.

import Analysis
import Foundation
import Storage
import Testing

@testable import Segments

struct GraphBisectionTests {
    /// Documents of several subjects in a random order, each with words of its subject and of
    /// all; and the subjects.
    private static func clusters(
        _ random: inout SeededGenerator, count: Int, subjects: Int
    ) throws -> (segment: SegmentReader, subjects: [Int]) {
        let schema = try Schema(
            mappings: ["properties": ["f": ["type": "text", "analyzer": "whitespace"]]],
            settings: nil)
        let builder = SegmentBuilder(schema: schema)
        var chosen: [Int] = []
        for number in 0..<count {
            let subject = random.below(subjects)
            chosen.append(subject)
            let words = (0..<20).map { _ in
                random.chance(50) ? "s\(subject)-\(random.below(60))" : "w\(random.below(300))"
            }
            _ = builder.add(
                ParsedDocument(
                    fields: [ParsedField(ordinal: 0, value: .text(words.joined(separator: " ")))]),
                id: "\(number)", source: [], sequenceNumber: Int64(number), version: 1)
        }
        return (try SampleDocuments.open(try builder.finish()), chosen)
    }

    /// Bits for the gaps of all lists, each as long as its logarithm.
    private static func gapBits(_ segment: SegmentReader) throws -> Double {
        let field = try #require(segment.field("f"))
        var bits = 0.0
        let terms = field.terms(from: nil, to: nil)
        while let (_, entry) = try terms.next() {
            let cursor = try field.postings(entry, positions: false)
            var before = -1
            while try cursor.nextBlock() {
                for index in 0..<cursor.count {
                    let document = Int(cursor.documents[index])
                    bits += log2(Double(document - before))
                    before = document
                }
            }
        }
        return bits
    }

    @Test(arguments: [2, 7, 16]) func gapsGetCheaper(subjects: Int) throws {
        var random = SeededGenerator(seed: UInt64(740 + subjects))
        let (segment, chosen) = try Self.clusters(&random, count: 3_000, subjects: subjects)
        let (image, order) = try SegmentMerger.merge(
            [(segment, nil)], reordering: ReorderTests.limits(), isCancelled: { false })
        let reordered = try SampleDocuments.open(image)
        let before = try Self.gapBits(segment)
        let after = try Self.gapBits(reordered)
        // Half of the words could save the logarithm of the number of subjects.
        #expect(after < before * 0.93, "\(subjects) subjects: \(before) to \(after) bits")
        let inOrder = try ReorderTests.inOrder(chosen, try #require(order))
        let changes = zip(inOrder, inOrder.dropFirst()).count { $0 != $1 }
        #expect(changes < 3_000 / 8, "\(subjects) subjects, \(changes) changes")
    }

    @Test func aGraphWithoutTermsKeepsItsOrder() throws {
        let documents = Array(0..<UInt32(100))
        let graph = DocumentGraph(
            documents: documents, ends: Array(repeating: 0, count: 100), terms: [], termCount: 3)
        #expect(try GraphBisection.order(graph, ReorderTests.limits(), { false }) == documents)
    }

    @Test func everyDocumentIsOrderedOnce() throws {
        var random = SeededGenerator(seed: 750)
        for round in 0..<60 {
            let count = 1 + random.below(200)
            let termCount = 1 + random.below(40)
            var ends: [UInt32] = []
            var terms: [UInt32] = []
            for _ in 0..<count {
                let percent = random.below(60)
                for term in 0..<UInt32(termCount) where random.chance(percent) {
                    terms.append(term)
                }
                ends.append(UInt32(terms.count))
            }
            let graph = DocumentGraph(
                documents: Array(0..<UInt32(count)), ends: ends, terms: terms,
                termCount: termCount)
            let limits = ReorderTests.limits { $0.smallestPart = 1 + round % 9 }
            let order = try GraphBisection.order(graph, limits, { false })
            #expect(order.sorted() == Array(0..<UInt32(count)), "seed 750, round \(round)")
        }
    }

    @Test func twoKindsAreParted() throws {
        var random = SeededGenerator(seed: 752)
        for round in 0..<20 {
            let kinds = (0..<64).map { $0 % 2 }.shuffled(using: &random)
            var ends: [UInt32] = []
            var terms: [UInt32] = []
            for kind in kinds {
                for term in 0..<8 where random.chance(60) { terms.append(UInt32(kind * 8 + term)) }
                ends.append(UInt32(terms.count))
            }
            let graph = DocumentGraph(
                documents: Array(0..<64), ends: ends, terms: terms, termCount: 16)
            let limits = ReorderTests.limits { $0.smallestPart = 32 }
            let order = try GraphBisection.order(graph, limits, { false })
            let first = order.prefix(32).count { kinds[Int($0)] == 0 }
            #expect(first <= 1 || first >= 31, "seed 752, round \(round): \(first) of 32")
        }
    }

    @Test func selectionFindsEveryRank() {
        var random = SeededGenerator(seed: 751)
        for round in 0..<200 {
            let count = 1 + random.below(300)
            var numbers = (0..<UInt64(count)).map { $0 << 8 }
            switch round % 4 {
            case 0: numbers.reverse()
            case 1: numbers.shuffle(using: &random)
            case 2: numbers.sort { ($0 >> 8) % 7 < ($1 >> 8) % 7 }
            default: numbers.sort { ($0 >> 8) & 1 < ($1 >> 8) & 1 }
            }
            let rank = random.below(count)
            let found = numbers.withUnsafeMutableBufferPointer {
                Selection.value($0.baseAddress!, count: count, rank: rank)
            }
            #expect(found == UInt64(rank) << 8, "seed 751, round \(round)")
            let beside = numbers.enumerated().allSatisfy { index, number in
                index < rank ? number < found : index == rank || number > found
            }
            #expect(beside, "seed 751, round \(round)")
        }
    }
}
