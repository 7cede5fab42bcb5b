// What a cache may rely on: generations known, watched, and of indices that are searched.

import Analysis
import Cluster
import Queries
import Storage
import Testing

@testable import Root

private func index(_ name: String = "books", version: Int64 = 1) -> IndexMetadata {
    var schema = Schema()
    schema.version = version
    return IndexMetadata(name: name, uuid: "u-\(name)", shardCount: 4, schema: schema, created: 0)
}

private let routing = RoutingTable(
    leaves: ["a", "b"].map { LeafNode(name: $0, address: NodeAddress($0)) })

private func report(
    _ leaf: String, _ index: IndexMetadata, slot: Int64, sequence: UInt64 = 1,
    schemaVersion: Int64 = 1
) -> LeafGenerationsResponse {
    LeafGenerationsResponse(
        sequence: sequence,
        slots: routing.shards(of: leaf, indexUUID: index.uuid, shardCount: 4).map {
            ShardGeneration(
                indexUUID: index.uuid, shard: $0, visibleSlot: slot, schemaVersion: schemaVersion)
        })
}

@Suite struct GenerationTableTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    private func known(
        _ table: GenerationTable, _ index: IndexMetadata, after: Duration = .zero
    ) -> [Int64]? {
        table.generation(
            of: index, routing, searchedSince: start + after - .seconds(30))?.slots
    }

    @Test func isKnownWhenEveryShardIsWatchedAndSearched() {
        var table = GenerationTable()
        table.note(report("a", index(), slot: 5), from: "a")
        table.noteSearch(of: index().uuid, at: start)
        #expect(known(table, index()) == nil)
        table.note(report("b", index(), slot: 5), from: "b")
        #expect(known(table, index()) == [5, 5, 5, 5])
        #expect(known(table, index("birds")) == nil)
        // Not searched for too long.
        #expect(known(table, index(), after: .seconds(31)) == nil)
    }

    @Test func aBrokenWatchIsUnknown() {
        var table = GenerationTable()
        table.note(report("a", index(), slot: 5), from: "a")
        table.note(report("b", index(), slot: 5), from: "b")
        table.noteSearch(of: index().uuid, at: start)
        table.watchBroke(of: "b")
        #expect(known(table, index()) == nil)
        #expect(table.sequence(of: "b") == 0 && table.sequence(of: "a") == 1)
        table.note(report("b", index(), slot: 6), from: "b")
        #expect(known(table, index())?.contains(6) == true)
    }

    @Test func answersMoveItForwardNeverBack() {
        var table = GenerationTable()
        table.note(report("a", index(), slot: 5), from: "a")
        table.note(report("b", index(), slot: 5), from: "b")
        table.noteSearch(of: index().uuid, at: start)
        table.note(index().uuid, [0: 9, 1: 3])
        #expect(known(table, index()) == [9, 5, 5, 5])
        table.note(report("a", index(), slot: 5, sequence: 2), from: "a")
        table.note(report("b", index(), slot: 5, sequence: 2), from: "b")
        #expect(known(table, index()) == [9, 5, 5, 5])
    }

    @Test func aNewerMappingIsUnknownUntilTheCatalogHasIt() {
        var table = GenerationTable()
        table.note(report("a", index(), slot: 5, schemaVersion: 2), from: "a")
        table.note(report("b", index(), slot: 5), from: "b")
        table.noteSearch(of: index().uuid, at: start)
        #expect(known(table, index()) == nil)
        #expect(known(table, index(version: 2)) == [5, 5, 5, 5])
    }

    @Test func oneWatchedCopyOfEachShardIsEnough() {
        var table = GenerationTable()
        let names = ["a", "b"]
        let both = RoutingTable(
            leaves: names.map { LeafNode(name: $0, address: NodeAddress($0)) },
            assignments: [
                index().uuid: (0..<4).map { _ in ShardAssignment(owner: "a", copies: names) }
            ], version: 1)
        func known() -> [Int64]? {
            table.generation(of: index(), both, searchedSince: start - .seconds(30))?.slots
        }
        func report(_ slots: [Int64]) -> LeafGenerationsResponse {
            LeafGenerationsResponse(
                sequence: 1,
                slots: slots.enumerated().map { shard, slot in
                    ShardGeneration(
                        indexUUID: index().uuid, shard: shard, visibleSlot: slot,
                        schemaVersion: 1)
                })
        }
        table.noteSearch(of: index().uuid, at: start)
        table.note(report([5, 7, 5, 5]), from: "a")
        #expect(known() == [5, 7, 5, 5])
        // The newest over all copies, also of one that is not watched any more.
        table.note(report([6, 6, 5, 5]), from: "b")
        #expect(known() == [6, 7, 5, 5])
        table.watchBroke(of: "b")
        #expect(known() == [6, 7, 5, 5])
        // Nothing older than what was acknowledged.
        table.note(index().uuid, [3: 9])
        #expect(known() == [6, 7, 5, 9])
        table.watchBroke(of: "a")
        #expect(known() == nil)
        table.note(report([6, 6, 5]), from: "b")
        #expect(known() == nil, "nobody watches the last shard")
    }

    @Test func requiresWhatWasShownOrAcknowledged() {
        var table = GenerationTable()
        #expect(table.visibleSlots(of: "u").isEmpty && table.newestSlot(of: "u", 2) == nil)
        table.note("u", [2: 7])
        #expect(table.visibleSlots(of: "u") == [-1, -1, 7])
        #expect(table.newestSlot(of: "u", 2) == 7 && table.newestSlot(of: "u", 1) == nil)
        // Acknowledged is not visible: a get must see it, a search need not.
        table.noteWritten("u", 2, 9)
        table.noteWritten("u", 0, 3)
        table.noteWritten("u", 2, 8)
        #expect(table.visibleSlots(of: "u") == [-1, -1, 7])
        #expect(table.newestSlot(of: "u", 2) == 9 && table.newestSlot(of: "u", 0) == 3)
        table.keep(only: [])
        #expect(table.newestSlot(of: "u", 2) == nil)
    }

    @Test func forgets() {
        var table = GenerationTable()
        table.note(report("a", index(), slot: 5), from: "a")
        table.note(report("b", index(), slot: 5), from: "b")
        table.noteSearch(of: index().uuid, at: start)
        table.noteSearch(of: "other", at: start - .seconds(60))
        #expect(table.interesting(since: start - .seconds(30)) == [index().uuid])
        table.keep(only: [])
        #expect(known(table, index()) == nil)
    }
}

