// Searches over leaves of which several have each shard: the same bytes whichever copy answers, and
// whoever dies at whatever point.

import Analysis
import Cluster
import Queries
import Storage
import Synchronization
import Testing

@testable import Root

@Suite struct CopiesTests {
    private func cluster(
        leaves: Int = 4, copies: Int = 2
    ) async throws -> (FakeCluster, IndexMetadata) {
        let cluster = FakeCluster(leaves: leaves)
        let index = try await cluster.fill()
        cluster.replicate(index, copies: copies)
        return (cluster, index)
    }

    private static let bodies = [
        "{'query':{'match':{'body':'ant bee'}},'size':25}",
        "{'query':{'match':{'body':'cat'}},'sort':'year','size':40}",
        "{'query':{'match':{'body':'elk'}},'size':200,'track_total_hits':true,"
            + "'aggs':{'y':{'terms':{'field':'year','size':3}}}}",
        "{'query':{'match':{'body':'ant'}},'size':3,'suggest':{'p':{'text':'ent bea cat','phrase':{"
            + "'field':'body','gram_size':3,'confidence':0,'max_errors':2,'direct_generator':{"
            + "'field':'body','prefix_length':0,'min_word_length':1,'suggest_mode':'always',"
            + "'max_term_freq':9999}}},'c':{'prefix':'a','completion':{'field':'name'}}}}",
    ]

    @Test func whicheverCopyAnswersTheBytesAreTheSame() async throws {
        let alone = FakeCluster(leaves: 1)
        _ = try await alone.fill()
        for copies in [2, 3, 4] {
            let (cluster, _) = try await cluster(copies: copies)
            for body in SearchTests.bodies + Self.bodies {
                let expected = try await essence(alone.search.search(request(body)))
                for _ in 0..<4 {
                    #expect(try await essence(cluster.search.search(request(body))) == expected)
                }
            }
            // All copies had work.
            let asked = cluster.leaves.map { leaf in
                leaf.state.withLock { Set($0.searches.flatMap(\.shards)).count }
            }
            #expect(asked.allSatisfy { $0 > 4 }, "\(asked)")
        }
    }

    @Test func oneMessagePerLeafAndEveryShardOnce() async throws {
        let (cluster, _) = try await cluster(copies: 3)
        _ = try await cluster.search.search(request("{}"))
        let shards = cluster.leaves.flatMap { leaf in
            leaf.state.withLock { $0.searches.flatMap(\.shards) }
        }
        #expect(shards.sorted() == Array(0..<16))
        #expect(cluster.leaves.allSatisfy { $0.calls("search") <= 1 })
    }

    /// A leaf goes down at its first, second, … call of a search, whatever that call is.
    @Test(arguments: 0..<4)
    func aLeafMayDieAtAnyPoint(_ victim: Int) async throws {
        let alone = FakeCluster(leaves: 1)
        _ = try await alone.fill()
        for body in Self.bodies {
            let expected = try await essence(alone.search.search(request(body)))
            for point in 1...6 {
                let (cluster, _) = try await cluster()
                let leaf = cluster.leaves[victim]
                let before = leaf.state.withLock { $0.calls.values.reduce(0, +) }
                leaf.callScript.withLock {
                    $0 = { leaf, number in
                        if number >= before + point { leaf.state.withLock { $0.isDown = true } }
                    }
                }
                for _ in 0..<2 {
                    let response = try await cluster.search.search(request(body))
                    #expect(essence(response) == expected, "at call \(point)")
                }
            }
        }
    }

    @Test(arguments: 0..<3)
    func aReadThatFailsSearchesElsewhere(_ victim: Int) async throws {
        let (cluster, _) = try await cluster(leaves: 3)
        let body = "{'query':{'match':{'body':'ant'}},'size':100}"
        let calm = try await cluster.search.search(request(body))
        cluster.leaves[victim].fetchScript.withLock {
            $0 = { _ in throw RemoteError(type: "io_exception", reason: "disk", status: 500) }
        }
        let again = try await cluster.search.search(request(body))
        #expect(essence(again) == essence(calm))
        #expect(cluster.leaves[victim].calls("fetch") <= 3)
    }

    @Test func shardsThatACopyHasNotAreAskedOfOthers() async throws {
        let (cluster, index) = try await cluster()
        let expected = try await essence(cluster.search.search(request(Self.bodies[0])))
        for (place, leaf) in cluster.leaves.enumerated() {
            let owned = (0..<16).filter { cluster.owner(of: $0, index) === leaf }
            leaf.state.withLock { $0.lost = Set(owned.prefix(1 + place)) }
        }
        for _ in 0..<4 {
            let found = try await cluster.search.search(request(Self.bodies[0]))
            #expect(essence(found) == expected)
            #expect(found.scatter.leaves.flatMap(\.shards).sorted() == Array(0..<16))
        }
    }

