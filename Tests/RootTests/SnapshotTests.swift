// Snapshots through a root: what is asked of the owners, what is written down, and what becomes of
// those that are interrupted.

import Analysis
import Cluster
import Queries
import Storage
import Synchronization
import Testing

@testable import Root

private final class MemoryObjects: ObjectStore {
    private let objects = Mutex<[String: [UInt8]]>([:])

    var keys: [String] { objects.withLock { $0.keys.sorted() } }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        objects.withLock { objects in
            guard objects[key] == nil else { return .exists }
            objects[key] = bytes
            return .created
        }
    }

    func read(_ key: String) async throws -> [UInt8]? { objects.withLock { $0[key] } }
    func list(prefix: String, after: String?) async throws -> [String] {
        keys.filter { $0.hasPrefix(prefix) && $0 > (after ?? "") }
    }
    func delete(_ key: String) async throws { objects.withLock { $0[key] = nil } }
    func map(_ key: String) async throws -> MappedBytes? { nil }
    func size(_ key: String) async throws -> Int? { nil }
    func check() async throws {}
    func checkContention() async throws {}
}

@Suite struct SnapshotTests {
    private struct Stage {
        let cluster = FakeCluster(leaves: 3)
        let objects = MemoryObjects()
        let snapshots: RootSnapshotService

        init() {
            let world = World(
                clock: cluster.clock, random: SeededRandom(seed: 3),
                transport: cluster.world.transport, objects: objects,
                metadata: cluster.world.metadata, compute: cluster.world.compute)
            snapshots = RootSnapshotService(
                world: world, catalog: cluster.catalog, directory: cluster.directory,
                configuration: RootConfiguration(), generationWatch: cluster.watch,
                indices: cluster.indices)
        }

        /// Ids by shard, of all that is kept.
        var kept: [String] {
            cluster.leaves.flatMap { leaf in
                leaf.state.withLock { $0.kept.values.flatMap { $0 } }
            }.sorted()
        }

        func stopBeingWilling(_ shards: Set<Int>) {
            for leaf in cluster.leaves { leaf.unwilling.withLock { $0 = shards } }
        }
    }

