// Scrubbing through a root: every leaf is asked, and damage is seen in the health.

import Cluster
import Testing

@testable import Root

@Suite struct ScrubTests {
    @Test func everyLeafIsAskedForTheIndexesNamed() async throws {
        let cluster = FakeCluster(leaves: 3)
        let books = try await cluster.indices.create("books", body: nil)
        let films = try await cluster.indices.create("films", body: nil)
        let all = try await cluster.indices.scrub([], starts: false)
        #expect(all.leaves.map(\.name) == cluster.leaves.map(\.name))
        #expect(all.leaves.flatMap(\.shards).count == books.shardCount + films.shardCount)
        #expect(all.leaves.flatMap(\.shards).allSatisfy { !$0.isPending })
        #expect(all.indices == [books.uuid: "books", films.uuid: "films"])
        let begun = try await cluster.indices.scrub(["films"], starts: true)
        let shards = begun.leaves.flatMap(\.shards)
        #expect(shards.map(\.shard).sorted() == Array(0..<films.shardCount))
        #expect(shards.allSatisfy { $0.indexUUID == films.uuid && $0.isPending })
        await #expect(throws: (any Error).self) {
            try await cluster.indices.scrub(["none"], starts: true)
        }
    }

    @Test func aLeafThatDoesNotAnswerIsNamed() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.indices.create("books", body: nil)
        cluster.leaves[1].state.withLock { $0.isDown = true }
        let state = try await cluster.indices.scrub([], starts: true)
        #expect(state.leaves[0].failure == nil && !state.leaves[0].shards.isEmpty)
        #expect(state.leaves[1].failure?.contains("down") == true)
    }

    @Test func damageMakesTheHealthYellow() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.indices.create("books", body: nil)
        #expect(try await cluster.indices.health([]).status == .green)
        cluster.leaves[0].damage.withLock { $0 = "object o: it changed; restore it" }
        let held = cluster.leaves[0].opened.withLock { $0.count }
        let health = try await cluster.indices.health([])
        #expect(health.status == .yellow && health.damagedShards == held)
        #expect(health.unassignedShards == 0)
        let damaged = try await cluster.indices.shards([]).filter { $0.status?.damage != nil }
        #expect(damaged.count == held && damaged.allSatisfy { $0.leaf?.name == "leaf-0" })
    }
}
