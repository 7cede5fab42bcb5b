// A leaf that reads its shards again: what it finds is told, seen in its status, and forgotten once
// it is mended.

import Analysis
import Cluster
import Foundation
import Logging
import Queries
import Storage
import Testing

@testable import Leaf

@Suite struct ScrubberTests {
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let shardCount = 3

    private func withLeaf(
        _ body: (LeafServer, IndexMetadata, _ segments: URL) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("scrubber-tests-\(SystemRandom().next())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = SystemClock()
        let random = SeededRandom(seed: 7)
        let world = World(
            clock: clock, random: random, transport: InProcessTransport(clock: clock),
            objects: FolderObjectStore(disk: LiveDisk(), root: folder.path, random: random),
            metadata: InMemoryMetadataStore(clock: clock), compute: WorkerComputePool(threads: 2))
        let catalog = Catalog(metadata: world.metadata, logger: Self.silent)
        let index = try await catalog.create(
            IndexMetadata(name: "books", uuid: "b00c5", shardCount: Self.shardCount, created: 0))
        var configuration = LeafConfiguration()
        configuration.scrubBytesPerSecond = 1 << 30
        let routing = RoutingTable(leaves: [
            LeafNode(name: "leaf-0", address: NodeAddress("leaf-0"))
        ])
        let leaf = LeafServer(
            name: "leaf-0", world: world, catalog: catalog, routing: .fixed(routing),
            peers: { LeafClient(node: $0, transport: world.transport) },
            configuration: configuration, logger: Self.silent)
        await leaf.start()
        let all = Array(0..<Self.shardCount)
        _ = try await leaf.write(
            LeafWriteRequest(
                indexUUID: index.uuid, schemaVersion: 0,
                groups: all.map { shard in
                    ShardWrite(
                        shard: shard,
                        operations: (0..<50).map {
                            DocumentOperation(
                                action: .index, id: "\(shard)-\($0)",
                                source: Array(#"{"n":\#($0)}"#.utf8))
                        })
                }, refresh: .immediate), deadline: .distantFuture)
        _ = try await leaf.refresh(
            LeafRefreshRequest(indexUUID: index.uuid, shards: all, flush: true),
            deadline: .distantFuture)
        try await body(
            leaf, index, folder.appendingPathComponent("\(index.uuid)/00001/segments"))
        await leaf.close()
    }

    /// Reads what is due, with nothing else going on.
    private func finish(_ leaf: LeafServer) async {
        while await leaf.scrubber.step() == nil {}
    }

    private func scrub(_ leaf: LeafServer) async throws -> [ScrubbedShard] {
        let begun = try await leaf.scrub(.init(starts: true), deadline: .distantFuture)
        #expect(begun.shards.allSatisfy { $0.isPending })
        await finish(leaf)
        let found = try await leaf.scrub(.init(starts: false), deadline: .distantFuture)
        #expect(found.shards.map(\.shard) == Array(0..<Self.shardCount))
        #expect(found.shards.allSatisfy { !$0.isPending })
        return found.shards
    }

    private func damage(_ leaf: LeafServer) async throws -> [Int: String] {
        let status = try await leaf.status(LeafStatusRequest(), deadline: .distantFuture)
        var damage: [Int: String] = [:]
        for shard in status.shards { damage[shard.shard] = shard.damage }
        return damage
    }

    private func flip(_ file: URL) throws {
        let handle = try FileHandle(forUpdating: file)
        try handle.seek(toOffset: 99)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 99)
        try handle.write(contentsOf: [byte ^ 16])
        try handle.close()
    }

    private func files(_ folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
    }

    @Test func aSoundLeafSaysSo() async throws {
        try await withLeaf { leaf, index, _ in
            for shard in try await scrub(leaf) {
                #expect(shard.indexUUID == index.uuid && shard.findings.isEmpty)
                #expect(shard.objectCount > 1 && shard.byteCount > 0 && shard.failure == nil)
            }
            #expect(try await damage(leaf).isEmpty)
            let other = try await leaf.scrub(
                .init(starts: true, indexUUIDs: ["other"]), deadline: .distantFuture)
            #expect(other.shards.isEmpty)
        }
    }

    /// The disk has other bytes under the name than those that are mapped.
    @Test func whatTheDiskLostIsWrittenFromMemory() async throws {
        try await withLeaf { leaf, _, segments in
            let file = try #require(try files(segments).first)
            let sound = try Data(contentsOf: file)
            try FileManager.default.removeItem(at: file)
            try sound.write(to: file)
            try flip(file)
            let shards = try await scrub(leaf)
            #expect(shards[0].findings.isEmpty && shards[2].findings.isEmpty)
            #expect(shards[1].findings.map(\.kind) == ["segment"])
            #expect(shards[1].findings.allSatisfy { $0.isMended })
            #expect(try await damage(leaf).isEmpty)
            let left = try files(segments)
            #expect(left.count == 1 && left != [file])
            #expect(try Data(contentsOf: left[0]) == sound)
            #expect(try await scrub(leaf).allSatisfy { $0.findings.isEmpty })
        }
    }

    /// In a folder the file is what is mapped: nothing sound is left.
    @Test func whatIsLostIsToldUntilItIsRestored() async throws {
        try await withLeaf { leaf, _, segments in
            let file = try #require(try files(segments).first)
            try flip(file)
            for _ in 0..<2 {
                let shards = try await scrub(leaf)
                #expect(shards[1].findings.map(\.isMended) == [false])
                let told = try await damage(leaf)
                #expect(told.keys.sorted() == [1])
                #expect(told[1]?.contains("segments/" + file.lastPathComponent) == true)
                #expect(told[1]?.contains("backup") == true)
            }
            try flip(file)
            #expect(try await scrub(leaf)[1].findings.isEmpty)
            #expect(try await damage(leaf).isEmpty)
        }
    }

    /// Another file under the name, as restoring makes one.
    @Test func whatIsRestoredIsReadFromThen() async throws {
        try await withLeaf { leaf, _, segments in
            let file = try #require(try files(segments).first)
            let sound = try Data(contentsOf: file)
            try flip(file)
            #expect(try await scrub(leaf)[1].findings.map(\.isMended) == [false])
            try sound.write(to: file, options: .atomic)
            let shards = try await scrub(leaf)
            #expect(shards[1].findings.map(\.kind) == ["copy"])
            #expect(shards[1].findings.allSatisfy { $0.isMended })
            #expect(try await damage(leaf).isEmpty)
            #expect(try files(segments) == [file])
        }
    }
}
