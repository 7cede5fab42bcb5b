// What a worker has for offline builds.

import Logging
import Storage

/// Nil in workers that send documents to the roots.
struct OfflineWork: Sendable {
    let build: BuildStore
    let world: ShardWorld
}

/// What building shards takes of this process.
struct ShardWorld: Sendable {
    let objects: any ObjectStore
    let clock: any NodeClock
    let random: any RandomSource
    let compute: any ComputePool
}

/// A store does not answer; it may later.
struct PassingTrouble: Error, CustomStringConvertible {
    let description: String
}

/// What the storage below a worker has to say goes where its other troubles go.
enum WorkerLogs {
    static let logger: Logger = {
        var logger = Logger(label: "canopy.build") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }()
}
