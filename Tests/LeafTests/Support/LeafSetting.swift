// What leaves need in a test: a folder of their own, metadata in memory, and one index.

import Analysis
import Cluster
import Foundation
import Logging
import Queries
import Storage

@testable import Leaf

struct LeafSetting {
    let folder: String
    let world: World
    let catalog: Catalog
    let index: IndexMetadata

    static let deadline = Instant.distantFuture
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func make(shardCount: Int) async throws -> LeafSetting {
        let folder =
            FileManager.default.temporaryDirectory.path
            + "/leaf-tests-\(SystemRandom().next())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let clock = SystemClock()
        let random = SeededRandom(seed: 7)
        let world = World(
            clock: clock, random: random, transport: InProcessTransport(clock: clock),
            objects: FolderObjectStore(disk: LiveDisk(), root: folder, random: random),
            metadata: InMemoryMetadataStore(clock: clock), compute: WorkerComputePool(threads: 2))
        let catalog = Catalog(metadata: world.metadata, logger: silent)
        let index = try await catalog.create(
            IndexMetadata(name: "books", uuid: "b00c5", shardCount: shardCount, created: 0))
        return LeafSetting(folder: folder, world: world, catalog: catalog, index: index)
    }

    /// Not started.
    func leaf(_ name: String, _ routing: RoutingStore) -> LeafServer {
        LeafServer(
            name: name, world: world, catalog: catalog, routing: routing,
            peers: { LeafClient(node: $0, transport: world.transport) },
            configuration: LeafConfiguration(), logger: Self.silent)
    }

    /// A request that writes the operations, shard by shard, and shows them at once.
    func writing(_ operations: [DocumentOperation]) -> LeafWriteRequest {
        let groups = Dictionary(grouping: operations) {
            DocumentRouting.shard($0.id, shardCount: index.shardCount)
        }
        return LeafWriteRequest(
            indexUUID: index.uuid, schemaVersion: 0,
            groups: groups.sorted { $0.key < $1.key }.map {
                ShardWrite(shard: $0.key, operations: $0.value)
            }, refresh: .immediate)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
