// What a shard is handed of the world.

import Logging
import Storage

struct ShardEnvironment: Sendable {
    let objects: any ObjectStore
    let clock: any NodeClock
    let random: any RandomSource
    let compute: any ComputePool
    let logger: Logger
}

/// How long to wait before trying again: longer each time, up to a second.
struct Backoff: Sendable {
    private static let first: Duration = .milliseconds(20)
    private static let longest: Duration = .seconds(1)
    private var next = Backoff.first

    mutating func pause(_ clock: any NodeClock) async throws {
        try await clock.sleep(for: next)
        next = min(next * 2, Self.longest)
    }
}
