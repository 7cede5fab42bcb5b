// Reads a shard from the object store: its log from the newest checkpoint on, and the segments
// that checkpoint lists.

import Analysis
import Storage

struct ShardLoader: Sendable {
    let location: ShardLocation
    let environment: ShardEnvironment

    struct Loaded: Sendable {
        let shard: OpenedShard
        /// All that were read, the owner's fence included.
        let newestRecords: [ReadRecord]
    }

    /// An owner takes the log over first. Where a segment is gone, the log may have gone on
    /// meanwhile, by another owner: it is read again as long as there are newer checkpoints.
    func load(
        schema: Schema, owner: String? = nil, known: [String: SegmentEntry] = [:]
    ) async throws(ShardError) -> Loaded {
        var failedCheckpoint: UInt64?
        while true {
            let driver = LogReaderDriver(location: location, environment: environment)
            guard let recovered = try await driver.run(owner: owner) else { continue }
            do throws(ShardError) {
                let shard = try await ShardReplay(location: location, environment: environment)
                    .run(recovered, schema: schema, known: known)
                return Loaded(shard: shard, newestRecords: recovered.records)
            } catch {
                let checkpoint = recovered.checkpointSlot
                guard error.kind == .corrupt, checkpoint > failedCheckpoint ?? 0
                else { throw error }
                failedCheckpoint = checkpoint
            }
        }
    }
}
