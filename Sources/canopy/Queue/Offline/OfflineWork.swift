// What a worker does of an offline build: parts of sources, then shards.

import Foundation
import Logging
import NIOPosix
import Storage

struct OfflineWork: Sendable {
    let build: BuildStore
    let world: ShardWorld

    /// Analysing takes one thread, and the worker's processes as many as were asked for.
    private static let threadCount = 1

    /// Nil for queues that are not built offline.
    init?(
        _ head: QueueHead, _ opened: ClusterStoreOptions.Stores, cache: ScratchFolder?
    ) throws {
        guard let index = head.offline else { return nil }
        let compute = WorkerComputePool(threads: Self.threadCount)
        let objects = try opened.objectStore(compute: compute, cacheFolder: cache?.path)
        build = BuildStore(objects, clock: opened.clock, head, index)
        world = ShardWorld(
            objects: objects, clock: opened.clock, random: opened.random, compute: compute)
    }

    /// - Parameter chunks: Of all sources, for a shard.
    func run(
        _ item: WorkItem, _ number: WorkQueue.Number, _ chunks: [ChunkNumber],
        of worker: QueueWorker, on thread: NIOThreadPool
    ) async throws {
        do {
            if let shard = item.source.shard {
                try await ShardRun(
                    worker: worker, build: build, world: world, item: item, shard: shard,
                    chunks: chunks, thread: thread
                ).run()
            } else {
                try await PartRun(
                    worker: worker, build: build, item: item, number: number, thread: thread
                ).run()
            }
        } catch let error as ObjectStoreError {
            throw PassingTrouble(description: "\(error)")
        }
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

/// What the storage below a worker has to say goes where its other troubles go.
enum WorkerLogs {
    static let logger: Logger = {
        var logger = Logger(label: "canopy.build") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }()
}
