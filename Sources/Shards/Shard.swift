// One shard: its log, its segments, and the documents on their way from one to the other. Its
// owner appends to the log; a copy follows what the owner appends.
//
// Two turnstiles order what changes: committing a group of writes, applying a record that was
// followed and publishing a segment take the log's turn; planning, applying and sealing the
// builder take memory's, only while they compute, so that a refresh does not wait for the object
// store. Computing happens on the compute pool. Searches and reads by id need no turn.

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
    nonisolated let recent: RecentLog
    nonisolated let events: ShardEvents
    /// Names this node in the log.
    nonisolated let owner: String
    /// Stops rewrites that are under way.
    nonisolated let isStopping = StopFlag()

    let memory: MemorySegment
    var stand: LogStand
    var progress: ShardProgress
    var collection: LogCollection
    /// While it follows: what its stored segments should become.
    var adoption = CheckpointAdoption()
    /// While it follows: the newest mapping it was given, for when it owns the log.
    var givenSchema: Schema
    /// Segment objects being made, and those that no checkpoint lists yet.
    var segmentsInUse: Set<String> = []

    var queue: [WriteRequest] = []
    var queuedBytes = 0
    var isDraining = false
    /// Requests of the group being committed.
    var committing: [WriteRequest] = []
    /// The ownership is being given up: nothing new is appended.
    var isSteppingDown = false
    /// Since when the create in flight has been unresolved.
    var stalledSince: Instant?
    var stallReason = ""

    /// For whoever reads the log from the store or changes the role: asked for before all others.
    let readingTurn = Turnstile()
    /// For whoever opens the segments of a checkpoint that was followed: asked for before the
    /// log's.
    let adoptingTurn = Turnstile()
    /// For whoever appends to the log, applies a record, or changes the list of segments.
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
    var retryAdoptionAt: Instant?
    var lastRefresh: Instant
    var lastWrite: Instant
    var visibilityWaiters: [(slot: Int64, continuation: CheckedContinuation<Void, Never>)] = []
    private var ticker: Task<Void, Never>?

    /// A copy of what was opened.
    init(
        location: ShardLocation, settings: ShardSettings, environment: ShardEnvironment,
        opened: OpenedShard, schema: Schema, owner: String, events: ShardEvents
    ) {
        self.location = location
        self.settings = settings
        self.environment = environment
        self.events = events
        self.owner = owner
        contents = opened.contents
        memory = opened.memory
        stand = .following(opened.position)
        progress = opened.progress
        collection = opened.collection
        givenSchema = schema
        lastRefresh = environment.clock.now
        lastWrite = environment.clock.now
        recent = RecentLog(newest: opened.position.slot)
        published = PublishedState(
            ShardSnapshot(
                shard: location.shard, visibleSlot: 0, primaryTerm: opened.progress.terms.newest,
                segments: [], terms: opened.progress.terms),
            role: .copy, appliedSlot: opened.position.slot, terms: opened.progress.terms)
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

    /// The mapping as the metadata store has it; an owner keeps fields that its documents have
    /// beside those. A copy goes by the log's, as the documents that it follows were parsed with
    /// that.
    public func updateSchema(_ schema: Schema) {
        givenSchema = schema
        guard stand.log != nil, schema != progress.schema else { return }
        do throws(SchemaError) {
            _ = try schema.adding(growth: progress.schema)
        } catch {
            report("documents have values of other types than the mapping; index them anew", error)
        }
        progress.adopt(given: schema)
    }

    public var schema: Schema { progress.schema }

    /// Every change of a document that the log has took one number: how many there are.
    public var changeCount: Int64 { progress.nextSequenceNumber }

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
            slot: Int64(stand.position.slot), visibleSlot: snapshot.visibleSlot,
            fence: progress.terms.newest, pending: queue.count + committing.count,
            memoryBytes: memoryBytes, role: role)
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

    /// Does what is due: refresh, adopt, flush, merge. Called by itself unless the settings say
    /// not to.
    public func tick() async {
        guard !isClosed, failure == nil else { return }
        do throws(ShardError) {
            try await refreshOnTime()
        } catch {
            report("a refresh failed", error)
        }
        adoptIfDue()
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
