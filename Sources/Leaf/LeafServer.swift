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

/// `LeafService` over the shards that the routing table gives to this leaf's name. Shards open
/// when the leaf starts, or when they are first asked for; each fails alone.
public final class LeafServer: LeafService {
    public let name: String
    let world: World
    let catalog: Catalog
    let routing: @Sendable () -> RoutingTable
    let configuration: LeafConfiguration
    let logger: Logger
    let table: ShardTable
    let permits: SearchPermits
    let pins: SnapshotPins
    let feed: VisibilityFeed
    let started: Instant
    let searches: Counter
    let searchTime: Timer

    /// How long a graceful stop may spend on flushing.
    private static let maintenanceInterval = Duration.seconds(1)

    public init(
        name: String, world: World, catalog: Catalog,
        routing: @escaping @Sendable () -> RoutingTable, configuration: LeafConfiguration,
        logger: Logger
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
        feed = VisibilityFeed(first: UInt64(max(0, world.clock.wallMilliseconds)) << 16)
        started = world.clock.now
        searches = Counter(label: "canopy_leaf_searches", dimensions: [("leaf", name)])
        searchTime = Timer(label: "canopy_leaf_search_seconds", dimensions: [("leaf", name)])
    }

    /// Opens the shards that are this leaf's. Those that cannot be opened are logged, answered for
    /// truthfully, and tried again later.
    public func start() async {
        await openOwned(catalog.current)
    }

    /// Follows the catalog, and lets go of old snapshots, until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.followCatalog() }
            group.addTask {
                while !Task.isCancelled {
                    do {
                        try await self.world.clock.sleep(for: Self.maintenanceInterval)
                    } catch { return }
                    self.pins.expire(now: self.world.clock.now)
                }
            }
        }
    }

    /// Stores what is in memory and closes all shards; nothing would be lost without it, but the
    /// next start is quicker.
    public func close() async {
        await withTaskGroup(of: Void.self) { group in
            for (key, _) in table.openShards {
                group.addTask {
                    guard let shard = await self.table.remove(key) else { return }
                    do {
                        try await shard.flush()
                    } catch {
                        self.logger.notice(
                            "A shard could not be flushed; its log has everything.",
                            metadata: ["shard": "\(shard.location)", "error": "\(error)"])
                    }
                    await shard.close()
                }
            }
        }
    }

    public var executor: (any TaskExecutor)? { world.compute.queryExecutor }

    // MARK: Shards

    private func followCatalog() async {
        for await snapshot in catalog.changes() {
            for (key, shard) in table.openShards {
                guard let index = snapshot.index(uuid: key.indexUUID) else {
                    await table.remove(key)?.close()
                    continue
                }
                await shard.updateSchema(index.schema)
                if shard.settings != settings(index) {
                    await table.remove(key)?.close()
                }
            }
            feed.changed()
            await openOwned(snapshot)
        }
    }

    private func openOwned(_ snapshot: CatalogSnapshot) async {
        let routing = routing()
        await withTaskGroup(of: Void.self) { group in
            for index in snapshot.indices {
                let owned = routing.shards(
                    of: name, indexUUID: index.uuid, shardCount: index.shardCount)
                for shard in owned {
                    let key = ShardKey(indexUUID: index.uuid, shard: shard)
                    guard table.openShard(key) == nil else { continue }
                    group.addTask { _ = try? await self.shard(key, of: index) }
                }
            }
        }
    }

    /// The open shard; opens it when it is this leaf's.
    /// - Throws: `ShardUnavailable`.
    func shard(_ key: ShardKey, of index: IndexMetadata) async throws -> Shard {
        if let shard = table.openShard(key) { return shard }
        let owner = routing().leaf(
            indexUUID: key.indexUUID, shard: key.shard, shardCount: index.shardCount)
        guard owner?.name == name else {
            throw ShardUnavailable(
                type: RemoteError.noShardType,
                reason: "shard \(key.shard) belongs to \(owner?.name ?? "nobody"), not to \(name)")
        }
        return try await table.shard(key) { [self] in
            do {
                let shard = try await Shard.open(
                    location: ShardLocation(indexUUID: key.indexUUID, shard: key.shard),
                    settings: settings(index), schema: index.schema, objects: world.objects,
                    clock: world.clock, random: world.random, compute: world.compute,
                    owner: name, logger: logger, onVisible: { _ in self.feed.changed() })
                if case .every = index.settings.refreshInterval { shard.noteSearch() }
                return shard
            } catch {
                logger.error(
                    "A shard cannot be opened; its documents are missing from answers.",
                    metadata: [
                        "index": "\(index.name)", "shard": "\(key.shard)", "error": "\(error)",
                    ])
                throw error
            }
        }
    }

    private func settings(_ index: IndexMetadata) -> ShardSettings {
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

    /// A shard that another owner took over is opened again when it is asked for.
    func noteFailure(_ error: ShardError, _ key: ShardKey) async {
        guard error.kind == .deposed || error.kind == .corrupt else { return }
        let shard = await table.remove(key)
        table.fail(key, ShardUnavailable(error))
        await shard?.close()
    }
}

extension ShardSettings {
    /// A century: an index with a refresh interval of its own refreshes whether searched or not.
    static let neverIdle = Duration.seconds(100 * 365 * 86_400)
}
