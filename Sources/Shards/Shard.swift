// One shard, owned: its log, its segments, and the documents on their way from one to the other.
//
// Two turnstiles order what changes: committing a group of writes and publishing a rewritten
// segment take the log's turn; planning, applying and sealing the builder take memory's, only
// while they compute, so that a refresh does not wait for the object store. Computing happens on
// the compute pool. Searches and reads by id need no turn.

import Analysis
import Logging
import Segments
import Storage

public actor Shard {
    public nonisolated let location: ShardLocation
    public nonisolated let settings: ShardSettings
    nonisolated let environment: ShardEnvironment
    nonisolated let published: PublishedState
    nonisolated let contents: ShardContents
    /// Sequence numbers to terms; this owner's own term is the last.
    nonisolated let terms: PrimaryTerms
    nonisolated let onVisible: (@Sendable (Int64) -> Void)?
    /// Stops rewrites that are under way.
    nonisolated let isStopping = StopFlag()

    let memory: MemorySegment
    var memoryGeneration = 0
    var log: ShardLog
    var progress: ShardProgress
    var collection: LogCollection
    /// Segment objects being made, and those that no checkpoint lists yet.
    var segmentsInUse: Set<String> = []

    var queue: [WriteRequest] = []
    var queuedBytes = 0
    var isDraining = false
    /// Requests of the group being committed.
    var committing: [WriteRequest] = []
    /// Since when the create in flight has been unresolved.
    var stalledSince: Instant?
    var stallReason = ""

    /// For whoever appends to the log or changes the list of segments.
    let logTurn = Turnstile()
    /// For whoever changes what is in memory; asked for after `logTurn` by who needs both.
    let memoryTurn = Turnstile()

    var isClosed = false
    /// Set when committed documents could not be applied: only opening again helps.
    var failure: ShardError?
    /// For whoever makes one segment of those in memory: asked for before the turns.
    let rewritingMemory = Turnstile()
    /// For whoever makes one segment of stored ones: asked for before the turns.
    let rewritingStored = Turnstile()
    var retryMergeAt: Instant?
    var retryFlushAt: Instant?
    var lastRefresh: Instant
    var lastWrite: Instant
    var visibilityWaiters: [(slot: Int64, continuation: CheckedContinuation<Void, Never>)] = []
    private var ticker: Task<Void, Never>?

    init(
        location: ShardLocation, settings: ShardSettings, environment: ShardEnvironment,
        opened: OpenedShard, onVisible: (@Sendable (Int64) -> Void)?
    ) {
        self.location = location
        self.settings = settings
        self.environment = environment
        self.onVisible = onVisible
        contents = opened.contents
        memory = opened.memory
        memoryGeneration = opened.progress.schemaGeneration
        log = opened.log
        progress = opened.progress
        terms = opened.progress.terms
        collection = opened.collection
        lastRefresh = environment.clock.now
        lastWrite = environment.clock.now
        published = PublishedState(
            ShardSnapshot(
                shard: location.shard, visibleSlot: 0, primaryTerm: Int64(opened.log.fence),
                segments: [], terms: opened.progress.terms))
    }

    // MARK: Anybody may ask

    public nonisolated var snapshot: ShardSnapshot { published.snapshot }

    /// Keeps the shard refreshing by itself for a while.
    public nonisolated func noteSearch() {
        _ = published.noteSearch(
            at: environment.clock.now, idleAfter: settings.searchIdleAfter)
    }

    /// Before a search takes its snapshot: a shard that nobody searched lately shows its newest
    /// writes first. Otherwise returns at once.
    public nonisolated func refreshIfDue(searching: Bool) async throws(ShardError) {
        if searching {
            let isDue = published.noteSearch(
                at: environment.clock.now, idleAfter: settings.searchIdleAfter)
            guard isDue, settings.refreshInterval != nil else { return }
            _ = try await refresh()
        } else {
            try await refreshOnTime()
        }
    }

    public func updateSchema(_ schema: Schema) {
        progress.adopt(schema)
    }

    public var schema: Schema { progress.schema }

    public func status() -> ShardStatus {
        let (segments, buffered, bufferedBytes) = contents.with {
            ($0.segments, $0.buffered.count, $0.bufferedBytes)
        }
        let list = segments.map { entry in
            ShardStatus.Segment(
                name: entry.stored?.name ?? entry.reader.name,
                documents: entry.reader.documentCount, deleted: entry.deletedCount,
                bytes: entry.bytes.count, isInMemory: entry.stored == nil)
        }
        return ShardStatus(
            documents: buffered + segments.reduce(0) { $0 + $1.liveCount },
            deleted: list.reduce(0) { $0 + $1.deleted },
            bytes: bufferedBytes + list.reduce(0) { $0 + $1.bytes }, segments: list,
            slot: Int64(log.slot), visibleSlot: snapshot.visibleSlot, fence: Int64(log.fence),
            pending: queue.count + committing.count, memoryBytes: memoryBytes,
            isDeposed: log.isDeposed)
    }

    /// Bytes of documents that are in no segment object yet.
    var memoryBytes: Int {
        contents.with { state in
            state.bufferedBytes + state.builderBytes
                + state.segments.reduce(0) { $0 + ($1.stored == nil ? $1.bytes.count : 0) }
        }
    }

    // MARK: Life

    func startTicking() {
        guard settings.worksInBackground else { return }
        ticker = Task { [weak self, clock = environment.clock] in
            while !Task.isCancelled {
                do { try await clock.sleep(for: ShardSettings.tickInterval) } catch { return }
                guard let self else { return }
                await self.tick()
            }
        }
    }

    /// Does what is due: refresh, flush, merge. Called by itself unless the settings say not to.
    public func tick() async {
        guard !isClosed, failure == nil else { return }
        do throws(ShardError) {
            try await refreshOnTime()
        } catch {
            report("a refresh failed", error)
        }
        flushIfDue()
        compactIfDue()
        mergeIfDue()
        settleIfDue()
    }

    /// Stops. What was acknowledged is in the log; what waits is refused.
    public func close() async {
        isClosed = true
        isStopping.set()
        ticker?.cancel()
        refuseWaiting(closedError)
        wakeVisibilityWaiters()
        // Whoever is at it finishes first.
        await logTurn.enter()
        logTurn.leave()
    }

    var closedError: ShardError {
        ShardError(
            .closed, place: location.description, reason: "the shard was closed on this node",
            remedy: "try again")
    }

    /// Throws when nothing can be written or refreshed any more.
    func checkUsable() throws(ShardError) {
        if let failure { throw failure }
        if isClosed { throw closedError }
    }

    nonisolated func report(_ message: Logger.Message, _ error: any Error) {
        environment.logger.warning(
            message, metadata: ["shard": "\(location)", "error": "\(error)"])
    }
}
