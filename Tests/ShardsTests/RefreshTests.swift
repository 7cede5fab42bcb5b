// When searches see what was written, and that nothing they do waits for the log.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct RefreshTests {
    @Test func anIdleShardIsRefreshedByTheNextSearch() async throws {
        let world = TestWorld()
        let shard = try await world.open()
        try await shard.write([index("a", "{}")])
        world.clock.advance(.seconds(5))
        await shard.tick()
        #expect(shard.snapshot.segments.isEmpty)
        try await shard.refreshIfDue(searching: true)
        #expect(try shard.snapshot.documents()?.count == 1)
        // Now it is searched, so the timer does it.
        try await shard.write([index("b", "{}")])
        try await shard.refreshIfDue(searching: true)
        #expect(try shard.snapshot.documents()?.count == 1)
        world.clock.advance(.seconds(2))
        await shard.tick()
        #expect(try shard.snapshot.documents()?.count == 2)
        // Idle again.
        world.clock.advance(.seconds(31))
        try await shard.write([index("c", "{}")])
        await shard.tick()
        #expect(try shard.snapshot.documents()?.count == 2)
        shard.noteSearch()
        world.clock.advance(.seconds(1))
        await shard.tick()
        #expect(try shard.snapshot.documents()?.count == 3)
    }

    @Test func withoutAnIntervalOnlyARefreshShows() async throws {
        var world = TestWorld()
        world.settings.refreshInterval = nil
        let shard = try await world.open()
        try await shard.write([index("a", "{}")])
        try await shard.refreshIfDue(searching: true)
        world.clock.advance(.seconds(60))
        await shard.tick()
        try await shard.flush()
        #expect(shard.snapshot.segments.isEmpty)
        try await shard.refresh()
        #expect(try shard.snapshot.documents()?.count == 1)
    }

    @Test func whoeverWaitsForASlotIsWoken() async throws {
        let visible = Recorder()
        let world = TestWorld()
        let shard = try await Shard.open(
            location: world.location, settings: world.settings, schema: Schema(),
            objects: world.objects, clock: world.clock, random: world.random,
            compute: InlineComputePool(), owner: "n1", logger: .init(label: "test")
        ) { visible.note("\($0)") }
        let slot = try await shard.write([index("a", "{}")])[0].slot
        try await shard.waitUntilVisible(slot)
        #expect(shard.snapshot.visibleSlot == slot)
        #expect(visible.notes == ["0", "2"])
    }

    @Test func aStalledLogHoldsUpNoReader() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let shard = try await world.open()
        try await shard.write([index("a", #"{"n":1}"#), index("b", "{}")])
        objects.refuse(.max)
        await #expect(throws: ShardError.self) {
            try await shard.write([index("a", #"{"n":2}"#), delete("b")])
        }
        await #expect(throws: ShardError.self) { try await shard.write([index("c", "{}")]) }
        try await shard.refreshIfDue(searching: true)
        #expect(try shard.snapshot.documents() == ["a": #"{"n":1}"#, "b": "{}"])
        #expect(try await shard.text("a") == #"{"n":1}"#)
        objects.refuse(0)
        while await shard.isStalled { await Task.yield() }
        // The builder was sealed while the write was on its way: it finds its documents.
        try await shard.write([index("d", "{}")])
        try await shard.refresh()
        #expect(try shard.snapshot.documents() == ["a": #"{"n":2}"#, "d": "{}"])
    }

    @Test func manySmallSegmentsInMemoryBecomeOne() async throws {
        let shard = try await TestWorld().open()
        for number in 0..<9 {
            try await shard.write([index("\(number)", "{}"), index("same", "{}")])
            try await shard.refresh()
        }
        let before = await shard.status()
        while try await shard.compactMemory() {}
        let after = await shard.status()
        #expect(after.segments.count < before.segments.count)
        #expect(Set(after.segments.map(\.isInMemory)) == [true])
        #expect(after.documents == 10)
        #expect(try shard.snapshot.documents()?.count == 10)
        try await shard.write([delete("same"), update("3", #"{"n":1}"#)])
        try await shard.refresh()
        #expect(try shard.snapshot.documents()?.count == 9)
    }

    @Test func aClosedShardRefuses() async throws {
        let shard = try await TestWorld().open()
        try await shard.write([index("a", "{}")])
        await shard.close()
        await #expect {
            try await shard.write([index("b", "{}")])
        } throws: { ($0 as? ShardError)?.kind == .closed }
        await #expect(throws: ShardError.self) { try await shard.refresh() }
        await #expect(throws: ShardError.self) { try await shard.flush() }
    }
}
