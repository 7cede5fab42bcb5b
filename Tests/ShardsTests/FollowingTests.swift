// Copies: they follow the stream or the store, and show what the owner shows.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct FollowingTests {
    /// What anybody can see of a shard, however its segments lie.
    static func expectEqual(_ copy: Shard, _ owner: Shard, ids: [String]) async throws {
        let slot = try await owner.refresh()
        try await copy.ensureVisible(slot)
        #expect(copy.snapshot.visibleSlot == slot)
        #expect(try copy.snapshot.documents() == owner.snapshot.documents())
        for id in ids { #expect(try await copy.get(id: id) == owner.get(id: id), "\(id)") }
        #expect(await copy.status().documents == owner.status().documents)
    }

    @Test func aCopyShowsWhatItsOwnerShows() async throws {
        let notes = Recorder()
        let world = TestWorld()
        let owner = try await world.open(notes: notes)
        let copy = try await world.open(owner: "n2", as: .copy)
        #expect((owner.role, copy.role) == (.owner, .copy))
        try await owner.write([index("a", #"{"n":1}"#), index("b", #"{"t":"x y"}"#)])
        try await owner.write([update("a", #"{"m":2}"#), delete("b"), index("c", "{}")])
        #expect(notes.notes == ["committed", "committed"])
        #expect(copy.appliedSlot == 1)
        #expect(try await copy.follow(owner))
        #expect(copy.appliedSlot == 3 && owner.appliedSlot == 3)
        #expect(try await copy.text("a") == #"{"n":1,"m":2}"#)
        #expect(try copy.snapshot.documents() == [:])
        try await Self.expectEqual(copy, owner, ids: ["a", "b", "c"])
        #expect(await copy.schema == owner.schema)
        await #expect {
            try await copy.write([index("d", "{}")])
        } throws: { ($0 as? ShardError)?.kind == .deposed }
        await #expect(throws: ShardError.self) { try await copy.flush() }
        await #expect(throws: ShardError.self) { _ = try await copy.mergeOnce() }
    }

    @Test func aGapInTheStreamIsNoticedAndTheStoreFillsIt() async throws {
        let world = TestWorld()
        let owner = try await world.open()
        let copy = try await world.open(owner: "n2", as: .copy)
        for number in 0..<5 { try await owner.write([index("\(number)", "{}")]) }
        guard case .records(let records) = owner.records(after: 1, byteLimit: 1 << 20) else {
            Issue.record("the owner has its records no more")
            return
        }
        #expect(records.count == 5)
        try await copy.follow([records[0]])
        await #expect { try await copy.follow([records[2]]) } throws: {
            ($0 as? ShardError)?.isRetryable == true
        }
        #expect(copy.appliedSlot == 2)
        var damaged = records[1]
        damaged[40] ^= 1
        await #expect(throws: ShardError.self) { try await copy.follow([damaged]) }
        // Another log's record of the right number.
        let stranger = try await TestWorld(random: SeededRandom(seed: 9)).open(owner: "x")
        try await stranger.write([index("x", "{}")])
        try await stranger.write([index("x", "{}")])
        guard case .records(let others) = stranger.records(after: 2, byteLimit: 1) else {
            Issue.record("the stranger has its records no more")
            return
        }
        await #expect(throws: ShardError.self) { try await copy.follow(others) }
        try await copy.catchUp()
        #expect(copy.appliedSlot == 6)
        // Known ones are skipped.
        try await copy.follow(records)
        try await Self.expectEqual(copy, owner, ids: (0..<5).map(String.init) + ["x"])
    }

    @Test func whoNeedsASlotReadsTheStore() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let owner = try await world.open()
        let copy = try await world.open(owner: "n2", as: .copy)
        let slot = try await owner.write([index("a", "{}")])[0].slot
        try await copy.ensureVisible(slot)
        #expect(try copy.snapshot.documents() == ["a": "{}"])
        await #expect { try await copy.ensureVisible(slot + 1) } throws: {
            ($0 as? ShardError)?.status == 503
        }
        // What is visible asks nobody.
        objects.refuseReads(of: "log")
        try await copy.ensureVisible(slot)
        let next = try await owner.write([index("b", "{}")])[0].slot
        await #expect(throws: ShardError.self) { try await copy.ensureVisible(next) }
        #expect(try await copy.follow(owner))
        try await copy.ensureVisible(next)
        #expect(try copy.snapshot.documents()?.count == 2)
    }

    @Test func aCopyWakesWhoWaitsForASlot() async throws {
        var world = TestWorld()
        world.settings.worksInBackground = true
        let owner = try await world.open()
        let copy = try await world.open(owner: "n2", as: .copy)
        async let visible: Void = copy.waitUntilVisible(2)
        while await copy.visibilityWaiters.isEmpty { await Task.yield() }
        try await owner.write([index("a", "{}")])
        #expect(try await copy.follow(owner))
        try await visible
        #expect(try copy.snapshot.documents()?.count == 1)
        await owner.close()
        await copy.close()
    }

    @Test func recentRecordsAreBounded() {
        let log = RecentLog(newest: 3)
        #expect(log.records(after: 3, byteLimit: 10) == .none)
        #expect(log.records(after: 9, byteLimit: 10) == .none)
        #expect(log.records(after: 2, byteLimit: 10) == .behind)
        for slot in UInt64(4)...6 { log.append([UInt8](repeating: 1, count: 4), slot: slot) }
        let record = [UInt8](repeating: 1, count: 4)
        #expect(log.records(after: 3, byteLimit: 8) == .records([record, record]))
        #expect(log.records(after: 3, byteLimit: 1) == .records([record]))
        #expect(log.records(after: 5, byteLimit: 100) == .records([record]))
        #expect(log.records(after: 6, byteLimit: 100) == .none)
        let large = [UInt8](repeating: 2, count: RecentLog.limitBytes - 4)
        log.append(large, slot: 7)
        #expect(log.records(after: 4, byteLimit: 100) == .behind)
        #expect(log.records(after: 5, byteLimit: .max) == .records([record, large]))
        // A record that cannot be kept, and one that is not the next.
        log.append(nil, slot: 8)
        #expect(log.records(after: 7, byteLimit: 100) == .behind)
        log.append([8], slot: 12)
        #expect(log.records(after: 10, byteLimit: 100) == .behind)
        #expect(log.records(after: 11, byteLimit: 100) == .records([[8]]))
        log.append(large + record + record, slot: 13)
        #expect(log.records(after: 12, byteLimit: 100) == .behind)
        #expect(log.records(after: 13, byteLimit: 100) == .none)
        for slot in UInt64(14)..<5000 {
            log.append([UInt8](repeating: 0, count: 4096), slot: slot)
        }
        let kept = UInt64(RecentLog.limitBytes / 4096)
        #expect(log.records(after: 4999 - kept - 1, byteLimit: 1) == .behind)
        guard case .records(let all) = log.records(after: 4999 - kept, byteLimit: .max) else {
            Issue.record("the newest records are gone")
            return
        }
        #expect(all.count == Int(kept))
    }
}