    @Test func withoutAnyCopyLeftTheTruthIsTold() async throws {
        let (cluster, index) = try await cluster()
        let lost = try #require(cluster.owner(of: 0, index))
        let table = cluster.table.table.withLock { $0 }
        let copies = table.copies(indexUUID: index.uuid, shard: 0, shardCount: 16)
        for leaf in cluster.leaves where copies.contains(where: { $0.name == leaf.name }) {
            leaf.state.withLock { $0.isDown = true }
        }
        let part = try await cluster.search.search(request("{'size':200}"))
        let shards = part.shards.failures.map(\.shard)
        #expect(shards.contains(0) && Set(shards).count == shards.count)
        #expect(
            shards.allSatisfy { shard in
                table.copies(indexUUID: index.uuid, shard: shard, shardCount: 16) == copies
            })
        #expect(part.shards.failures.allSatisfy { $0.reason.contains("nor did its other copies") })
        #expect(part.shards.successful == 16 - shards.count && part.hits.count < 200)
        #expect(lost.calls("search") > 0)
    }

    @Test func aStuckLeafThatLeavesTheTableIsWaitedForNoLonger() async throws {
        let (cluster, index) = try await cluster(leaves: 3, copies: 3)
        let expected = try await essence(cluster.search.search(request(Self.bodies[0])))
        let following = Task { await cluster.directory.follow() }
        let stuck = cluster.leaves[1]
        stuck.state.withLock { $0.isStuck = true }
        let before = stuck.calls("search")
        let searching = Task { try await cluster.search.search(request(Self.bodies[0])) }
        while stuck.calls("search") == before { await Task.yield() }
        let old = cluster.table.table.withLock { $0 }
        let assignments = (0..<16).map { shard in
            let kept = old.assignments[index.uuid]?[shard].copies.filter { $0 != stuck.name } ?? []
            return ShardAssignment(owner: kept[0], copies: kept)
        }
        cluster.table.become(
            RoutingTable(
                leaves: old.leaves.filter { $0.name != stuck.name },
                assignments: [index.uuid: assignments], version: old.version + 1))
        // No time passes on the clock.
        #expect(try await essence(searching.value) == expected)
        following.cancel()
        await following.value
    }

    @Test func aStuckLeafThatThisRootHasLostIsWaitedForNoLonger() async throws {
        let (cluster, index) = try await cluster(leaves: 3, copies: 2)
        let expected = try await essence(cluster.search.search(request(Self.bodies[0])))
        let stuck = try #require(cluster.owner(of: 0, index))
        stuck.state.withLock { $0.isStuck = true }
        let before = stuck.calls("search")
        let searching = Task { try await cluster.search.search(request(Self.bodies[0])) }
        while stuck.calls("search") == before { await Task.yield() }
        cluster.directory.lose([stuck.name])
        // No time passes on the clock.
        #expect(try await essence(searching.value) == expected)
        let asked = stuck.calls("search")
        for _ in 0..<10 {
            #expect(try await essence(cluster.search.search(request(Self.bodies[0]))) == expected)
        }
        #expect(stuck.calls("search") == asked)
        // The document's owner does not answer; a copy does.
        let id = try #require(
            (0...).lazy.map { "b\($0)" }.first {
                DocumentRouting.shard($0, shardCount: 16) == 0
            })
        let gets = stuck.calls("get")
        _ = try await cluster.documents.get(GetRequest(index: "books", id: id))
        #expect(stuck.calls("get") == gets)
        cluster.directory.lose([])
        stuck.state.withLock { $0.isStuck = false }
        _ = try await cluster.documents.get(GetRequest(index: "books", id: id))
        #expect(stuck.calls("get") == gets + 1)
    }

    @Test func shardsThatHaveMovedAreFoundInANewerTable() async throws {
        let (cluster, index) = try await cluster(leaves: 3, copies: 1)
        let expected = try await essence(cluster.search.search(request(Self.bodies[0])))
        let gone = try #require(cluster.owner(of: 5, index))
        let other = try #require(cluster.leaves.first { $0 !== gone })
        gone.state.withLock { $0.lost = [5] }
        let old = cluster.table.table.withLock { $0 }
        var assignments = old.assignments[index.uuid] ?? []
        assignments[5] = ShardAssignment(owner: other.name)
        cluster.table.next.withLock {
            $0 = RoutingTable(
                leaves: old.leaves, assignments: [index.uuid: assignments],
                version: old.version + 1)
        }
        let found = try await cluster.search.search(request(Self.bodies[0]))
        #expect(essence(found) == expected)
        #expect(cluster.table.reloads.load(ordering: .relaxed) == 1)
    }

    @Test func whatIsTheRequestsFaultIsToldOnce() async throws {
        let (cluster, _) = try await cluster()
        for leaf in cluster.leaves {
            leaf.searchScript.withLock {
                $0 = { _, _ in
                    throw RemoteError(
                        type: "illegal_argument_exception", reason: "no", status: 400)
                }
            }
        }
        await #expect(
            throws: RequestError(
                type: "illegal_argument_exception", reason: "no", status: 400, index: "books")
        ) {
            try await cluster.search.search(request("{}"))
        }
        #expect(cluster.leaves.allSatisfy { $0.calls("search") <= 1 })
    }

    @Test func aLeafThatFailsIsSoonAskedNoMore() async throws {
        let (cluster, _) = try await cluster()
        cluster.leaves[2].state.withLock { $0.isDown = true }
        for _ in 0..<20 {
            let found = try await cluster.search.search(request(Self.bodies[0]))
            #expect(found.shards.failed == 0)
        }
        #expect(cluster.leaves[2].calls("search") <= LeafLoad.failuresToEject)
        // Afterwards one search in a while finds out how it is.
        cluster.leaves[2].state.withLock { $0.isDown = false }
        cluster.clock.advance(by: .seconds(1))
        for _ in 0..<20 { _ = try await cluster.search.search(request("{}")) }
        #expect(cluster.leaves[2].calls("search") > LeafLoad.failuresToEject)
    }

    // MARK: Required slots

    @Test func nobodySeesLessThanBefore() async throws {
        let (cluster, index) = try await cluster(leaves: 2)
        // One copy stays behind; what the other showed must not vanish again.
        cluster.leaves[0].freeze()
        let source = Array("{\"body\":\"ant\",\"year\":1}".utf8)
        let response = try await cluster.documents.write(
            WriteRequest(
                items: [
                    WriteItem(
                        index: "books",
                        operation: DocumentOperation(action: .index, id: "new", source: source))
                ], refresh: .immediate))
        let shard = DocumentRouting.shard("new", shardCount: 16)
        let slot = response.items[0].outcome.slot
        for _ in 0..<20 {
            let found = try await cluster.search.search(request("{'size':0}"))
            #expect(found.total?.value == 201)
            #expect(found.generations.first?.slots[shard] == slot)
        }
        let asked = cluster.leaves[0].state.withLock {
            $0.searches.filter { $0.shards.contains(shard) }
        }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.requiredSlots[shard] == slot })
        // Nothing is required of shards that nothing is known of.
        let fresh = FakeCluster(
            leaves: 2, store: cluster.store, metadata: cluster.world.metadata)
        try await fresh.catalog.reload()
        fresh.replicate(index, copies: 2)
        _ = try await fresh.search.search(request("{}"))
        let first = fresh.leaves.compactMap { $0.state.withLock { $0.searches.first } }
        #expect(first.allSatisfy { $0.requiredSlots.isEmpty })
    }

    @Test func aTokenIsGoodAtAnyRoot() async throws {
        let (cluster, index) = try await cluster(leaves: 2)
        // Roots of other nodes, whose leaves have what there is now.
        var others: [FakeCluster] = []
        for _ in 0..<2 {
            let other = FakeCluster(
                leaves: 2, store: cluster.store, metadata: cluster.world.metadata)
            try await other.catalog.reload()
            other.replicate(index, copies: 2)
            for leaf in other.leaves { leaf.freeze() }
            others.append(other)
        }
        let source = Array("{\"body\":\"ant\",\"year\":1}".utf8)
        let written = try await cluster.documents.write(
            WriteRequest(items: [
                WriteItem(
                    index: "books",
                    operation: DocumentOperation(action: .index, id: "new", source: source))
            ]))
        let shard = DocumentRouting.shard("new", shardCount: 16)
        #expect(written.session.slots == [index.uuid: [shard: written.items[0].outcome.slot]])
        let token = try SessionToken(text: try #require(written.session.text))

        var asked = try request("{'size':0}")
        #expect(try await others[0].search.search(asked).total?.value == 200)
        asked.session = token
        #expect(try await others[0].search.search(asked).total?.value == 201)

        var get = GetRequest(index: "books", id: "new")
        #expect(try await others[1].documents.get(get) == nil)
        get.session = token
        #expect(try await others[1].documents.get(get)?.source == source)
    }
}
