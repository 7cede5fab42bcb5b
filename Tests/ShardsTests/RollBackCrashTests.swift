// A roll-back that does not get through: all of it has happened or nothing, and damaged bytes are
// found before anything changes.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct RollBackCrashTests {
    private let objects = TestObjectStore()
    private var world: TestWorld { TestWorld(objects: objects) }

    private func kept() async throws -> Shard {
        let shard = try await world.open()
        try await shard.write([index("a", #"{"n":1}"#), index("b", #"{"n":1}"#)])
        _ = try await shard.keep(id: "k", name: "n")
        try await shard.write([index("a", #"{"n":2}"#), delete("b"), index("c", "{}")])
        try await shard.flush()
        try await shard.forceMerge(maximumSegments: 1)
        try await shard.settle()
        try await shard.refresh()
        return shard
    }

    /// The owner dies with its create on the way; it arrives, or it does not.
    @Test(arguments: [true, false])
    func anOwnerThatDiesHasRolledBackOrNot(arrives: Bool) async throws {
        let shard = try await kept()
        let before = objects.keys
        let next = Recorder()
        let world = world
        let taken = OpenedByOther()
        objects.beforeLog.withLock {
            $0 = {
                guard next.notes.isEmpty else { return }
                next.note("taking over")
                if !arrives { taken.shard = try? await world.open(owner: "n2") }
            }
        }
        if arrives {
            // The answer is lost, and so is whoever asked.
            objects.answerNext([.created])
            _ = try await shard.rollBack(to: .kept(id: "k"))
        } else {
            await #expect { try await shard.rollBack(to: .kept(id: "k")) } throws: {
                ($0 as? ShardError)?.kind == .deposed
            }
        }
        objects.beforeLog.withLock { $0 = nil }
        #expect(objects.keys != before)
        let other: Shard
        if let opened = taken.shard {
            other = opened
        } else {
            other = try await world.open(owner: "n3")
        }
        let expected =
            arrives
            ? ["a": #"{"n":1}"#, "b": #"{"n":1}"#] : ["a": #"{"n":2}"#, "c": "{}"]
        #expect(try other.snapshot.documents() == expected)
        try await shard.catchUp()
        try await shard.refresh()
        #expect(try shard.snapshot.documents() == expected)
        // Whoever owns it now can do it too.
        _ = try await other.rollBack(to: .kept(id: "k"))
        #expect(try other.snapshot.documents() == ["a": #"{"n":1}"#, "b": #"{"n":1}"#])
    }

    @Test func damagedBytesAreFoundBeforeAnythingChanges() async throws {
        let shard = try await kept()
        let stored = await shard.status().segments.map(\.name)
        let key = try #require(
            objects.keys.first { key in
                key.contains("/segments/") && !stored.contains { key.hasSuffix($0) }
            })
        let good = try #require(try await objects.read(key))
        let (documents, slot) = (try shard.snapshot.documents(), shard.appliedSlot)
        var damaged = good
        damaged[good.count / 2] ^= 1
        for bad in [damaged, Array(good.dropLast()), nil] {
            objects.replace(key, bad)
            await #expect { try await shard.rollBack(to: .kept(id: "k")) } throws: {
                ($0 as? ShardError)?.kind == .corrupt
            }
            #expect(shard.appliedSlot == slot)
            #expect(try shard.snapshot.documents() == documents)
        }
        objects.replace(key, good)
        #expect(try await shard.rollBack(to: .kept(id: "k")).documents == 2)
    }

    @Test func nothingIsKeptWhereTheSegmentCannotBeWritten() async throws {
        let shard = try await world.open()
        try await shard.write([index("a", "{}")])
        objects.refuse(1000)
        await #expect { try await shard.keep(id: "k", name: "n") } throws: {
            ($0 as? ShardError)?.isRetryable == true
        }
        objects.refuse(0)
        #expect(await shard.keptStates == [])
        #expect(try await shard.keep(id: "k", name: "n").documents == 1)
        try await shard.write([index("b", "{}")])
        #expect(await shard.status().documents == 2)
    }
}

/// Touched by one task at a time.
private final class OpenedByOther: @unchecked Sendable {
    var shard: Shard?
}
