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
