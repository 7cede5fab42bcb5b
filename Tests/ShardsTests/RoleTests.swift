// Becoming the owner and a copy again: nothing is lost, read twice, or written by two.

import Analysis
import Storage
import Synchronization
import Testing

@testable import Shards

@Suite struct RoleTests {
    @Test func promotionGoesOnWhereTheCopyStands() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let notes = Recorder()
        let old = try await world.open(notes: notes)
        for number in 0..<50 { try await old.write([index("\(number % 7)", #"{"n":\#(number)}"#)]) }
        try await old.write([create("k", "{}"), delete("1")], key: "once")
        let copy = try await world.open(owner: "n2", as: .copy)
        try await old.write([index("late", "{}"), delete("late")])
        _ = objects.takeReads()
        try await copy.promote()
        #expect(copy.role == .owner)
        // Only the one record that it did not have.
        #expect(objects.takeReads() == [world.location.logKey(53)])
        #expect(copy.appliedSlot == 54)
        try await copy.promote()
        #expect(copy.appliedSlot == 54)
        // Versions, tombstones, answers and terms go on.
        let repeated = try await copy.write([create("k", "{}"), delete("1")], key: "once")
        #expect(repeated.map(\.result) == [.created, .deleted])
        #expect(repeated.allSatisfy { $0.primaryTerm == 1 })
        let outcomes = try await copy.write([index("1", "{}"), index("late", "{}")])
        #expect(outcomes.map(\.version) == [9, 3])
        #expect(outcomes.allSatisfy { $0.primaryTerm == 54 })
        #expect(try await copy.get(id: "2")?.primaryTerm == 1)
        #expect(try await copy.get(id: "1")?.primaryTerm == 54)
        // The old owner finds out, and follows.
        await #expect {
            try await old.write([index("lost", "{}")])
        } throws: { ($0 as? ShardError)?.kind == .deposed }
        #expect(old.role == .copy)
        #expect(notes.notes.count { $0 == "deposed" } == 1)
        #expect(try await old.follow(copy))
        try await FollowingTests.expectEqual(
            old, copy, ids: ["0", "1", "2", "3", "k", "late", "lost"])
        #expect(old.snapshot.primaryTerm == 54)
    }

    /// A to B to A, with flushes and merges on the way.
    @Test func ownersTakeTurns() async throws {
        let world = TestWorld()
        var owner = try await world.open()
        var copy = try await world.open(owner: "n2", as: .copy)
        for round in 0..<6 {
            try await owner.write([
                index("\(round)", "{}"), index("same", #"{"n":\#(round)}"#), delete("\(round - 2)"),
            ])
            if round % 2 == 0 { try await owner.flush() }
            if round == 3 { try await owner.forceMerge(maximumSegments: 1) }
            try await owner.write([index("m\(round)", "{}")])
            if round % 3 == 0 { try await copy.catchUp() }
            if round % 2 == 1 { await owner.stepDown() }
            #expect(owner.role == (round % 2 == 1 ? .copy : .owner))
            try await copy.promote()
            if round % 2 == 0 {
                await #expect(throws: ShardError.self) { try await owner.flush() }
                await #expect(throws: ShardError.self) {
                    try await owner.write([index("lost", "{}")])
                }
            }
            swap(&owner, &copy)
            try await FollowingTests.expectEqual(
                copy, owner, ids: (0..<6).flatMap { ["\($0)", "m\($0)"] } + ["same", "lost"])
        }
        let fresh = try await world.open(owner: "n3")
        #expect(try fresh.snapshot.documents() == owner.snapshot.documents())
    }

    @Test func steppingDownResolvesTheCreateInFlight() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let owner = try await world.open()
        try await owner.write([index("a", "{}")])
        let gate = Gate()
        objects.beforeLog.withLock { $0 = { await gate.pass() } }
        let first = Task { try await owner.write([index("b", "{}")]) }
        while !gate.isWaitedFor { await Task.yield() }
        let second = Task { try await owner.write([index("c", "{}")]) }
        while await owner.status().pending < 2 { await Task.yield() }
        async let down: Void = owner.stepDown()
        while await !owner.isSteppingDown { await Task.yield() }
        await #expect(throws: ShardError.self) { try await owner.write([index("d", "{}")]) }
        objects.beforeLog.withLock { $0 = nil }
        gate.open()
        await down
        #expect(try await first.value[0].result == .created)
        await #expect { _ = try await second.value } throws: {
            ($0 as? ShardError)?.kind == .deposed
        }
        #expect(owner.role == .copy && owner.appliedSlot == 3)
        #expect(try await owner.text("b") == "{}")
        try await owner.refresh()
        #expect(try owner.snapshot.documents()?.keys.sorted() == ["a", "b"])
        try await owner.promote()
        #expect(try await owner.write([index("c", "{}")])[0].slot == 5)
    }

