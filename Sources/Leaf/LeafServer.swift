// A leaf: the node that holds shards and answers for them.

import Analysis
import Cluster
import Execution
import Logging
import Metrics
import Queries
import Segments
import Shards
import Storage
import Synchronization

/// `LeafService` over the shards that the routing table gives to this leaf's name: those it owns,
/// and copies of others. Shards open when the leaf starts, when the table changes, or when they
/// are first asked for; each fails alone.
public final class LeafServer: LeafService {
    public let name: String
    let world: World
    let catalog: Catalog
    let routing: RoutingStore
    let configuration: LeafConfiguration
    let logger: Logger
    let table: ShardTable
    let permits: SearchPermits
    let pins: SnapshotPins
    let feed: VisibilityFeed
    /// What was committed to this leaf's shards, for the copies that follow them.
    let commits: VisibilityFeed
    let follower: CopyFollower
    let scrubber: Scrubber
    let roles = Mutex(Roles())
    let started: Instant
    let searches: Counter
    let searchTime: Timer

    private static let maintenanceInterval = Duration.seconds(1)

    /// - Parameter peers: The other leaves, which own what this one has copies of.
    public init(
        name: String, world: World, catalog: Catalog, routing: RoutingStore,
        peers: @escaping @Sendable (LeafNode) -> any LeafService,
        configuration: LeafConfiguration, logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "leaf"] = "\(name)"
        self.name = name
        self.world = world
        self.catalog = catalog
        self.routing = routing
        self.configuration = configuration
        self.logger = logger
        table = ShardTable(clock: world.clock)
        permits = SearchPermits(
            running: configuration.concurrentSearches, waiting: configuration.waitingSearches,
            clock: world.clock)
        let random = world.random.fork("leaf " + name)
        pins = SnapshotPins(first: random.next() >> 1)
        // Milliseconds leave room for 65,536 changes each before a restart could repeat one.
        let first = UInt64(max(0, world.clock.wallMilliseconds)) << 16
        feed = VisibilityFeed(first: first)
        commits = VisibilityFeed(first: first)
        follower = CopyFollower(table: table, clock: world.clock, peers: peers, logger: logger)
        scrubber = Scrubber(
            leaf: name, table: table, permits: permits,
            settings: ScrubPlan.Settings(
                interval: configuration.scrubInterval,
                bytesPerSecond: configuration.scrubBytesPerSecond),
            clock: world.clock, random: random.fork("scrubbing"), logger: logger)
        started = world.clock.now
        searches = Counter(label: "canopy_leaf_searches", dimensions: [("leaf", name)])
        searchTime = Timer(label: "canopy_leaf_search_seconds", dimensions: [("leaf", name)])
    }

    /// Opens the shards that are this leaf's. Those that cannot be opened are logged, answered for
    /// truthfully, and tried again later.
    public func start() async {
        await takeRoles()
    }

    /// Follows the catalog and the routing table, and lets go of what is not needed any more, until
    /// the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followCatalog() }
            group.addTask { await self.scrubber.run() }
            group.addTask {
                // A shard that takes long to open must not hold up the others.
                await withDiscardingTaskGroup { roles in
                    for await _ in self.routing.changes() {
                        roles.addTask { await self.takeRoles() }
                    }
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    do {
                        try await self.world.clock.sleep(for: Self.maintenanceInterval)
                    } catch { return }
                    self.pins.expire(now: self.world.clock.now)
                    await self.takeRoles()
                }
            }
        }
    }

    /// Stores what is in memory and closes all shards; nothing would be lost without it, but the
    /// next start is quicker.
    public func close() async {
        follower.stop()
        await withTaskGroup(of: Void.self) { group in
            for key in table.close() {
                group.addTask {
                    guard let shard = await self.table.remove(key) else { return }
                    await self.flush(shard)
                    await shard.close()
                }
            }
        }
    }

    public var executor: (any TaskExecutor)? { world.compute.queryExecutor }

    // MARK: Shards

    private func followCatalog() async {
        for await snapshot in catalog.changes() {
            var owned: [Shard] = []
            for (key, shard) in table.openShards {
                guard let index = snapshot.index(uuid: key.indexUUID) else {
                    await table.remove(key)?.close()
                    continue
                }
                await shard.updateSchema(index.schema)
                if shard.role == .owner { owned.append(shard) }
                if shard.settings != settings(index) {
                    await table.remove(key)?.close()
                }
            }
            feed.changed()
            await takeRoles()
            // The metadata store may take its time.
            for shard in owned { await restoreSchema(shard) }
        }
    }

    private func flush(_ shard: Shard) async {
        guard shard.role == .owner else { return }
        do {
            try await shard.flush()
        } catch {
            logger.notice(
                "A shard could not be flushed; its log has everything.",
                metadata: ["shard": "\(shard.location)", "error": "\(error)"])
        }
    }

    func settings(_ index: IndexMetadata) -> ShardSettings {
        var settings = configuration.shard
        switch index.settings.refreshInterval {
        case .automatic: break
        case .every(let interval):
            settings.refreshInterval = interval
            settings.searchIdleAfter = ShardSettings.neverIdle
        case .never: settings.refreshInterval = nil
        }
        if index.settings.reordersMerges { settings.reordering = ReorderLimits() }
        return settings
    }

    /// The index, at least as new as the caller knows it.
    /// - Throws: `RemoteError` 404 when there is none.
    func index(_ uuid: String, schemaVersion: Int64 = 0) async throws -> IndexMetadata {
        if let index = catalog.current.index(uuid: uuid), index.schema.version >= schemaVersion {
            return index
        }
        guard let index = try await catalog.reload().index(uuid: uuid) else {
            throw RemoteError(
                type: "index_not_found_exception", reason: "there is no index \(uuid) any more",
                status: 404)
        }
        return index
    }

    /// A damaged shard is opened again when it is asked for; one that was taken over goes on as a
    /// copy.
    func noteFailure(_ error: ShardError, _ key: ShardKey) async {
        guard error.kind == .corrupt else { return }
        let shard = await table.remove(key)
        table.fail(key, ShardUnavailable(error))
        await shard?.close()
    }
}

extension ShardSettings {
    /// A century: an index with a refresh interval of its own refreshes whether searched or not.
    static let neverIdle = Duration.seconds(100 * 365 * 86_400)
}
