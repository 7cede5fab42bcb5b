// One leaf over a temporary folder: writes, searches, pins, damage to one shard, deletion.

import Analysis
import Cluster
import Foundation
import Queries
import Storage
import Testing

@testable import Leaf

/// A leaf with all shards of an index.
private struct Stage {
    let setting: LeafSetting

    static let shardCount = 4
    static let deadline = LeafSetting.deadline

    var index: IndexMetadata { setting.index }

    static func make() async throws -> Stage {
        Stage(setting: try await LeafSetting.make(shardCount: shardCount))
    }

    func leaf() async -> LeafServer {
        let routing = RoutingTable(leaves: [
            LeafNode(name: "leaf-0", address: NodeAddress("leaf-0"))
        ])
        let leaf = setting.leaf("leaf-0", .fixed(routing))
        await leaf.start()
        return leaf
    }

    func write(
        _ leaf: LeafServer, _ operations: [DocumentOperation]
    ) async throws -> [DocumentOutcome] {
        try await leaf.write(setting.writing(operations), deadline: Self.deadline)
            .groups.flatMap(\.outcomes)
    }

    func search(
        _ leaf: LeafServer, _ query: Query, pin: UInt64? = nil,
        statistics: CollectionStatistics? = CollectionStatistics(), documentCount: Int = 0,
        released: [UInt64] = []
    ) async throws -> LeafSearchResponse {
        try await leaf.search(
            LeafSearchRequest(
                indexUUID: index.uuid, indexName: index.name,
                shards: Array(0..<Self.shardCount), schemaVersion: 0,
                query: ShardQuery(query: query, count: 10, trackTotalHits: .exactly),
                statistics: statistics, pin: pin, what: FetchSpecification(version: true),
                documentCount: documentCount, released: released), deadline: Self.deadline)
    }

    static func book(_ number: Int) -> DocumentOperation {
        DocumentOperation(
            action: .index, id: "book-\(number)",
            source: Array("{\"title\":\"volume \(number)\",\"pages\":\(number)}".utf8))
    }
}

@Suite struct LeafServerTests {
    @Test func whatIsWrittenIsFoundFetchedAndStillThereAfterARestart() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        let outcomes = try await stage.write(leaf, (0..<40).map(Stage.book))
        #expect(outcomes.allSatisfy { $0.result == .created && $0.error == nil })
        #expect(stage.setting.catalog.current.index(named: "books")?.schema["pages"]?.type == .long)

        let range = Query.range(
            field: "pages", lower: Bound(.integer(38), inclusive: true), upper: nil,
            boost: 1)
        let found = try await stage.search(leaf, range)
        #expect(found.top?.total?.value == 2)
        #expect(found.documentCount == 40)
        let hits = try #require(found.top?.hits)
        let fetched = try await leaf.fetch(
            LeafFetchRequest(
                pin: found.pin, addresses: hits.map(\.address), what: FetchSpecification()),
            deadline: Stage.deadline)
        let sources = fetched.documents.compactMap { $0.source }.map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(Set(sources).count == 2 && sources.allSatisfy { $0.contains("volume 3") })

