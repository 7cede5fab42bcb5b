// Merging with another order equals building the documents in that order.

import Analysis
import Foundation
import Storage
import Synchronization
import Testing

@testable import Segments

struct ReorderTests {
    static func limits(_ change: (inout ReorderLimits) -> Void = { _ in }) -> ReorderLimits {
        var limits = ReorderLimits()
        limits.minimumDocuments = 2
        limits.minimumFrequency = 2
        limits.smallestPart = 8
        change(&limits)
        return limits
    }

    /// Segments of random documents, some of them dead, and the living in the order they come.
    static func inputs(
        _ random: inout SeededGenerator, largest: Int = 500
    ) throws -> (inputs: [(SegmentReader, LiveDocuments?)], living: [SampleDocument]) {
        var inputs: [(SegmentReader, LiveDocuments?)] = []
        var living: [SampleDocument] = []
        for index in 0..<(1 + random.below(4)) {
            let count = random.chance(20) ? random.below(3) : 50 + random.below(largest)
            let documents = SampleDocuments.random(&random, count: count)
            let segment = try SampleDocuments.open(
                try SampleDocuments.build(documents), name: "input \(index)")
            var live: LiveDocuments? = random.chance(60) ? LiveDocuments(documentCount: count) : nil
            let percent = [0, 5, 50, 95][random.below(4)]
            for (number, document) in documents.enumerated() {
                if live != nil, random.chance(percent) {
                    live?.delete(UInt32(number))
                } else {
                    living.append(document)
                }
            }
            inputs.append((segment, live))
        }
        return (inputs, living)
    }

    /// `documents` by their new numbers; fails when the order is no permutation of them.
    static func inOrder<Document>(
        _ documents: [Document], _ order: DocumentOrder
    ) throws -> [Document] {
        var moved = [Document?](repeating: nil, count: documents.count)
        for (place, document) in documents.enumerated() {
            let number = Int(order.number(of: UInt32(place)))
            #expect(moved[number] == nil, "two documents have the number \(number)")
            moved[number] = document
        }
        return try moved.map { try #require($0) }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func equalsBuildingInTheNewOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 700)
        let (inputs, living) = try Self.inputs(&random, largest: seed == 8 ? 2_500 : 500)
        let (image, order) = try SegmentMerger.merge(
            inputs, reordering: Self.limits(), isCancelled: { false })
        guard let order else {
            #expect(living.count < 60, "seed \(seed)")
            return
        }
        let documents = try Self.inOrder(living, order)
        #expect(documents.map(\.source) != living.map(\.source), "seed \(seed)")
        let built = try SampleDocuments.build(documents)
        let found = try Self.sections(image)
        let wanted = try Self.sections(built)
        #expect(found.keys.sorted() == wanted.keys.sorted())
        for (name, bytes) in wanted {
            #expect(found[name] == bytes, "seed \(seed), section \(name)")
        }
        let segment = try SampleDocuments.open(image)
        for (number, document) in documents.enumerated() {
            #expect(try segment.source(UInt32(number)) == document.source)
        }
    }

    private static func sections(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        let image = try ImageReader(MappedBytes(owned: bytes), name: "test")
        return Dictionary(
            uniqueKeysWithValues: image.ordered.map { ($0.name.description, [UInt8]($0.raw)) })
    }

    @Test func theSameInputsGiveTheSameBytesOnAnyThread() throws {
        var random = SeededGenerator(seed: 720)
        let (inputs, _) = try Self.inputs(&random)
        @Sendable func merged() throws -> [UInt8] {
            try SegmentMerger.merge(
                inputs, reordering: Self.limits(), isCancelled: { false }
            ).image
        }
        let alone = try merged()
        #expect(try merged() == alone)
        let together = Mutex<[[UInt8]?]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            let image = try? merged()
            together.withLock { $0.append(image) }
        }
        #expect(together.withLock { $0 } == [alone, alone])
    }

    @Test func littleMemoryLeavesOutTheMostFrequentTerms() throws {
        var random = SeededGenerator(seed: 721)
        let (inputs, living) = try Self.inputs(&random)
        func order(_ bytes: Int) throws -> DocumentOrder? {
            try SegmentMerger.merge(
                inputs, reordering: Self.limits { $0.memoryBytes = bytes }, isCancelled: { false }
            ).order
        }
        let all = try #require(try order(1 << 30))
        let some = try #require(try order(8_000))
        #expect(all != some)
        for order in [all, some] {
            let documents = try Self.inOrder(living, order)
            #expect(Set(documents.map(\.source)) == Set(living.map(\.source)))
        }
        #expect(try order(0) == nil)
        let index = try Self.forwardIndex(inputs, Self.limits { $0.memoryBytes = 8_000 })
        let graph = try #require(try index.graph { false })
        #expect(graph.terms.count <= 1_000 && graph.terms.count > 500)
    }

    private static func forwardIndex(
        _ inputs: [(SegmentReader, LiveDocuments?)], _ limits: ReorderLimits
    ) throws -> ForwardIndex {
        var count = 0
        let sources = try inputs.map { reader, live in
            let source = try MergeSource(reader, live, first: count)
            count += source.liveCount
            return source
        }
        return try ForwardIndex(sources, documentCount: count, limits, { false })
    }

    @Test func fewDocumentsKeepTheirOrder() throws {
        var random = SeededGenerator(seed: 722)
        let (inputs, living) = try Self.inputs(&random)
        let limits = Self.limits { $0.minimumDocuments = living.count + 1 }
        let (image, order) = try SegmentMerger.merge(
            inputs, reordering: limits, isCancelled: { false })
        #expect(order == nil)
        #expect(try image == SegmentMerger.merge(inputs, isCancelled: { false }))
    }

    @Test func reorderingStopsWhenToldTo() throws {
        var random = SeededGenerator(seed: 723)
        let documents = SampleDocuments.random(&random, count: 400)
        let segment = try SampleDocuments.open(try SampleDocuments.build(documents))
        // Some fields and terms in, then in the middle of the halving.
        for patience in [0, 3, 200, 1_200] {
            var looks = 0
            #expect(throws: CancellationError.self, "after \(patience)") {
                try SegmentMerger.merge([(segment, nil)], reordering: Self.limits()) {
                    looks += 1
                    return looks > patience
                }
            }
        }
    }

    @Test func storedDocumentsNeedNotBeInMemoryAtOnce() throws {
        var random = SeededGenerator(seed: 724)
        let documents = SampleDocuments.random(&random, count: 900)
        let segment = try SampleDocuments.open(try SampleDocuments.build(documents))
        var source = try MergeSource(segment, nil, first: 0)
        source.renumber(DocumentOrder((0..<900).shuffled(using: &random)))
        var merger = StoredMerger(sources: [source], isCancelled: { false })
        let atOnce = try merger.reorder(documentCount: 900)
        merger.bytesAtOnce = 1_000
        let inParts = try merger.reorder(documentCount: 900)
        #expect(atOnce == inParts)
    }
}
