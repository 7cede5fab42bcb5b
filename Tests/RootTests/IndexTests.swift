// Indices through a root: making, changing, deleting, refreshing, health.

import Analysis
import Cluster
import Queries
import Storage
import Testing

@testable import Root

private func json(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.replacing("'", with: "\"").utf8))
}

@Suite struct IndexTests {
    @Test func makesAnIndex() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.indices.create(
            "books",
            body: json(
                """
                {'settings':{'index':{'number_of_shards':12,'number_of_replicas':'1',
                 'refresh_interval':'5s','mapping.total_fields.limit':50,
                 'merge':{'reorder':true}}},
                 'mappings':{'properties':{'title':{'type':'text'}}}}
                """))
        #expect(index.shardCount == 12)
        #expect(index.settings.replicaCount == 1)
        #expect(index.settings.refreshInterval == .every(.seconds(5)))
        #expect(index.settings.reordersMerges)
        #expect(index.schema.fieldLimit == 50 && index.schema["title"]?.type == .text)
        #expect(index.created == cluster.clock.wallMilliseconds)
        #expect(cluster.leaves.map { $0.opened.withLock { $0.count } }.reduce(0, +) == 12)
        let plain = try await cluster.indices.create("plain", body: nil)
        #expect(plain.shardCount == 8 && plain.uuid != index.uuid)
        #expect(!plain.settings.reordersMerges)
    }

    @Test(arguments: [
        ("Books", "{}", "invalid_index_name_exception"),
        ("_books", "{}", "invalid_index_name_exception"),
        ("b ks", "{}", "invalid_index_name_exception"),
        ("..", "{}", "invalid_index_name_exception"),
        ("ok", "{'settings':{'number_of_shards':0}}", "illegal_argument_exception"),
        ("ok", "{'settings':{'codec':'best'}}", "illegal_argument_exception"),
        (
            "ok", "{'mappings':{'properties':{'a':{'type':'geo_shape'}}}}",
            "mapper_parsing_exception"
        ),
        ("ok", "{'aliases':{'x':{}}}", "parsing_exception"),
        ("ok", "{'setings':{}}", "parsing_exception"),
        ("ok", "[]", "parsing_exception"),
        ("taken", "{}", "resource_already_exists_exception"),
    ])
    func refuses(_ name: String, _ body: String, _ type: String) async throws {
        let cluster = FakeCluster(leaves: 1)
        _ = try await cluster.indices.create("taken", body: nil)
        do {
            _ = try await cluster.indices.create(name, body: json(body))
            Issue.record("accepted \(body)")
        } catch {
            let error = try #require(error as? RequestError)
            #expect(error.type == type && error.status == 400, "\(error)")
        }
    }

    @Test func deletes() async throws {
        let cluster = FakeCluster(leaves: 2)
        for name in ["a-1", "a-2", "b"] { _ = try await cluster.indices.create(name, body: nil) }
        try await cluster.indices.delete(["a-*"], .standard)
        #expect(cluster.catalog.current.indices.map(\.name) == ["b"])
        #expect(cluster.leaves.map { $0.opened.withLock { $0.count } }.reduce(0, +) == 8)
        await #expect(throws: RequestError.indexNotFound("a-1")) {
            try await cluster.indices.delete(["a-1"], .standard)
        }
    }

    @Test func deletesAlsoWhenALeafIsAway() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.indices.create("b", body: nil)
        cluster.leaves[0].state.withLock { $0.isDown = true }
        try await cluster.indices.delete(["b"], .standard)
        #expect(cluster.catalog.current.indices.isEmpty)
    }

    @Test func changesMappingsAndSettings() async throws {
        let cluster = FakeCluster(leaves: 1)
        _ = try await cluster.indices.create("b", body: nil)
        try await cluster.indices.putMapping(
            ["b"], json("{'properties':{'year':{'type':'integer'}}}"))
        #expect(cluster.catalog.current.index(named: "b")?.schema["year"]?.type == .integer)
        await #expect {
            try await cluster.indices.putMapping(
                ["b"], json("{'properties':{'year':{'type':'text'}}}"))
        } throws: { error in
            let error = error as? RequestError
            return error?.status == 400 && error?.reason.contains("cannot be changed") == true
        }
        try await cluster.indices.putSettings(["b"], json("{'refresh_interval':'-1'}"))
        #expect(cluster.catalog.current.index(named: "b")?.settings.refreshInterval == .never)
        await #expect(throws: RequestError.self) {
            try await cluster.indices.putSettings(["b"], json("{'number_of_shards':3}"))
        }
        await #expect(throws: RequestError.indexNotFound("c*")) {
            try await cluster.indices.putMapping(["c*"], json("{'properties':{}}"))
        }
    }

    @Test func refreshesAndFlushes() async throws {
        let cluster = FakeCluster(leaves: 4)
        _ = try await cluster.fill()
        let all = try await cluster.indices.refresh([], .standard)
        #expect(all == ShardsSummary(total: 16, successful: 16))
        cluster.leaves[1].state.withLock { $0.isDown = true }
        let some = try await cluster.indices.flush(["books"], .standard)
        #expect(some.total == 16 && some.failed == 4 && some.successful == 12)
        #expect(some.failures.allSatisfy { $0.node == "leaf-1" })
    }

    @Test func tellsHealth() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill()
        let well = try await cluster.indices.health([])
        #expect(well.status == .green && well.activeShards == 16 && well.leafCount == 2)
        #expect(well.indices.map(\.name) == ["books"])
        cluster.leaves[0].state.withLock { $0.isDown = true }
        let ill = try await cluster.indices.health(["books"])
        #expect(ill.status == .red && ill.activeShards == 8 && ill.unassignedShards == 8)
        let nodes = try await cluster.indices.nodes()
        #expect(nodes.map(\.name) == ["leaf-0", "leaf-1"])
        #expect(nodes[0].report == nil && nodes[0].reason?.contains("it is down") == true)
        #expect(nodes[1].report?.name == "leaf-1" && nodes[1].shardCount == 8)
        let shards = try await cluster.indices.shards([])
        #expect(shards.map(\.shard) == Array(0..<16))
        #expect(shards.count { $0.status == nil } == 8)
        #expect(shards.allSatisfy { $0.indexUUID == index.uuid })
    }

    @Test func tellsHealthOfCopies() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.fill()
        try await cluster.indices.putSettings(["books"], json("{'number_of_replicas':1}"))
        // One copy of each is wanted and nobody makes it yet.
        let alone = try await cluster.indices.health([])
        #expect(alone.status == .yellow && alone.activeShards == 16)
        #expect(alone.activePrimaryShards == 16 && alone.unassignedShards == 16)
        #expect(alone.indices.map(\.replicaCount) == [1])
        let missing = try await cluster.indices.shards(["books"])
        #expect(missing.count == 32)
        #expect(missing.map(\.shard) == (0..<32).map { $0 / 2 })
        #expect(missing.count { $0.leaf == nil && $0.state == .failed } == 16)

        cluster.replicate(index, copies: 2)
        for leaf in cluster.leaves {
            leaf.opened.withLock { opened in
                for shard in 0..<16 {
                    opened.insert(FakeStore.Key(indexUUID: index.uuid, shard: shard))
                }
            }
        }
        let well = try await cluster.indices.health([])
        #expect(well.status == .green && well.activeShards == 32 && well.unassignedShards == 0)
        let shards = try await cluster.indices.shards(["books"])
        #expect(shards.map(\.role) == (0..<32).map { $0 % 2 == 0 ? ShardRole.owner : .copy })
        // Documents are counted once.
        #expect(try await cluster.indices.statistics([], .standard)[0].documentCount == 200)

        cluster.leaves[1].state.withLock { $0.isDown = true }
        let ill = try await cluster.indices.health([])
        #expect(ill.status == .yellow && ill.activeShards < 32 && ill.unassignedShards > 0)
        #expect(ill.activePrimaryShards < 16)
        #expect(try await cluster.indices.statistics([], .standard)[0].documentCount == 200)
        cluster.leaves[2].state.withLock { $0.isDown = true }
        #expect(try await cluster.indices.health([]).status == .red)
    }

    @Test func copiesBeingMadeAreNotCountedAsServing() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.fill()
        let table = cluster.table.table.withLock { $0 }
        func become(_ join: [Int]) {
            let assignments = (0..<16).map { shard in
                ShardAssignment(
                    owner: cluster.owner(of: shard, index)?.name ?? "",
                    joining: join.contains(shard) ? ["leaf-0", "leaf-1", "leaf-2"] : [])
            }
            cluster.table.become(
                RoutingTable(
                    leaves: table.leaves, assignments: [index.uuid: assignments], version: 1))
        }
        for leaf in cluster.leaves {
            leaf.opened.withLock { opened in
                for shard in 0..<2 {
                    opened.insert(FakeStore.Key(indexUUID: index.uuid, shard: shard))
                }
            }
        }
        become([0, 1])
        let moving = try await cluster.indices.health([])
        #expect(moving.status == .green && moving.activeShards == 16)
        #expect(moving.relocatingShards == 4 && moving.openingShards == 0)
        #expect(moving.unassignedShards == 0)
        try await cluster.indices.putSettings(["books"], json("{'number_of_replicas':2}"))
        let wanting = try await cluster.indices.health([])
        #expect(wanting.status == .yellow && wanting.activeShards == 16)
        #expect(wanting.openingShards == 4 && wanting.relocatingShards == 0)
        #expect(wanting.unassignedShards == 28)
    }

    @Test func replicasAreGivenByTheConfiguration() async throws {
        var configuration = RootConfiguration()
        configuration.defaultReplicas = 1
        let cluster = FakeCluster(leaves: 2, configuration: configuration)
        let plain = try await cluster.indices.create("plain", body: nil)
        #expect(plain.settings.replicaCount == 1)
        let none = try await cluster.indices.create(
            "none", body: json("{'settings':{'number_of_replicas':0}}"))
        #expect(none.settings.replicaCount == 0)
        try await cluster.indices.putSettings(["none"], json("{'number_of_replicas':2}"))
        #expect(cluster.catalog.current.index(named: "none")?.settings.replicaCount == 2)
    }

    @Test func onlyOwnersDropAndRefresh() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.fill()
        let table = cluster.table.table.withLock { $0 }
        cluster.table.become(
            RoutingTable(
                leaves: table.leaves,
                assignments: [
                    index.uuid: (0..<16).map { _ in
                        ShardAssignment(owner: "leaf-1", copies: ["leaf-0", "leaf-2"])
                    }
                ], version: 1))
        let all = try await cluster.indices.refresh([], .standard)
        #expect(all == ShardsSummary(total: 16, successful: 16))
        try await cluster.indices.delete(["books"], .standard)
        #expect(cluster.leaves.map { $0.calls("refresh") } == [0, 1, 0])
        #expect(cluster.leaves.map { $0.calls("drop") } == [0, 1, 0])
    }

    @Test func aRefreshFollowsItsShards() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill()
        cluster.replicate(index, copies: 2)
        cluster.leaves[0].state.withLock { $0.isDown = true }
        cluster.table.next.withLock {
            $0 = RoutingTable(
                leaves: [LeafNode(name: "leaf-1", address: NodeAddress("leaf-1"))],
                assignments: [
                    index.uuid: (0..<16).map { _ in ShardAssignment(owner: "leaf-1") }
                ], version: 9)
        }
        let all = try await cluster.indices.refresh([], .standard)
        #expect(all == ShardsSummary(total: 16, successful: 16))
        #expect(cluster.leaves[1].calls("refresh") == 2)
    }

    @Test func counts() async throws {
        let cluster = FakeCluster(leaves: 3)
        _ = try await cluster.fill()
        _ = try await cluster.indices.create("empty", body: nil)
        let statistics = try await cluster.indices.statistics([], .standard)
        #expect(statistics.map(\.index.name) == ["books", "empty"])
        #expect(statistics.map(\.documentCount) == [200, 0])
        #expect(statistics[0].shards == ShardsSummary(total: 16, successful: 16))
    }
}