    /// Whether the create took place is not known when it is given up: the log tells.
    @Test(arguments: [true, false])
    func aCreateThatIsGivenUpIsNeitherLostNorDoubled(tookPlace: Bool) async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let owner = try await world.open()
        let gate = Gate()
        objects.answerNext([tookPlace ? .created : .unknown("5xx"), .unknown("5xx")])
        objects.beforeLog.withLock { $0 = { await gate.pass() } }
        let write = Task { try await owner.write([index("a", "{}")], key: "once") }
        while !gate.isWaitedFor { await Task.yield() }
        async let down: Void = owner.stepDown()
        while await !owner.isSteppingDown { await Task.yield() }
        objects.beforeLog.withLock { $0 = nil }
        gate.open()
        await down
        await #expect { _ = try await write.value } throws: { ($0 as? ShardError)?.status == 503 }
        #expect(owner.appliedSlot == 1)
        try await owner.catchUp()
        #expect(owner.appliedSlot == (tookPlace ? 2 : 1))
        try await owner.promote()
        let again = try await owner.write([index("a", "{}")], key: "once")[0]
        #expect(again.version == 1 && again.slot == (tookPlace ? 2 : 3))
    }

    @Test func aFlushAndAMergeOfAFormerOwnerComeToNothing() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let owner = try await world.open()
        for round in 0..<3 {
            try await owner.write([index("\(round)", "{}"), index("same", "{}")])
            try await owner.flush()
        }
        let copy = try await world.open(owner: "n2", as: .copy)
        for isMerge in [false, true] {
            try await owner.write([index("more", #"{"n":1}"#)])
            let step = Recorder()
            objects.beforeSegment.withLock {
                $0 = {
                    guard step.notes.isEmpty else { return }
                    step.note("once")
                    // To the copy and back, so that it is an owner again, but another one.
                    await owner.stepDown()
                    try? await copy.promote()
                    _ = try? await copy.write([delete("1"), index("other", "{}")])
                    try? await copy.flush()
                    try? await copy.forceMerge(maximumSegments: 1)
                    await copy.stepDown()
                    try? await owner.promote()
                }
            }
            await #expect {
                if isMerge {
                    try await owner.forceMerge(maximumSegments: 1)
                } else {
                    try await owner.flush()
                }
            } throws: { ($0 as? ShardError)?.kind == .deposed }
            objects.beforeSegment.withLock { $0 = nil }
            #expect(step.notes == ["once"] && owner.role == .owner)
            try await FollowingTests.expectEqual(
                copy, owner, ids: ["0", "1", "2", "same", "more", "other"])
            try await owner.flush()
            try await owner.settle()
            let fresh = try await world.open(owner: "n3", as: .copy)
            #expect(try fresh.snapshot.documents() == owner.snapshot.documents())
        }
    }

    @Test func aCheckpointThatIsRefusedChangesNothing() async throws {
        let world = TestWorld()
        let old = try await world.open()
        try await old.write([index("a", "{}")])
        try await old.flush()
        try await old.write([index("b", "{}")])
        try await old.flush()
        try await old.write([delete("a"), index("c", "{}")])
        let new = try await world.open(owner: "n2")
        // The old owner does not know yet: its checkpoint meets the fence.
        await #expect(throws: ShardError.self) {
            try await old.forceMerge(maximumSegments: 1)
        }
        #expect(old.role == .copy)
        let stored = await old.status().segments.filter { !$0.isInMemory }.map(\.name)
        #expect(await stored.count == new.status().segments.filter { !$0.isInMemory }.count)
        try await FollowingTests.expectEqual(old, new, ids: ["a", "b", "c"])
        await new.stepDown()
        try await old.promote()
        try await old.settle()
        try await old.forceMerge(maximumSegments: 1)
        let fresh = try await world.open(owner: "n3")
        #expect(try fresh.snapshot.documents() == ["b": "{}", "c": "{}"])
    }

    @Test func twoWhoPromoteAtOnceBecomeOneOwner() async throws {
        let world = TestWorld()
        let old = try await world.open()
        try await old.write([index("a", "{}")])
        let copies = [
            try await world.open(owner: "n2", as: .copy),
            try await world.open(owner: "n3", as: .copy),
        ]
        await withTaskGroup(of: Void.self) { group in
            for copy in copies { group.addTask { try? await copy.promote() } }
        }
        var written = 0
        for shard in copies + [old] {
            if (try? await shard.write([index("b\(written)", "{}")])) != nil { written += 1 }
        }
        #expect(written == 1)
        for shard in copies + [old] { try await shard.catchUp() }
        let owner = try #require((copies + [old]).first { $0.role == .owner })
        for shard in copies + [old] {
            try await FollowingTests.expectEqual(shard, owner, ids: ["a", "b0"])
        }
    }

    @Test func aMappingGivenToACopyWaitsForItsPromotion() async throws {
        let world = TestWorld()
        let owner = try await world.open()
        let copy = try await world.open(owner: "n2", as: .copy)
        try await owner.write([index("a", #"{"n":1}"#)])
        _ = try await copy.follow(owner)
        let logged = await copy.schema
        let newer = try logged.adding(mappings: ["properties": ["k": ["type": "keyword"]]])
        await copy.updateSchema(newer)
        #expect(await copy.schema == logged)
        try await owner.write([index("b", #"{"n":2}"#)])
        _ = try await copy.follow(owner)
        try await copy.promote()
        #expect(await copy.schema == newer)
        try await copy.write([index("c", #"{"k":"x"}"#)])
        #expect(await copy.schema == newer)
        await copy.stepDown()
        await copy.updateSchema(newer)
        #expect(await copy.schema == newer)
        // An owner whose mapping the log does not know yet goes back to the log's.
        let other = try newer.adding(mappings: ["properties": ["z": ["type": "long"]]])
        await owner.updateSchema(other)
        await #expect(throws: ShardError.self) { try await owner.write([index("d", "{}")]) }
        #expect(await owner.schema == logged)
        try await owner.catchUp()
        #expect(await owner.schema == newer)
        try await FollowingTests.expectEqual(owner, copy, ids: ["a", "b", "c"])
    }

    @Test func aDeposedOwnerCatchesUpByItself() async throws {
        var world = TestWorld()
        world.settings.worksInBackground = true
        let old = try await world.open()
        try await old.write([index("a", "{}")])
        let new = try await world.open(owner: "n2")
        try await new.write([index("b", "{}")])
        await #expect(throws: ShardError.self) { try await old.write([index("c", "{}")]) }
        while old.appliedSlot < new.appliedSlot { await Task.yield() }
        #expect(try await old.text("b") == "{}")
        await old.close()
        await new.close()
    }
}

/// Holds up who passes until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
        (false, []))

    var isWaitedFor: Bool { state.withLock { !$0.waiting.isEmpty } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