        await leaf.close()
        let again = await stage.leaf()
        #expect(try await stage.search(again, .matchAll(boost: 1)).top?.total?.value == 40)
        let got = try await again.get(
            LeafGetRequest(
                indexUUID: stage.index.uuid,
                shard: DocumentRouting.shard("book-7", shardCount: Stage.shardCount),
                id: "book-7"), deadline: Stage.deadline)
        #expect(got.document?.version == 1)
        // Written under the first owner's term, searched under the second's.
        let terms = try await stage.search(again, range)
        let old = try await again.fetch(
            LeafFetchRequest(
                pin: terms.pin, addresses: (terms.top?.hits ?? []).map(\.address),
                what: FetchSpecification()), deadline: Stage.deadline)
        let first = fetched.documents.map(\.primaryTerm)
        #expect(first.allSatisfy { $0 > 0 } && old.documents.map(\.primaryTerm) == first)
        let new = try await stage.write(again, [Stage.book(38)])
        #expect(new.allSatisfy { $0.primaryTerm > first[0] })
        await again.close()
    }

    @Test func aPinnedSnapshotDoesNotSeeLaterWritesAndEndsWhenReleased() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        _ = try await stage.write(leaf, (0..<5).map(Stage.book))
        let first = try await stage.search(leaf, .matchAll(boost: 1))
        _ = try await stage.write(leaf, (5..<9).map(Stage.book))
        let pinned = try await stage.search(leaf, .matchAll(boost: 1), pin: first.pin)
        #expect(pinned.top?.total?.value == 5)
        #expect(try await stage.search(leaf, .matchAll(boost: 1)).top?.total?.value == 9)
        _ = try await leaf.fetch(
            LeafFetchRequest(pin: first.pin, addresses: [], what: FetchSpecification()),
            deadline: Stage.deadline)
        await #expect(throws: RemoteError.self) {
            try await stage.search(leaf, .matchAll(boost: 1), pin: first.pin)
        }
        await leaf.close()
    }

    @Test func documentsComeWithTheSearchAsTheyAreFetched() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        _ = try await stage.write(leaf, (0..<40).map(Stage.book))
        let found = try await stage.search(leaf, .matchAll(boost: 1), documentCount: 4)
        let hits = try #require(found.top?.hits)
        #expect(hits.count == 10 && found.documents.count == 4 && found.fetched > .zero)
        let fetched = try await leaf.fetch(
            LeafFetchRequest(
                pin: found.pin, addresses: hits.prefix(4).map(\.address),
                what: FetchSpecification(version: true), release: false),
            deadline: Stage.deadline)
        #expect(found.documents == fetched.documents)
        _ = try await stage.search(leaf, .matchAll(boost: 1), pin: found.pin)
        // The next search lets go of it.
        _ = try await stage.search(leaf, .matchAll(boost: 1), released: [found.pin])
        await #expect(throws: RemoteError.self) {
            try await stage.search(leaf, .matchAll(boost: 1), pin: found.pin)
        }
        // A long document ends the reading.
        let long = "{\"title\":\"long\",\"note\":\"\(String(repeating: "x ", count: 140_000))\"}"
        let operations = (0..<9).map {
            DocumentOperation(action: .index, id: "long-\($0)", source: Array(long.utf8))
        }
        _ = try await stage.write(leaf, operations)
        let longest = try await stage.search(
            leaf, .term(field: "title", term: Term("long"), boost: 1), documentCount: 9)
        #expect(longest.top?.hits.count == 9 && longest.documents.count == 1)
        await leaf.close()
    }

    @Test func statisticsAloneBringNoHits() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        _ = try await stage.write(leaf, (0..<12).map(Stage.book))
        let term = Query.term(field: "title", term: Term("volume"), boost: 1)
        let only = try await stage.search(leaf, term, statistics: nil)
        #expect(only.top == nil)
        #expect(only.statistics.terms[TermKey(field: "title", term: Term("volume"))] == 12)
        let full = try await stage.search(
            leaf, term, pin: only.pin, statistics: only.statistics)
        #expect(full.top?.total?.value == 12)
        await leaf.close()
    }

    @Test func oneDamagedShardFailsAlone() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        _ = try await stage.write(leaf, (0..<60).map(Stage.book))
        await leaf.close()
        let logs = stage.setting.folder + "/b00c5/00002/log/"
        let newest = try #require(
            FileManager.default.contentsOfDirectory(atPath: logs).sorted().last)
        let path = logs + newest
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))

        let again = await stage.leaf()
        let answer = try await stage.search(again, .matchAll(boost: 1))
        #expect(answer.failures.map(\.shard) == [2])
        let total = try #require(answer.top?.total?.value)
        #expect(total > 0 && total < 60)
        let status = try await again.status(LeafStatusRequest(), deadline: Stage.deadline)
        #expect(status.shards.map(\.state) == [.started, .started, .failed, .started])
        await again.close()
    }

    @Test func aDeletedIndexLeavesNothingBehind() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        _ = try await stage.write(leaf, (0..<5).map(Stage.book))
        await #expect(throws: RemoteError.self) {
            try await leaf.drop(
                LeafDropRequest(indexUUID: stage.index.uuid), deadline: Stage.deadline)
        }
        try await stage.setting.catalog.delete("books")
        try await leaf.drop(
            LeafDropRequest(indexUUID: stage.index.uuid), deadline: Stage.deadline)
        #expect(try await stage.setting.world.objects.list(prefix: "b00c5/", after: nil).isEmpty)
    }

    @Test func aLongPollHearsOfARefresh() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let leaf = await stage.leaf()
        let before = try await leaf.generations(
            LeafGenerationsRequest(since: 0), deadline: Stage.deadline)
        async let next = leaf.generations(
            LeafGenerationsRequest(since: before.sequence), deadline: Stage.deadline)
        _ = try await stage.write(leaf, [Stage.book(1)])
        let after = try await next
        #expect(after.sequence > before.sequence)
        await leaf.close()
    }

    /// A mapping that came back from a backup is told at once of the fields that documents have.
    @Test(.timeLimit(.minutes(1)))
    func fieldsOfDocumentsComeBackIntoAnOldMapping() async throws {
        let stage = try await Stage.make()
        defer { stage.setting.remove() }
        let catalog = stage.setting.catalog
        let leaf = await stage.leaf()
        _ = try await stage.write(leaf, (0..<40).map(Stage.book))
        let running = Task { await leaf.run() }
        try await catalog.update("books") { index in
            var index = index
            index.schema = Schema()
            return index
        }
        for await snapshot in catalog.changes()
        where snapshot.index(named: "books")?.schema["title"] != nil { break }
        #expect(catalog.current.index(named: "books")?.schema["pages"]?.type == .long)
        running.cancel()
        await running.value
    }
}
