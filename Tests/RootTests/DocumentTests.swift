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
        // The pauses before each new try.
        let start = cluster.clock.now
        await cluster.clock.waitForSleeper(until: start + .milliseconds(20))
        cluster.clock.advance(by: .milliseconds(20))
        await cluster.clock.waitForSleeper(until: start + .milliseconds(60))
        cluster.clock.advance(by: .milliseconds(40))
        let response = try await writing.value
        #expect(response.items[0].outcome.error == nil)
        let writes = leaf.state.withLock { $0.writes }
        #expect(writes.count == 3)
        #expect(Set(writes.flatMap(\.groups).map(\.idempotencyKey)).count == 1)
        #expect(writes[0].groups[0].idempotencyKey != nil)
    }

    @Test func aWriteFollowsItsShards() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.fill(documents: 1)
        cluster.replicate(index, copies: 1)
        let items = (0..<40).map { item("s\($0)") }
        let old = try #require(cluster.owner(of: 0, index))
        let new = try #require(cluster.leaves.first { $0 !== old })
        for leaf in cluster.leaves { leaf.state.withLock { $0.writes = [] } }
        // The owner has given its shards away; the root learns of it when it is refused.
        old.writeScript.withLock {
            $0 = { request, _ in
                let refusal = DocumentFailure(
                    type: RemoteError.noShardType, reason: "not mine", status: 503)
                return LeafWriteResponse(
                    groups: request.groups.map { group in
                        ShardWriteResult(
                            shard: group.shard,
                            outcomes: group.operations.map {
                                DocumentOutcome(id: $0.id, error: refusal)
                            })
                    })
            }
        }
        let table = cluster.table.table.withLock { $0 }
        let assignments = (0..<16).map { shard in
            let owner = cluster.owner(of: shard, index)
            return ShardAssignment(owner: (owner === old ? new : owner)?.name ?? "")
        }
        cluster.table.next.withLock {
            $0 = RoutingTable(
                leaves: table.leaves, assignments: [index.uuid: assignments],
                version: table.version + 1)
        }
        let start = cluster.clock.now
        let writing = Task { try await cluster.documents.write(WriteRequest(items: items)) }
        await cluster.clock.waitForSleeper(until: start + .milliseconds(20))
        cluster.clock.advance(by: .milliseconds(20))
        let response = try await writing.value
        #expect(response.items.allSatisfy { $0.outcome.error == nil })
        #expect(cluster.table.reloads.load(ordering: .relaxed) == 1)
        let refused = old.state.withLock { $0.writes }.flatMap(\.groups)
        let written = new.state.withLock { $0.writes }.flatMap(\.groups)
        // The very same groups, under the same keys, went to the new owner, and each shard once.
        #expect(!refused.isEmpty && Set(refused).isSubset(of: written))
        #expect(Set(written.map(\.shard)).count == written.count)
    }

    @Test func aRefusalThatLastsIsTold() async throws {
        let cluster = FakeCluster(leaves: 1)
        _ = try await cluster.fill(documents: 1)
        cluster.leaves[0].writeScript.withLock {
            $0 = { request, _ in
                LeafWriteResponse(groups: [
                    ShardWriteResult(
                        shard: request.groups[0].shard,
                        outcomes: [
                            DocumentOutcome(
                                id: "a",
                                error: DocumentFailure(
                                    type: RemoteError.noShardType, reason: "the disk is full",
                                    status: 503))
                        ])
                ])
            }
        }
        let start = cluster.clock.now
        let writing = Task { try await cluster.documents.write(WriteRequest(items: [item("a")])) }
        var tries = 0
        while cluster.clock.now - start < RetryPolicy.refusalPatience {
            let delay = RetryPolicy.delay(afterTries: tries)
            await cluster.clock.waitForSleeper(until: cluster.clock.now + delay)
            cluster.clock.advance(by: delay)
            tries += 1
        }
        let outcome = try await writing.value.items[0].outcome
        #expect(outcome.error?.status == 503 && outcome.error?.reason == "the disk is full")
    }

    @Test func changedContentUnderAKeyIsTheCallersFault() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill(documents: 1)
        let used = DocumentFailure(
            type: "idempotency_key_reused_exception", reason: "other content", status: 422)
        let leaf = try #require(cluster.owner(of: 0, index))
        leaf.writeScript.withLock {
            $0 = { request, _ in
                LeafWriteResponse(
                    groups: request.groups.map { group in
                        ShardWriteResult(
                            shard: group.shard,
                            outcomes: group.operations.map {
                                DocumentOutcome(id: $0.id, error: used)
                            })
                    })
            }
        }
        let response = try await cluster.documents.write(
            WriteRequest(items: (0..<40).map { item("s\($0)") }, idempotencyKey: "mine"))
        let statuses = Set(response.items.map { $0.outcome.error?.status })
        #expect(statuses == [422, nil])
        let keys = leaf.state.withLock { $0.writes.last?.groups.map(\.idempotencyKey) }
        #expect(keys?.allSatisfy { $0?.hasPrefix("mine/") == true } == true)
        #expect(
            RootDocumentService.failed(
                DocumentOperation(action: .index, id: "a"),
                RemoteError(type: used.type, reason: used.reason, status: 422)
            ).error?.status == 422)
    }

    @Test func getsGoToTheOwnerAndThenToTheOthers() async throws {
        let cluster = FakeCluster(leaves: 3)
        let index = try await cluster.fill(documents: 1)
        cluster.replicate(index, copies: 2)
        let written = try await cluster.documents.write(WriteRequest(items: [item("a")]))
        let shard = DocumentRouting.shard("a", shardCount: 16)
        let owner = try #require(cluster.owner(of: shard, index))
        #expect(try await cluster.documents.get(GetRequest(index: "books", id: "a")) != nil)
        #expect(owner.calls("get") == 1)
        #expect(cluster.leaves.reduce(0) { $0 + $1.calls("get") } == 1)
        owner.state.withLock { $0.isDown = true }
        // A copy that is behind catches up with what was acknowledged, visible or not.
        for leaf in cluster.leaves { leaf.state.withLock { $0.frozen = [:] } }
        #expect(try await cluster.documents.get(GetRequest(index: "books", id: "a")) != nil)
        let asked = cluster.leaves.flatMap { $0.state.withLock { $0.gets } }
        #expect(asked.count == 2)
        #expect(asked.last?.requiredSlot == written.items[0].outcome.slot)
    }

    @Test func aStuckOwnerThatLeavesIsWaitedForNoLonger() async throws {
        let cluster = FakeCluster(leaves: 2)
        let index = try await cluster.fill(documents: 1)
        cluster.replicate(index, copies: 2)
        let following = Task { await cluster.directory.follow() }
        let shard = DocumentRouting.shard("a", shardCount: 16)
        let stuck = try #require(cluster.owner(of: shard, index))
        let other = try #require(cluster.leaves.first { $0 !== stuck })
        stuck.state.withLock { $0.isStuck = true }
        let before = stuck.calls("write")
        let start = cluster.clock.now
        let writing = Task { try await cluster.documents.write(WriteRequest(items: [item("a")])) }
        while stuck.calls("write") == before { await Task.yield() }
        let old = cluster.table.table.withLock { $0 }
        cluster.table.become(
            RoutingTable(
                leaves: old.leaves.filter { $0.name == other.name },
                assignments: [
                    index.uuid: (0..<16).map { _ in ShardAssignment(owner: other.name) }
                ],
                version: old.version + 1))
        await cluster.clock.waitForSleeper(until: start + .milliseconds(20))
        cluster.clock.advance(by: .milliseconds(20))
        #expect(try await writing.value.items[0].outcome.error == nil)
        #expect(cluster.store.shard(index.uuid, shard).documents.contains { $0.id == "a" })
        following.cancel()
        await following.value
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
        // A leaf that stops calls its work off; the caller has not.
        #expect(
            RetryPolicy.isWorthRetrying(
                RemoteError(type: RemoteError.cancelledType, reason: "", status: 503)))
        #expect(!RetryPolicy.isWorthRetrying(RemoteError(type: "x", reason: "", status: 429)))
        #expect(!RetryPolicy.isWorthRetrying(CancellationError()))
        #expect(RetryPolicy.delay(afterTries: 0) == .milliseconds(20))
        #expect(RetryPolicy.delay(afterTries: 2) == .milliseconds(80))
        #expect(RetryPolicy.delay(afterTries: 1000) == .milliseconds(250))
    }
}
