// A leaf whose shards are kept, rolled back, restored under another index, and deleted.

import Analysis
import Cluster
import Foundation
import Logging
import Queries
import Shards
import Storage
import Testing

@testable import Leaf

@Suite struct SnapshotTests {
    private struct Stage {
        let folder: String
        let world: World
        let catalog: Catalog
        let leaf: LeafServer
        let index: IndexMetadata

        static let shardCount = 2
        private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        init() async throws {
            folder =
                FileManager.default.temporaryDirectory.path
                + "/leaf-snapshots-\(SystemRandom().next())"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let clock = SystemClock()
            let random = SeededRandom(seed: 7)
            let world = World(
                clock: clock, random: random, transport: InProcessTransport(clock: clock),
                objects: FolderObjectStore(disk: LiveDisk(), root: folder, random: random),
                metadata: InMemoryMetadataStore(clock: clock),
                compute: WorkerComputePool(threads: 2))
            self.world = world
            catalog = Catalog(metadata: world.metadata, logger: Self.silent)
            index = try await catalog.create(
                IndexMetadata(
                    name: "books", uuid: "b00c5", shardCount: Self.shardCount, created: 0))
            leaf = LeafServer(
                name: "leaf-0", world: world, catalog: catalog,
                routing: .fixed(
                    RoutingTable(leaves: [
                        LeafNode(name: "leaf-0", address: NodeAddress("leaf-0"))
                    ])),
                peers: { LeafClient(node: $0, transport: world.transport) },
                configuration: LeafConfiguration(), logger: Self.silent)
            await leaf.start()
        }

        func write(_ numbers: Range<Int>, pages: Int, to index: IndexMetadata) async throws {
            let operations = numbers.map {
                DocumentOperation(
                    action: .index, id: "\($0)", source: Array("{\"pages\":\(pages)}".utf8))
            }
            let groups = Dictionary(grouping: operations) {
                DocumentRouting.shard($0.id, shardCount: Self.shardCount)
            }
            let answer = try await leaf.write(
                LeafWriteRequest(
                    indexUUID: index.uuid, schemaVersion: 0,
                    groups: groups.sorted { $0.key < $1.key }.map {
                        ShardWrite(shard: $0.key, operations: $0.value)
                    }, refresh: .immediate), deadline: .distantFuture)
            #expect(answer.groups.flatMap(\.outcomes).allSatisfy { $0.error == nil })
        }

        func ask(_ action: SnapshotAction) async throws -> LeafSnapshotResponse {
            try await leaf.snapshot(
                LeafSnapshotRequest(
                    indexUUID: index.uuid, shards: Array(0..<Self.shardCount), action: action),
                deadline: .distantFuture)
        }

        func source(_ id: String, of index: IndexMetadata) async throws -> String? {
            let request = LeafGetRequest(
                indexUUID: index.uuid,
                shard: DocumentRouting.shard(id, shardCount: Self.shardCount), id: id)
            let found = try await leaf.get(request, deadline: .distantFuture)
            return found.document.map { String(decoding: $0.source, as: UTF8.self) }
        }

        func keys(_ prefix: String) async throws -> [String] {
            try await world.objects.list(prefix: prefix, after: nil)
        }
    }

    @Test func keptRolledBackRestoredAndDeleted() async throws {
        let stage = try await Stage()
        defer { try? FileManager.default.removeItem(atPath: stage.folder) }
        try await stage.write(0..<20, pages: 1, to: stage.index)
        let kept = try await stage.ask(.keep(id: "k", name: "daily"))
        #expect(kept.failures.isEmpty && kept.shards.map(\.shard) == [0, 1])
        #expect(kept.shards.reduce(0) { $0 + $1.state.documents } == 20)
        #expect(try await stage.ask(.keep(id: "k", name: "daily")) == kept)
        try await stage.write(10..<30, pages: 2, to: stage.index)
        let back = try await stage.ask(.rollBack(id: "k"))
        #expect(back.shards.map(\.state.slot) == kept.shards.map(\.state.slot))
        #expect(back.shards.allSatisfy { $0.visibleSlot > $0.state.slot })
        #expect(try await stage.source("15", of: stage.index) == "{\"pages\":1}")
        #expect(try await stage.source("25", of: stage.index) == nil)
        let wrong = try await stage.ask(.rollBack(id: "none"))
        #expect(wrong.failures.count == 2)
        #expect(wrong.failures.allSatisfy { $0.type == "snapshot_missing_exception" })

        // A snapshot names the index, so deleting it leaves its objects.
        let store = SnapshotStore(objects: stage.world.objects)
        let snapshot = SnapshotDescription(
            name: "daily", id: "k", created: 0,
            indices: [SnapshotDescription.Index(metadata: stage.index)])
        _ = try await store.begin(snapshot)
        try await stage.catalog.delete("books")
        let drop = LeafDropRequest(indexUUID: stage.index.uuid)
        try await stage.leaf.drop(drop, deadline: .distantFuture)
        #expect(try await !stage.keys(stage.index.uuid + "/").isEmpty)
        var metadata = stage.index
        metadata.name = "again"
        metadata.uuid = "a9a14"
        metadata.origin = IndexOrigin(
            indexUUID: stage.index.uuid, snapshot: "daily", snapshotID: "k")
        let restored = try await stage.catalog.create(metadata)
        let opened = try await stage.leaf.open(
            LeafOpenRequest(indexUUID: restored.uuid, shards: [0, 1]), deadline: .distantFuture)
        #expect(opened.failures == [])
        for id in ["0", "15", "19"] {
            #expect(try await stage.source(id, of: restored) == "{\"pages\":1}")
        }
        #expect(try await stage.source("25", of: restored) == nil)
        try await stage.write(25..<26, pages: 3, to: restored)
        #expect(try await stage.source("25", of: restored) == "{\"pages\":3}")

        // Nothing names it any more: deleting an index deletes its objects.
        try await store.forget("daily")
        try await stage.catalog.delete("again")
        try await stage.leaf.drop(
            LeafDropRequest(indexUUID: restored.uuid), deadline: .distantFuture)
        #expect(try await stage.keys(restored.uuid + "/") == [])
        await stage.leaf.close()
    }

    /// What is kept is damaged; the shard itself goes on.
    @Test func damageInWhatIsKeptClosesNoShard() async throws {
        let stage = try await Stage()
        defer { try? FileManager.default.removeItem(atPath: stage.folder) }
        try await stage.write(0..<20, pages: 1, to: stage.index)
        _ = try await stage.ask(.keep(id: "k", name: "daily"))
        let segments = try await stage.keys("b00c5/00000/segments/")
        try await stage.write(0..<20, pages: 2, to: stage.index)
        _ = try await stage.ask(.keep(id: "later", name: "later"))
        // It is opened again from its newest checkpoint, which lists others.
        await stage.leaf.table.remove(ShardKey(indexUUID: "b00c5", shard: 0))?.close()
        for key in segments { try await stage.world.objects.delete(key) }
        let back = try await stage.ask(.rollBack(id: "k"))
        #expect(back.failures.map(\.shard) == [0])
        #expect(back.failures.map(\.type) == [RemoteError.corruptShardType])
        let zero = try #require(
            (0..<20).first { DocumentRouting.shard("\($0)", shardCount: 2) == 0 })
        #expect(try await stage.source("\(zero)", of: stage.index) == "{\"pages\":2}")
        await stage.leaf.close()
    }
}
