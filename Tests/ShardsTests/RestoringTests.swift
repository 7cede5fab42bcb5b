// New shards that begin with what another index's shard kept.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct RestoringTests {
    private let objects = TestObjectStore()
    private let origin = ShardOrigin(indexUUID: "test", keptID: "k")

    private func world(_ uuid: String) -> TestWorld {
        var world = TestWorld(objects: objects)
        world.location = ShardLocation(indexUUID: uuid, shard: 0)
        world.random = SeededRandom(seed: uuid == "test" ? 1 : 2)
        return world
    }

    private func source() async throws -> Shard {
        let shard = try await world("test").open()
        try await shard.write((0..<20).map { index("\($0)", #"{"n":\#($0)}"#) })
        try await shard.write([delete("3"), index("4", #"{"n":-4}"#)])
        _ = try await shard.keep(id: "k", name: "n")
        return shard
    }

    private func segments(_ uuid: String) -> [String] {
        objects.keys.filter { $0.hasPrefix(uuid + "/") && $0.contains("/segments/") }
    }

    @Test func aNewShardHasTheKeptDocumentsAndItsOwnBytes() async throws {
        let shard = try await source()
        try await shard.refresh()
        let documents = try shard.snapshot.documents()
        try await shard.write([index("later", "{}"), delete("0")])
        let world = world("new")
        let restored = try await world.open(origin: origin)
        #expect(try restored.snapshot.documents() == documents)
        #expect(segments("new").count == 1)
        let stored = try #require(try await restored.get(id: "4"))
        #expect(stored.version == 2 && stored.sequenceNumber == 21 && stored.primaryTerm == 1)
        let outcomes = try await restored.write([create("3", "{}"), index("4", "{}")])
        #expect(outcomes.map(\.version) == [3, 3])
        #expect(outcomes.map(\.sequenceNumber) == [22, 23])
        #expect(outcomes.allSatisfy { $0.primaryTerm == 1 })
        #expect(await restored.keptStates == [])
        // The first index can go; the second stays, and is not made anew.
        for key in objects.keys where key.hasPrefix("test/") { objects.replace(key, nil) }
        try await restored.refresh()
        let again = try await world.open(owner: "n2", origin: origin)
        #expect(try again.snapshot.documents() == restored.snapshot.documents())
        let copy = try await world.open(owner: "n3", as: .copy, origin: origin)
        #expect(try copy.snapshot.documents() == restored.snapshot.documents())
    }

    @Test func untilTheFirstCheckpointThereIsNoShard() async throws {
        _ = try await source()
        let world = world("new")
        await #expect { try await world.open(as: .copy, origin: origin) } throws: {
            ($0 as? ShardError)?.isRetryable == true
        }
        #expect(!objects.keys.contains { $0.hasPrefix("new/") })
        // The copy of a segment cannot be written: opening again begins anew.
        let key = segments("test")[0]
        objects.refuseReads(of: key)
        await #expect { try await world.open(origin: origin) } throws: {
            ($0 as? ShardError)?.isRetryable == true
        }
        objects.refuseReads(of: nil)
        await #expect { try await world.open(as: .copy, origin: origin) } throws: {
            ($0 as? ShardError)?.isRetryable == true
        }
        let restored = try await world.open(owner: "n2", origin: origin)
        #expect(await restored.status().documents == 19)
        // The term is the fence's that restored it.
        #expect(try await restored.get(id: "1")?.primaryTerm == 2)
        // A segment that was left behind goes with time.
        objects.replace("new/00000/segments/1-left", [1])
        try await restored.write([index("x", "{}")])
        try await restored.flush()
        #expect(!segments("new").contains { $0.hasSuffix("1-left") })
    }

    @Test func damagedAndMissingOriginsAreRefused() async throws {
        let shard = try await source()
        let key = segments("test")[0]
        let good = try #require(try await objects.read(key))
        var damaged = good
        damaged[good.count / 2] ^= 1
        objects.replace(key, damaged)
        await #expect { try await world("new").open(origin: origin) } throws: {
            ($0 as? ShardError)?.kind == .corrupt
        }
        objects.replace(key, good)
        for wrong in [
            ShardOrigin(indexUUID: "test", keptID: "other"),
            ShardOrigin(indexUUID: "none", keptID: "k"),
        ] {
            await #expect { try await world("new").open(origin: wrong) } throws: {
                ($0 as? ShardError)?.kind == .corrupt
            }
        }
        #expect(try await world("new").open(origin: origin).snapshot.documents()?.count == 19)
        try await shard.letGo(id: "k")
    }
}
