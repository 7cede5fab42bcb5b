// What a worker does of an offline build: parts of sources, then shards.

import Logging
import NIOPosix
import Storage

struct OfflineWork: Sendable {
    let build: BuildStore
    let world: ShardWorld

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

/// What the storage below a worker has to say goes where its other troubles go.
enum WorkerLogs {
    static let logger: Logger = {
        var logger = Logger(label: "canopy.build") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }()
}
