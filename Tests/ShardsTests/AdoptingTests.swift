// What a copy does at a checkpoint: listed segments come in, documents in memory leave, and
// nothing that changed meanwhile is forgotten.

import Analysis
import Segments
import Storage
import Testing

@testable import Shards

@Suite struct AdoptingTests {
    private struct Pair {
        let objects = TestObjectStore()
        let world: TestWorld
        let owner: Shard
        let copy: Shard

        init() async throws {
            world = TestWorld(objects: objects)
            owner = try await world.open()
            copy = try await world.open(owner: "n2", as: .copy)
        }

        /// Names of the stored segments, the owner's and the copy's.
        func names() async -> ([String], [String]) {
            func stored(_ shard: Shard) async -> [String] {
                await shard.status().segments.filter { !$0.isInMemory }.map(\.name).sorted()
            }
            return (await stored(owner), await stored(copy))
        }

        func expectEqual(_ ids: [String]) async throws {
            try await FollowingTests.expectEqual(copy, owner, ids: ids)
        }
    }

    private func ids(_ count: Int) -> [String] { (0..<count).map(String.init) }

    @Test func aFlushEmptiesTheMemoryOfACopy() async throws {
        let pair = try await Pair()
        try await pair.owner.write(ids(20).map { index($0, #"{"n":\#($0)}"#) })
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.refresh()
        try await pair.owner.flush()
        // Some of the new ones are in a segment in memory, some in the builder.
        try await pair.owner.write([delete("3"), index("4", "{}"), index("new", "{}")])
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.refresh()
        try await pair.owner.write([delete("5"), index("6", "{}"), delete("new")])
        _ = try await pair.copy.follow(pair.owner)
        let visible = try pair.copy.snapshot.documents()
        #expect(await pair.names().1 == [])
        try await pair.copy.adopt()
        #expect(try pair.copy.snapshot.documents() == visible)
        let (owners, copies) = await pair.names()
        #expect(owners == copies && owners.count == 1)
        try await pair.expectEqual(ids(20) + ["new"])
        let left = await pair.copy.status().segments.filter(\.isInMemory)
        #expect(left.reduce(0) { $0 + $1.documents - $1.deleted } == 2)
        // Nothing is adopted twice.
        _ = pair.objects.takeReads()
        try await pair.copy.adopt()
        #expect(pair.objects.takeReads() == [])
    }

    /// What was overwritten in memory is not counted for ever: a copy that became an owner would
    /// wait for room that no flush could make.
    @Test func whatWasOverwrittenLeavesMemoryToo() async throws {
        let pair = try await Pair()
        for round in 0..<5 {
            try await pair.owner.write([index("same", #"{"n":\#(round)}"#)])
        }
        _ = try await pair.copy.follow(pair.owner)
        #expect(await pair.copy.status().memoryBytes > 0)
        try await pair.owner.flush()
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.adopt()
        #expect(await pair.copy.status().memoryBytes == 0)
    }

    @Test func aMergeSwapsSegmentsAndLeavesMemoryAlone() async throws {
        let pair = try await Pair()
        for round in 0..<3 {
            try await pair.owner.write(ids(10).map { index("\(round)-\($0)", "{}") })
            try await pair.owner.flush()
        }
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.adopt()
        try await pair.owner.write([delete("0-1"), index("m", "{}")])
        try await pair.owner.write([index("1-1", #"{"n":1}"#)])
        try await pair.owner.forceMerge(maximumSegments: 1)
        try await pair.owner.write([delete("2-2"), index("m", #"{"n":2}"#)])
        try await pair.owner.settle()
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.adopt()
        let (owners, copies) = await pair.names()
        #expect(owners == copies)
        let all = (0..<3).flatMap { round in ids(10).map { "\(round)-\($0)" } }
        try await pair.expectEqual(all + ["m"])
    }

    /// While the copy opens one checkpoint's segment, the owner flushes another, and writes while
    /// it does.
    @Test func whatChangesWhileSegmentsAreOpenedIsKept() async throws {
        let pair = try await Pair()
        let (owner, copy) = (pair.owner, pair.copy)
        try await owner.write(ids(30).map { index($0, "{}") })
        try await owner.flush()
        _ = try await copy.follow(owner)
        let step = Recorder()
        pair.objects.beforeMap.withLock {
            $0 = {
                guard step.notes.count < 3 else { return }
                step.note("opening")
                let round = step.notes.count
                _ = try? await owner.write([
                    delete("\(round)"), index("\(10 + round)", #"{"n":\#(round)}"#),
                    index("r\(round)", "{}"),
                ])
                if round == 1 { try? await owner.flush() }
                _ = try? await copy.follow(owner)
            }
        }
        try await copy.adopt()
        pair.objects.beforeMap.withLock { $0 = nil }
        #expect(step.notes.count == 3)
        let (owners, copies) = await pair.names()
        #expect(owners == copies && owners.count == 2)
        try await pair.expectEqual(ids(30) + ["r1", "r2", "r3"])
    }

    @Test func aCheckpointThatCannotBeOpenedIsTriedAgain() async throws {
        let pair = try await Pair()
        try await pair.owner.write(ids(5).map { index($0, "{}") })
        try await pair.owner.flush()
        _ = try await pair.copy.follow(pair.owner)
        let segment = try #require(pair.objects.keys.first { $0.contains("/segments/") })
        let good = try #require(try await pair.objects.read(segment))
        var damaged = good
        damaged[good.count / 2] ^= 1
        for bad in [damaged, nil] {
            pair.objects.replace(segment, bad)
            await #expect(throws: ShardError.self) { try await pair.copy.adopt() }
            // It goes on with what it has.
            try await pair.owner.write([delete("1"), index("x", #"{"n":1}"#)])
            _ = try await pair.copy.follow(pair.owner)
            try await pair.expectEqual(ids(5) + ["x"])
            // Promoting it would be wrong, and hurts the owner if it is tried anyway.
            await #expect { try await pair.copy.promote() } throws: {
                ($0 as? ShardError)?.isRetryable == true
            }
            #expect(pair.copy.role == .copy)
            try await pair.owner.write([index("y", "{}")])
            #expect(pair.owner.role == .owner)
        }
        pair.objects.refuseReads(of: "segments")
        await #expect(throws: ShardError.self) { try await pair.copy.adopt() }
        pair.objects.refuseReads(of: nil)
        pair.objects.replace(segment, good)
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.adopt()
        let (owners, copies) = await pair.names()
        #expect(owners == copies)
        try await pair.expectEqual(ids(5) + ["x", "y"])
        try await pair.copy.promote()
        #expect(pair.copy.role == .owner)
    }

    @Test func aSegmentThatIsGoneMeansThatTheLogWentOn() async throws {
        let pair = try await Pair()
        for round in 0..<3 {
            try await pair.owner.write([index("\(round)", "{}"), index("same", "{}")])
            try await pair.owner.flush()
            if round == 0 { _ = try await pair.copy.follow(pair.owner) }
        }
        try await pair.owner.forceMerge(maximumSegments: 1)
        try await pair.owner.write([index("last", "{}")])
        try await pair.owner.flush()
        await #expect(throws: ShardError.self) { try await pair.copy.adopt() }
        try await pair.copy.catchUp()
        try await pair.copy.adopt()
        let (owners, copies) = await pair.names()
        #expect(owners == copies)
        try await pair.expectEqual(ids(3) + ["same", "last"])
    }

    @Test func aSleepingCopyBeginsAnew() async throws {
        let pair = try await Pair()
        try await pair.owner.write(ids(9).map { index($0, "{}") })
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.refresh()
        try await pair.owner.flush()
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.adopt()
        let segments = pair.objects.keys.filter { $0.contains("/segments/") }
        for round in 0..<4 {
            try await pair.owner.write([index("\(round)", #"{"n":1}"#), delete("\(round + 4)")])
            try await pair.owner.flush()
        }
        try await pair.owner.write([index("tail", "{}"), delete("0")])
        _ = pair.objects.takeReads()
        try await pair.copy.catchUp()
        #expect(pair.copy.appliedSlot == pair.owner.appliedSlot)
        // The segment it has is not read again.
        #expect(!pair.objects.takeReads().contains(segments[0]))
        try await pair.expectEqual(ids(9) + ["tail"])
        // And goes on by the stream.
        try await pair.owner.write([index("after", "{}"), delete("1")])
        #expect(try await pair.copy.follow(pair.owner))
        try await pair.expectEqual(ids(9) + ["tail", "after"])
        try await pair.copy.promote()
        try await pair.copy.write([index("mine", "{}")])
        try await pair.copy.flush()
        #expect(try await pair.world.open(owner: "n3").text("mine") == "{}")
    }

    @Test func anOpeningThatTheShardHasOutrunIsDropped() async throws {
        let pair = try await Pair()
        let (owner, copy) = (pair.owner, pair.copy)
        try await owner.write(ids(5).map { index($0, "{}") })
        try await owner.flush()
        _ = try await copy.follow(owner)
        let step = Recorder()
        pair.objects.beforeMap.withLock {
            $0 = {
                guard step.notes.isEmpty else { return }
                step.note("opening")
                for round in 0..<3 {
                    _ = try? await owner.write([index("\(round)", #"{"n":1}"#), delete("4")])
                    try? await owner.flush()
                }
                try? await copy.catchUp()
            }
        }
        try await copy.adopt()
        let (owners, copies) = await pair.names()
        #expect(owners == copies)
        try await pair.expectEqual(ids(5))
    }

    @Test func fullMemoryWaitsForTheCheckpoint() async throws {
        var world = TestWorld()
        world.settings.flushBytes = 100
        let owner = try await world.open()
        let copy = try await world.open(owner: "n2", as: .copy)
        for round in 0..<5 {
            try await owner.write(ids(20).map { index("\(round)-\($0)", "{}") })
            if round == 2 { try await owner.flush() }
            _ = try await copy.follow(owner)
        }
        // It was adopted because there was no room, not because somebody asked.
        #expect(await copy.status().segments.contains { !$0.isInMemory })
        try await FollowingTests.expectEqual(copy, owner, ids: ids(20).map { "1-\($0)" })
    }

    @Test func segmentsInMemoryAreMergedWhileCheckpointsCome() async throws {
        let pair = try await Pair()
        for number in 0..<9 {
            try await pair.owner.write([index("\(number)", "{}"), index("same", "{}")])
            _ = try await pair.copy.follow(pair.owner)
            try await pair.copy.refresh()
        }
        let before = await pair.copy.status().segments.count
        #expect(try await pair.copy.compactMemory())
        #expect(await pair.copy.status().segments.count < before)
        try await pair.expectEqual(ids(9) + ["same"])
        try await pair.owner.flush()
        try await pair.owner.write([index("7", #"{"n":1}"#)])
        _ = try await pair.copy.follow(pair.owner)
        try await pair.copy.adopt()
        while try await pair.copy.compactMemory() {}
        try await pair.expectEqual(ids(9) + ["same"])
    }
}
