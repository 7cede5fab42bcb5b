// Opening a shard: take its log over, open the segments of the newest checkpoint, and apply the
// records after it.

import Analysis
import Logging
import Segments
import Storage

extension Shard {
    /// Takes the shard over and opens it. `schema` is the mapping as the metadata store has it;
    /// where the log knows more fields, the log's counts. `owner` names this node in the log.
    /// `onVisible` is told the visible slot after every refresh. Throws `ShardError`.
    public static func open(
        location: ShardLocation, settings: ShardSettings = ShardSettings(), schema: Schema,
        objects: any ObjectStore, clock: any NodeClock, random: any RandomSource,
        compute: any ComputePool, owner: String, logger: Logger,
        onVisible: (@Sendable (Int64) -> Void)? = nil
    ) async throws(ShardError) -> Shard {
        let environment = ShardEnvironment(
            objects: objects, clock: clock, random: random, compute: compute, logger: logger)
        // A name per incarnation: no two owners write equal records.
        let incarnation = owner + "#" + random.nextName()
        let recovered = try await TakeoverDriver(location: location, environment: environment)
            .run(owner: incarnation)
        let opened = try await ShardReplay(location: location, environment: environment)
            .run(recovered, schema: schema, owner: incarnation)
        let shard = Shard(
            location: location, settings: settings, environment: environment, opened: opened,
            onVisible: onVisible)
        try await shard.start()
        return shard
    }

    private func start() async throws(ShardError) {
        try await memoryTurn.pass { () async throws(ShardError) in
            try await seal()
            publishSnapshot()
            published.noteBatch(progress.newestBatch)
        }
        startTicking()
    }
}
