// The stores of a cluster as offline builds use them.

import Backends
import Cluster
import Foundation
import Shards
import Storage

extension ClusterStoreOptions.Stores {
    /// Where logs and segments are.
    /// - Parameter cacheFolder: For local copies of a bucket's segments; nil for those who read
    ///   none.
    func objectStore(
        compute: any ComputePool, cacheFolder: String? = nil
    ) throws -> any ObjectStore {
        switch objects {
        case .folder:
            try ClusterStoreOptions.check(folder: data)
            let root = data + "/objects"
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true)
            return FolderObjectStore(disk: LiveDisk(), root: root, random: random)
        case .bucket(let settings):
            let cache = try cacheFolder.map {
                try ObjectCache(
                    folder: $0, byteBudget: Self.cacheBytes, disk: LiveDisk(), random: random,
                    logger: WorkerLogs.logger)
            }
            return S3ObjectStore(
                settings, cache: cache, clock: clock, random: random, compute: compute,
                isMappedLater: ShardLocation.isSegment)
        }
    }

    /// Segments that are in use stay beyond it.
    private static let cacheBytes = 1 << 30

    var catalog: Catalog {
        get throws {
            try Catalog(
                metadata: metadata,
                objects: isMetadataApart
                    ? objectStore(compute: WorkerComputePool(threads: 1)) : nil,
                logger: WorkerLogs.logger)
        }
    }

    /// The objects of an offline queue's build; nil for other queues.
    func build(_ head: QueueHead) throws -> BuildStore? {
        try head.offline.map { index in
            BuildStore(
                try objectStore(compute: WorkerComputePool(threads: 1)), clock: clock, head, index)
        }
    }

    /// What a worker needs for an offline queue; nil for others.
    func offlineWork(_ head: QueueHead, cache: ScratchFolder?) throws -> OfflineWork? {
        guard let index = head.offline else { return nil }
        // Analysing takes one thread; more workers take more.
        let compute = WorkerComputePool(threads: 1)
        let objects = try objectStore(compute: compute, cacheFolder: cache?.path)
        return OfflineWork(
            build: BuildStore(objects, clock: clock, head, index),
            world: ShardWorld(objects: objects, clock: clock, random: random, compute: compute))
    }
}

/// A folder of this process's own for copies of a bucket's segments, removed when it is done with.
struct ScratchFolder: Sendable {
    let path: String

    /// Nil when there are no copies to keep.
    init?(_ head: QueueHead, _ opened: ClusterStoreOptions.Stores) throws {
        guard head.offline != nil, opened.bucket != nil else { return nil }
        path = NSTemporaryDirectory() + "/canopy-build-" + opened.random.nextName()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
