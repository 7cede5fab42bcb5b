// Descriptions of snapshots as objects: what is written is read, whoever was first stays, and
// nothing a user types becomes part of a key.

import Analysis
import Foundation
import Storage
import Testing

@testable import Cluster

@Suite struct SnapshotStoreTests {
    private let folder =
        FileManager.default.temporaryDirectory.path + "/snapshots-\(SystemRandom().next())"

    private func objects() throws -> FolderObjectStore {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return FolderObjectStore(disk: LiveDisk(), root: folder, random: SeededRandom(seed: 1))
    }

    private func snapshot(_ name: String, id: String, created: Int64 = 5) -> SnapshotDescription {
        var index = IndexMetadata(name: "books", uuid: "u-books", shardCount: 2, created: 3)
        index.origin = IndexOrigin(indexUUID: "u-old", snapshot: "s", snapshotID: "i")
        return SnapshotDescription(
            name: name, id: id, created: created,
            indices: [
                SnapshotDescription.Index(
                    metadata: index,
                    shards: [
                        SnapshotShard(slot: 1, documents: 2, bytes: 3),
                        SnapshotShard(slot: 4, documents: 5, bytes: 6),
                    ])
            ])
    }

    @Test func firstBegunFirstServed() async throws {
        let objects = try objects()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = SnapshotStore(objects: objects)
        let first = snapshot("daily+1", id: "a")
        #expect(try await store.begin(first) == first)
        #expect(try await store.begin(snapshot("daily+1", id: "b")) == first)
        #expect(try await store.begun("daily+1") == first)
        #expect(try await store.complete("daily+1") == nil)
        #expect(try await store.all() == [])
        #expect(try await store.names(ofIndex: "u-books") == ["daily+1"])
        #expect(try await store.names(ofIndex: "u-old") == [])
        #expect(try await store.finish(first) == first)
        let older = snapshot("weekly", id: "c", created: 2)
        _ = try await store.begin(older)
        _ = try await store.finish(older)
        #expect(try await store.all() == [older, first])
        #expect(try await store.names(ofIndex: "u-books") == ["weekly", "daily+1"])
        let keys = try await objects.list(prefix: "snapshots/", after: nil)
        #expect(keys.count == 4 && keys.allSatisfy { ObjectKey.fault(in: $0) == nil })
        try await store.withdraw("daily+1")
        #expect(try await store.all() == [older])
        #expect(try await store.names(ofIndex: "u-books") == ["weekly", "daily+1"])
        try await store.forget("daily+1")
        #expect(try await store.names(ofIndex: "u-books") == ["weekly"])
    }

    @Test func damagedDescriptionsAreRefusedByName() throws {
        let good = snapshot("daily", id: "a")
        #expect(try SnapshotDescription(encoded: good.encoded(), key: "k") == good)
        let text = String(decoding: good.encoded(), as: UTF8.self)
        for (part, other) in [
            ("\"format\":1", "\"format\":2"), ("\"id\"", "\"di\""),
            ("\"uuid\":\"u-books\"", "\"u\":1"), ("\"uuid\":\"u-old\"", "\"uuid\":1"),
            ("{\"slot\":4,\"documents\":5,\"bytes\":6}", "{}"), ("{", "["),
        ] {
            let bad = text.replacing(part, with: other)
            #expect(bad != text)
            #expect(throws: ObjectStoreError.self, "\(part)") {
                try SnapshotDescription(encoded: Array(bad.utf8), key: "k")
            }
        }
    }

    @Test func anIndexRemembersItsOrigin() throws {
        var index = IndexMetadata(name: "a", uuid: "u", shardCount: 1, created: 3)
        #expect(!String(decoding: index.encoded(), as: UTF8.self).contains("origin"))
        index.origin = IndexOrigin(indexUUID: "u-old", snapshot: "s", snapshotID: "i")
        #expect(try IndexMetadata(encoded: index.encoded(), key: "k") == index)
    }
}