    private func refusal(_ body: () async throws -> Void) async -> RequestError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? RequestError
        }
    }

    @Test func everyShardOfEveryIndexIsKeptAndWrittenDown() async throws {
        let stage = Stage()
        let books = try await stage.cluster.fill("books", documents: 100)
        _ = try await stage.cluster.fill("poems", documents: 10)
        _ = try await stage.cluster.indices.create("other", body: nil)
        let made = try await stage.snapshots.create("daily", of: ["books,p*"])
        #expect(made.indices.map(\.metadata.name) == ["books", "poems"])
        #expect(made.indices.map(\.documents) == [100, 10])
        #expect(made.shardCount == 32 && made.bytes == 320)
        #expect(made.indices[0].metadata == stage.cluster.catalog.current.index(named: "books"))
        #expect(stage.kept == Array(repeating: made.id, count: 32))
        #expect(try await stage.snapshots.snapshots([]) == [made])
        #expect(try await stage.snapshots.snapshots(["daily"]) == [made])
        let again = await refusal { _ = try await stage.snapshots.create("daily", of: ["books"]) }
        #expect(again?.type == "invalid_snapshot_name_exception" && again?.status == 400)
        let wrong = await refusal { _ = try await stage.snapshots.create("Daily", of: []) }
        #expect(wrong?.type == "invalid_snapshot_name_exception")
        let none = await refusal { _ = try await stage.snapshots.create("x", of: ["none"]) }
        #expect(none?.status == 404)
        let missing = await refusal { _ = try await stage.snapshots.snapshots(["x"]) }
        #expect(missing?.type == "snapshot_missing_exception" && missing?.status == 404)

        let report = try await stage.snapshots.rollBack(["books"], to: .snapshot("daily"))
        #expect(report.shards.count == 16 && report.summary.failures.isEmpty)
        #expect(report.shards.reduce(0) { $0 + $1.documents } == 100)
        // What was remembered of searches is not used any more.
        let slots = stage.cluster.watch.requiredSlots(of: books, nil)
        #expect(slots == report.shards.map { $0.slot + 1 })
        let other = await refusal {
            _ = try await stage.snapshots.rollBack(["other"], to: .snapshot("daily"))
        }
        #expect(other?.type == "snapshot_missing_exception")

        try await stage.snapshots.delete("daily")
        #expect(stage.kept == [] && stage.objects.keys == [])
    }

    @Test func oneThatWasInterruptedIsCompletedOrDeleted() async throws {
        let stage = Stage()
        _ = try await stage.cluster.fill("books")
        stage.stopBeingWilling([5])
        let first = await refusal { _ = try await stage.snapshots.create("daily", of: ["books"]) }
        #expect(first?.status == 503 && first?.reason.contains("shard 5") == true)
        #expect(try await stage.snapshots.snapshots([]) == [])
        #expect(stage.kept.count == 15)
        _ = try await stage.cluster.indices.create("more", body: nil)
        let others = await refusal { _ = try await stage.snapshots.create("daily", of: []) }
        #expect(others?.reason.contains("begun for other indices") == true)
        stage.stopBeingWilling([])
        let made = try await stage.snapshots.create("daily", of: ["books"])
        // The same states, and the one that was missing.
        #expect(stage.kept == Array(repeating: made.id, count: 16))

        stage.stopBeingWilling([7])
        let stuck = await refusal { try await stage.snapshots.delete("daily") }
        #expect(stuck?.status == 503)
        #expect(try await stage.snapshots.snapshots([]) == [])
        stage.stopBeingWilling([])
        try await stage.snapshots.delete("daily")
        #expect(stage.kept == [] && stage.objects.keys == [])
        let gone = await refusal { try await stage.snapshots.delete("daily") }
        #expect(gone?.status == 404)
    }

    @Test func whatIsLeftOfADeletedIndexGoesWithItsLastSnapshot() async throws {
        let stage = Stage()
        let books = try await stage.cluster.fill("books")
        for name in ["one", "two"] { _ = try await stage.snapshots.create(name, of: ["books"]) }
        let segment = books.uuid + "/00000/segments/1-a"
        _ = await stage.objects.create(segment, [1])
        // Of an index whose name only begins like it.
        _ = await stage.objects.create(books.uuid + "x/00000/segments/1-a", [1])
        try await stage.cluster.indices.delete(["books"], .standard)
        try await stage.snapshots.delete("one")
        #expect(stage.objects.keys.contains(segment))
        try await stage.snapshots.delete("two")
        #expect(stage.objects.keys == [books.uuid + "x/00000/segments/1-a"])
    }

    @Test func restoredIndicesNameTheirOrigin() async throws {
        let stage = Stage()
        let books = try await stage.cluster.fill("books")
        _ = try await stage.cluster.fill("poems", documents: 3)
        let made = try await stage.snapshots.create("daily", of: [])
        let request = RestoreRequest(indices: ["books"], renamed: ["books": "old"])
        let report = try await stage.snapshots.restore("daily", request)
        #expect(report.indices == ["old"] && report.shards.successful == 16)
        let old = try #require(stage.cluster.catalog.current.index(named: "old"))
        #expect(
            old.origin
                == IndexOrigin(indexUUID: books.uuid, snapshot: "daily", snapshotID: made.id))
        #expect(old.uuid != books.uuid && old.shardCount == 16)
        #expect(old.schema == stage.cluster.catalog.current.index(named: "books")?.schema)
        for (wrong, words) in [
            (request, "there is an index [old] already"),
            (RestoreRequest(), "there is an index [books] already"),
            (RestoreRequest(indices: ["books"], renamed: ["poems": "p"]), "not to be restored"),
            (RestoreRequest(renamed: ["books": "x", "poems": "x"]), "the same name"),
            (RestoreRequest(renamed: ["books": "X"]), "invalid index name"),
        ] {
            let error = await refusal { _ = try await stage.snapshots.restore("daily", wrong) }
            #expect(error?.reason.contains(words) == true, "\(String(describing: error))")
        }
        let none = await refusal {
            _ = try await stage.snapshots.restore("daily", RestoreRequest(indices: ["none"]))
        }
        #expect(none?.status == 404)
        #expect(stage.cluster.catalog.current.indices.count == 3)
    }
}