@Suite struct GenerationWatchTests {
    /// A leaf's true report, as `FakeStore` has it.
    private func report(
        _ cluster: FakeCluster, _ leaf: FakeLeaf, _ index: IndexMetadata, sequence: UInt64
    ) -> LeafGenerationsResponse {
        LeafGenerationsResponse(
            sequence: sequence,
            slots: (0..<index.shardCount).filter { cluster.owner(of: $0, index) === leaf }.map {
                ShardGeneration(
                    indexUUID: index.uuid, shard: $0,
                    visibleSlot: cluster.store.shard(index.uuid, $0).slot,
                    schemaVersion: index.schema.version)
            })
    }

    @Test func followsTheLeaves() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill()
        let watching = Task { await cluster.watch.run() }
        var asked = cluster.leaves.map { $0.asked.stream.makeAsyncIterator() }
        #expect(await asked[0].next()?.since == 0)
        #expect(await asked[1].next()?.since == 0)
        #expect(cluster.search.generations(of: ["books"]) == nil)

        let answer = try await cluster.search.search(request("{}"))
        #expect(cluster.search.generations(of: ["books"]) == nil, "nobody has reported yet")
        for leaf in cluster.leaves {
            leaf.polls.put(report(cluster, leaf, index, sequence: 8))
        }
        // The next poll proves that the report was taken in.
        let next = await asked[0].next()
        _ = await asked[1].next()
        #expect(next == LeafGenerationsRequest(since: 8, interested: [index.uuid]))
        #expect(cluster.search.generations(of: ["books"]) == answer.generations)
        #expect(cluster.search.generations(of: ["b*"]) == answer.generations)
        #expect(cluster.search.generations(of: ["nowhere"]) == nil)

        // A write's answer is known before it is heard of.
        let written = try await cluster.documents.write(
            WriteRequest(
                items: [
                    WriteItem(
                        index: "books",
                        operation: DocumentOperation(
                            action: .index, id: "new", source: Array("{}".utf8)))
                ], refresh: .immediate))
        #expect(written.forcedRefresh)
        let shard = DocumentRouting.shard("new", shardCount: 16)
        let after = try #require(cluster.search.generations(of: ["books"])?.first)
        #expect(after.slots[shard] == (answer.generations.first?.slots[shard] ?? 0) + 1)
        watching.cancel()
        await watching.value
    }

    @Test func aSilentLeafIsNotTrusted() async throws {
        let cluster = FakeCluster(leaves: 1)
        let index = try await cluster.fill()
        let leaf = cluster.leaves[0]
        var asked = leaf.asked.stream.makeAsyncIterator()
        let watching = Task { await cluster.watch.run() }
        _ = await asked.next()
        leaf.polls.put(report(cluster, leaf, index, sequence: 1))
        _ = await asked.next()
        _ = try await cluster.search.search(request("{}"))
        #expect(cluster.search.generations(of: ["books"]) != nil)
        // No answer by the poll's deadline; the watch waits, with its alarm, beside the look for
        // leaves.
        await cluster.clock.waitForSleepers(2)
        cluster.clock.advance(by: .seconds(3))
        while cluster.search.generations(of: ["books"]) != nil { await Task.yield() }
        // It comes back by itself.
        await cluster.clock.waitForSleepers(1)
        cluster.clock.advance(by: .milliseconds(250))
        _ = await asked.next()
        leaf.polls.put(report(cluster, leaf, index, sequence: 2))
        while cluster.search.generations(of: ["books"]) == nil { await Task.yield() }
        // Unless nobody searches.
        cluster.clock.advance(by: .seconds(31))
        #expect(cluster.search.generations(of: ["books"]) == nil)
        watching.cancel()
        await watching.value
    }
}
