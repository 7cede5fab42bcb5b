// Merges that put documents in another order lose and mistake none.

import Analysis
import Segments
import Storage
import Testing

@testable import Shards

@Suite(.timeLimit(.minutes(1)))
struct ReorderingTests {
    private static func world(_ objects: TestObjectStore) -> TestWorld {
        var world = TestWorld(objects: objects)
        var limits = ReorderLimits()
        limits.minimumDocuments = 100
        limits.minimumFrequency = 2
        world.settings.reordering = limits
        return world
    }

    private static func source(_ number: Int, _ random: SeededRandom) -> String {
        let words = (0..<6).map { _ in "s\(number % 5)w\(random.next(in: 0..<9))" }
        return #"{"n":\#(number),"text":"\#(words.joined(separator: " "))"}"#
    }

    private static func ids(_ shard: Shard) -> [String] {
        shard.snapshot.segments.flatMap { view in
            (0..<UInt32(view.segment.documentCount)).map {
                String(decoding: view.segment.id($0), as: UTF8.self)
            }
        }
    }

    @Test(arguments: UInt64(1)...4)
    func changesDuringAMergeFollowTheirDocuments(seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        let objects = TestObjectStore()
        let world = Self.world(objects)
        let shard = try await world.open()
        var expected: [String: String] = [:]
        var number = 0
        for _ in 0..<3 {
            var operations: [DocumentOperation] = []
            for _ in 0..<120 {
                let source = Self.source(number, random)
                expected["\(number)"] = source
                operations.append(index("\(number)", source))
                number += 1
            }
            try await shard.write(operations)
            try await shard.flush()
            // Changed documents stand in two segments, and one of the copies is dead.
            let changed = random.next(in: 0..<number)
            expected["\(changed)"] = Self.source(changed + 1, random)
            try await shard.write([index("\(changed)", expected["\(changed)"] ?? "")])
        }
        for round in 0..<2 {
            var racing: [DocumentOperation] = []
            for _ in 0..<25 {
                let id = "\(random.next(in: 0..<number))"
                if random.next(below: 2) == 0 {
                    racing.append(delete(id))
                    expected[id] = nil
                } else {
                    expected[id] = Self.source(round, random)
                    racing.append(index(id, expected[id] ?? ""))
                }
            }
            objects.beforeSegment.withLock { hook in
                hook = { [racing] in _ = try? await shard.write(racing) }
            }
            try await shard.forceMerge(maximumSegments: 1)
            objects.beforeSegment.withLock { $0 = nil }
            try await shard.refresh()
            #expect(try shard.snapshot.documents() == expected, "seed \(seed), round \(round)")
        }
        let ids = Self.ids(shard)
        let numbers = ids.compactMap { Int($0) }
        let neighbours = zip(numbers, numbers.dropFirst()).count { $0 + 1 == $1 }
        #expect(neighbours < ids.count / 2, "seed \(seed): the documents kept their order")
        for id in ids { #expect(try await shard.text(id) == expected[id], "seed \(seed)") }
        let again = try await world.open(owner: "n2")
        #expect(try again.snapshot.documents() == expected, "seed \(seed), opened again")
    }

    @Test func smallMergesAndFlushesKeepTheOrder() async throws {
        let random = SeededRandom(seed: 9)
        let world = Self.world(TestObjectStore())
        let shard = try await world.open()
        try await shard.write((0..<300).map { index("\($0)", Self.source($0, random)) })
        try await shard.flush()
        try await shard.refresh()
        #expect(Self.ids(shard) == (0..<300).map(String.init))
        let other = try await Self.world(TestObjectStore()).open()
        for start in [0, 40] {
            try await other.write((start..<(start + 40)).map { index("\($0)", "{}") })
            try await other.flush()
        }
        try await other.forceMerge(maximumSegments: 1)
        try await other.refresh()
        #expect(Self.ids(other) == (0..<80).map(String.init))
    }
}
