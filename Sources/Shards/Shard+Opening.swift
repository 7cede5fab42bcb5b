// Opening a shard: read its log or take it over, open the segments of the newest checkpoint, and
// apply the records after it.

import Analysis
import Logging
import Segments
import Storage

/// Whom a shard tells what happens.
struct ShardEvents: Sendable {
    let onVisible: (@Sendable (Int64) -> Void)?
    let onCommitted: (@Sendable () -> Void)?
    let onDeposed: (@Sendable () -> Void)?
}

extension Shard {
    /// Opens the shard; as its owner it takes the log over first, as a copy it writes nothing.
    /// - Parameters:
    ///   - schema: the mapping as the metadata store has it; where the log knows more fields, the
    ///     log's counts.
    ///   - owner: names this node in the log.
    ///   - origin: what a new shard begins with; a copy waits until its owner has brought it.
    ///   - onVisible: told the visible slot after every refresh.
    ///   - onCommitted: told after each record that `records(after:byteLimit:)` has to give.
    ///   - onDeposed: told when another owner's record has made a copy of this owner.
    public static func open(
        location: ShardLocation, settings: ShardSettings = ShardSettings(), schema: Schema,
        objects: any ObjectStore, clock: any NodeClock, random: any RandomSource,
        compute: any ComputePool, owner: String, logger: Logger, as role: Role = .owner,
        origin: ShardOrigin? = nil,
        onVisible: (@Sendable (Int64) -> Void)? = nil,
        onCommitted: (@Sendable () -> Void)? = nil, onDeposed: (@Sendable () -> Void)? = nil
    ) async throws(ShardError) -> Shard {
        let environment = ShardEnvironment(
            objects: objects, clock: clock, random: random, compute: compute, logger: logger)
        let loader = ShardLoader(location: location, environment: environment)
        let incarnation = role == .owner ? Self.incarnation(of: owner, random) : nil
        let opened = try await loader.load(schema: schema, owner: incarnation)
        let awaited = opened.shard.collection.newest == nil ? origin : nil
        if awaited != nil, role == .copy { throw beingRestored(location) }
        let shard = Shard(
            location: location, settings: settings, environment: environment, opened: opened.shard,
            schema: schema, owner: owner,
            events: ShardEvents(
                onVisible: onVisible, onCommitted: onCommitted, onDeposed: onDeposed))
        try await shard.start(opened.newestRecords, incarnation, restoring: awaited)
        return shard
    }

    /// A name per ownership: no two owners write equal records.
    static func incarnation(of owner: String, _ random: any RandomSource) -> String {
        owner + "#" + random.nextName()
    }

    private func start(
        _ records: [ReadRecord], _ incarnation: String?, restoring origin: ShardOrigin?
    ) async throws(ShardError) {
        for read in records { recent.append(read.bytes, slot: read.record.slot) }
        if let incarnation { own(ShardLog(fence: stand.position, owner: incarnation)) }
        if let origin { try await restore(from: origin) }
        try await memoryTurn.pass { () async throws(ShardError) in
            try await seal()
            publishSnapshot()
        }
        noteApplied()
        startTicking()
    }

    /// Tells whoever asks without waiting how far the shard has come.
    func noteApplied() {
        published.noteApplied(
            stand.position.slot, newestBatch: progress.newestBatch, terms: progress.terms)
    }
}
