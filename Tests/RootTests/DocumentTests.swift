// Writing and getting documents through a root.

import Analysis
import Cluster
import Queries
import Storage
import Synchronization
import Testing

@testable import Root

private func item(
    _ id: String, _ action: DocumentAction = .index, index: String = "books",
    routing: String? = nil, requireIndex: Bool = false
) -> WriteItem {
    WriteItem(
        index: index,
        operation: DocumentOperation(
            action: action, id: id, source: Array("{\"body\":\"ant\",\"year\":1}".utf8),
            routing: routing), requireIndex: requireIndex)
}

@Suite struct DocumentTests {
    @Test func outcomesKeepTheOrder() async throws {
        let cluster = FakeCluster(leaves: 3)
        let items = (0..<50).map { item("id-\($0)", index: $0 % 3 == 0 ? "birds" : "books") }
        let response = try await cluster.documents.write(WriteRequest(items: items))
        #expect(response.items.map(\.outcome.id) == items.map(\.operation.id))
        #expect(response.items.map(\.index) == items.map(\.index))
        #expect(response.items.allSatisfy { $0.outcome.error == nil })
        // Indices were made on the way, with dynamic mapping.
        #expect(cluster.catalog.current.indices.map(\.name) == ["birds", "books"])
        #expect(cluster.catalog.current.index(named: "birds")?.shardCount == 8)
        for item in items {
            let found = try await cluster.documents.get(
                GetRequest(index: item.index, id: item.operation.id))
            #expect(found?.source == item.operation.source)
        }
        #expect(try await cluster.documents.get(GetRequest(index: "books", id: "no")) == nil)
        await #expect(throws: RequestError.indexNotFound("nowhere")) {
            try await cluster.documents.get(GetRequest(index: "nowhere", id: "x"))
        }
    }

    @Test func oneMessagePerLeaf() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.fill(documents: 1)
        for leaf in cluster.leaves { leaf.state.withLock { $0.writes = [] } }
        _ = try await cluster.documents.write(WriteRequest(items: (0..<100).map { item("d\($0)") }))
        for leaf in cluster.leaves {
            let writes = leaf.state.withLock { $0.writes }
            #expect(writes.count == 1)
            for group in writes.flatMap(\.groups) {
                #expect(cluster.owner(of: group.shard, index) === leaf)
                #expect(
                    group.operations.allSatisfy {
                        DocumentRouting.shard($0.id, shardCount: 16) == group.shard
                    })
            }
        }
    }

    @Test func routingDecidesTheShard() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill(documents: 1)
        _ = try await cluster.documents.write(WriteRequest(items: [item("a", routing: "key")]))
        let shard = DocumentRouting.shard("key", shardCount: 16)
        #expect(cluster.store.shard(index.uuid, shard).documents.contains { $0.id == "a" })
        let found = try await cluster.documents.get(
            GetRequest(index: "books", id: "a", routing: "key"))
        #expect(found?.id == "a")
    }

    @Test func idsAreMade() async throws {
        let cluster = FakeCluster(leaves: 2)
        let items = (0..<100).map { _ in item("") }
        let first = try await cluster.documents.write(WriteRequest(items: items))
        let ids = first.items.map(\.outcome.id)
        #expect(Set(ids).count == 100)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(ids.allSatisfy { $0.count == 20 && $0.allSatisfy(allowed.contains) })
        // A write sent again under its key makes the same ids.
        let keyed = WriteRequest(items: items, idempotencyKey: "k")
        let once = try await cluster.documents.write(keyed).items.map(\.outcome.id)
        #expect(try await cluster.documents.write(keyed).items.map(\.outcome.id) == once)
        #expect(Set(once).count == 100)
    }

    @Test func itemsFailAlone() async throws {
        let cluster = FakeCluster(leaves: 2)
        let response = try await cluster.documents.write(
            WriteRequest(items: [
                item("fine"), item("", .delete), item(String(repeating: "x", count: 513)),
                item("a", index: "_bad"), item("b", index: "Upper"),
                item("c", index: "elsewhere", requireIndex: true), item("d", index: "elsewhere2"),
            ]))
        let errors = response.items.map { $0.outcome.error?.type ?? "-" }
        #expect(
            errors == [
                "-", "action_request_validation_exception", "illegal_argument_exception",
                "invalid_index_name_exception", "invalid_index_name_exception",
                "index_not_found_exception", "-",
            ])
        #expect(
            response.items.map { $0.outcome.error?.status ?? 0 } == [0, 400, 400, 400, 400, 404, 0])
    }

    @Test func aWriteIsRepeatedUnderItsKey() async throws {
        let cluster = FakeCluster(leaves: 1)
        _ = try await cluster.fill(documents: 1)
        let leaf = cluster.leaves[0]
        leaf.state.withLock { $0.writes = [] }
        leaf.writeScript.withLock {
            $0 = { _, number in
                // The first write of this leaf filled it.
                if number <= 3 { throw TransportError.closed(reason: "restart") }
                return nil
            }
        }
        let writing = Task { try await cluster.documents.write(WriteRequest(items: [item("a")])) }
        // The alarm, and the pause before each new try.
        await cluster.clock.waitForSleepers(2)
        cluster.clock.advance(by: .milliseconds(20))
        await cluster.clock.waitForSleepers(2)
        cluster.clock.advance(by: .milliseconds(40))
        let response = try await writing.value
        #expect(response.items[0].outcome.error == nil)
        let writes = leaf.state.withLock { $0.writes }
        #expect(writes.count == 3)
        #expect(Set(writes.flatMap(\.groups).map(\.idempotencyKey)).count == 1)
        #expect(writes[0].groups[0].idempotencyKey != nil)
    }

    @Test(arguments: [
        (RemoteError(type: "rejected_execution_exception", reason: "full", status: 429), 429),
        (RemoteError(type: "internal_error", reason: "bug", status: 500), 503),
        (RemoteError(type: "timeout_exception", reason: "late", status: 504), 503),
        (RemoteError(type: "illegal_argument_exception", reason: "no", status: 400), 400),
    ])
    func statusesPerItem(_ error: RemoteError, _ status: Int) async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill(documents: 1)
        let broken = try #require(cluster.owner(of: 0, index))
        broken.writeScript.withLock { $0 = { _, _ in throw error } }
        let items = (0..<40).map { item("s\($0)") }
        let response = try await cluster.documents.write(WriteRequest(items: items))
        for outcome in response.items.map(\.outcome) {
            let shard = DocumentRouting.shard(outcome.id, shardCount: 16)
            let isBroken = cluster.owner(of: shard, index) === broken
            #expect(outcome.error?.status == (isBroken ? status : nil))
        }
    }

    @Test func aStuckLeafDoesNotHoldTheOthersUp() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill(documents: 1)
        let stuck = try #require(cluster.owner(of: 0, index))
        stuck.state.withLock { $0.isStuck = true }
        let items = (0..<40).map { item("s\($0)") }
        let writing = Task {
            try await cluster.documents.write(WriteRequest(items: items, timeout: .seconds(1)))
        }
        await cluster.clock.waitForSleepers(1)
        for leaf in cluster.leaves { while leaf.calls("write") == 0 { await Task.yield() } }
        for _ in 0..<1000 { await Task.yield() }
        cluster.clock.advance(by: .seconds(1))
        let response = try await writing.value
        for outcome in response.items.map(\.outcome) {
            let shard = DocumentRouting.shard(outcome.id, shardCount: 16)
            let isStuck = cluster.owner(of: shard, index) === stuck
            #expect(outcome.error?.status == (isStuck ? 503 : nil))
        }
    }

    @Test func retriesAreForWhatMayPass() {
        #expect(RetryPolicy.isWorthRetrying(TransportError.closed(reason: "")))
        #expect(
            RetryPolicy.isWorthRetrying(
                RemoteError(type: RemoteError.noShardType, reason: "", status: 503)))
        #expect(!RetryPolicy.isWorthRetrying(TransportError.deadlineExceeded))
        #expect(!RetryPolicy.isWorthRetrying(RemoteError(type: "x", reason: "", status: 429)))
        #expect(!RetryPolicy.isWorthRetrying(CancellationError()))
        #expect(RetryPolicy.delay(afterTries: 0) == .milliseconds(20))
        #expect(RetryPolicy.delay(afterTries: 2) == .milliseconds(80))
        #expect(RetryPolicy.delay(afterTries: 1000) == .seconds(1))
    }
}
