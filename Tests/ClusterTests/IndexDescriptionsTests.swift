// What is written down of indices beside their documents, and how it comes back.

import Analysis
import Foundation
import Logging
import Storage
import Testing

@testable import Cluster

@Suite struct IndexDescriptionsTests {
    private struct Stage {
        let folder =
            FileManager.default.temporaryDirectory.path
            + "/descriptions-\(SystemRandom().next())"
        let objects: FolderObjectStore

        init() throws {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            objects = FolderObjectStore(
                disk: LiveDisk(), root: folder, random: SeededRandom(seed: 1))
        }

        /// With a metadata store that knows nothing yet.
        func catalog() -> Catalog {
            Catalog(
                metadata: InMemoryMetadataStore(clock: SystemClock()), objects: objects,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func catalog(_ metadata: any MetadataStore) -> Catalog {
            Catalog(
                metadata: metadata, objects: objects,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Nodes that run go on with what they know until somebody told the new store, and then go by
    /// the new store, whose revisions are lower.
    @Test func aStoreThatWasReplacedIsFollowed() async throws {
        let stage = try Stage()
        defer { stage.remove() }
        let metadata = ReplacedMetadata(InMemoryMetadataStore(clock: SystemClock()))
        let running = stage.catalog(metadata)
        try await running.restoreIfLost()
        for number in 0..<9 {
            try await running.create(
                IndexMetadata(name: "i\(number)", uuid: "u\(number)", shardCount: 1, created: 5))
            if number > 0 { try await running.delete("i\(number)") }
        }
        metadata.replace(by: InMemoryMetadataStore(clock: SystemClock()))
        #expect(try await running.reload().indices.map(\.name) == ["i0"])
        let started = stage.catalog(metadata)
        try await started.restoreIfLost()
        try await started.create(
            IndexMetadata(name: "new", uuid: "new", shardCount: 1, created: 5))
        #expect(try await running.reload().indices.map(\.name).sorted() == ["i0", "new"])
    }

    @Test func whatAStoreLosesComesBack() async throws {
        let stage = try Stage()
        defer { stage.remove() }
        let catalog = stage.catalog()
        try await catalog.restoreIfLost()
        for name in ["one", "two", "gone"] {
            try await catalog.create(
                IndexMetadata(name: name, uuid: "u-" + name, shardCount: 3, created: 5))
        }
        try await catalog.update("two") { index in
            var index = index
            index.settings.replicaCount = 2
            return index
        }
        try await catalog.delete("gone")
        try await catalog.changeAliases { table, _ in
            var table = table
            try table.add("second", .init(indexUUID: "u-two"))
            return table
        }
        let known = catalog.current.indices
        let aliases = catalog.current.aliases

        let restored = stage.catalog()
        try await restored.restoreIfLost()
        #expect(restored.current.indices == known && known.count == 2)
        #expect(restored.current.aliases == aliases && aliases.names == ["second"])
        // A store that has known the cluster is never filled: what it lacks was deleted.
        try await restored.delete("one")
        try await restored.restoreIfLost()
        #expect(restored.current.indices.map(\.name) == ["two"])
        #expect(try await stage.objects.list(prefix: "catalog/", after: nil).count == 2)
    }

    @Test func whatTookAnothersPlaceComesBackAndTheOtherDoesNot() async throws {
        let stage = try Stage()
        defer { stage.remove() }
        let catalog = stage.catalog()
        try await catalog.restoreIfLost()
        let old = IndexMetadata(name: "one", uuid: "z-old", shardCount: 3, created: 5)
        try await catalog.create(old)
        let new = IndexMetadata(name: "one", uuid: "a-new", shardCount: 2, created: 6)
        try await catalog.changeAliases { table, _ in
            var table = table
            try table.add("first", .init(indexUUID: "z-old", isWriteIndex: true))
            return table
        }
        try await catalog.publish(new, inPlaceOf: "z-old")
        #expect(try catalog.current.writeIndex("first") == new)
        #expect(catalog.current.aliases.targets["first"]?.map(\.indexUUID) == ["a-new"])
        await #expect(throws: (any Error).self) {
            let late = IndexMetadata(name: "one", uuid: "late", shardCount: 2, created: 7)
            try await catalog.publish(late, inPlaceOf: "z-old")
        }
        let restored = stage.catalog()
        try await restored.restoreIfLost()
        #expect(restored.current.indices == [new])
        #expect(try restored.current.writeIndex("first") == new)
        #expect(try await stage.objects.list(prefix: "catalog/", after: nil).count == 2)
    }

    @Test func ofManyChangesAtOnceTheLastIsKept() async throws {
        let stage = try Stage()
        defer { stage.remove() }
        let catalog = stage.catalog()
        try await catalog.create(
            IndexMetadata(name: "one", uuid: "u-one", shardCount: 3, created: 5))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await catalog.update("one") { index in
                        var index = index
                        index.created += 1
                        return index
                    }
                }
            }
            try await group.waitForAll()
        }
        let restored = stage.catalog()
        try await restored.restoreIfLost()
        #expect(restored.current.indices.map(\.created) == [25])
    }

    @Test func aRefusedNameLeavesNothing() async throws {
        let stage = try Stage()
        defer { stage.remove() }
        let catalog = stage.catalog()
        try await catalog.create(
            IndexMetadata(name: "one", uuid: "first", shardCount: 1, created: 5))
        await #expect(throws: (any Error).self) {
            try await catalog.create(
                IndexMetadata(name: "one", uuid: "second", shardCount: 1, created: 5))
        }
        let keys = try await stage.objects.list(prefix: "catalog/", after: nil)
        #expect(keys.allSatisfy { $0.hasPrefix("catalog/first/") } && keys.count == 1)
    }
}
