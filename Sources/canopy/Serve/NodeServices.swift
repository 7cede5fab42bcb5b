// The roles of a node as services of a group, stopped in the reverse order of their start.
import Cluster
import Front
import Logging
import Root
import ServiceLifecycle
import Storage

/// Runs until its task is cancelled or the group shuts down.
struct BackgroundService: Service {
    let name: String
    let work: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await work() }
    }
}

/// The front; it answers what is under way before it stops.
struct FrontService: Service {
    let server: FrontServer
    let routing: RoutingStore
    /// Why searches would not be answered in full.
    let readiness: @Sendable () async -> [String]
    let clock: any NodeClock

    /// Leaves that start at the same time are waited for so long, and as long for their shards.
    private static let patience = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await wait { !routing.current.leaves.isEmpty }
            await wait { await readiness().isEmpty }
        }
        try await server.run()
    }

    private func wait(_ condition: () async -> Bool) async {
        let limit = clock.now + Self.patience
        while clock.now < limit, !Task.isCancelled, await !condition() {
            do { try await clock.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}

/// The leaves of this process; they hand over what others can take before they stop.
struct FleetService: Service {
    let fleet: LeafFleet

    func run() async throws {
        await cancelWhenGracefulShutdown { await fleet.followWishes() }
        await fleet.stop()
    }
}

/// The root's services over one set of clients.
struct RootServices {
    let search: RootSearchService
    let documents: RootDocumentService
    let indices: RootIndexService
    let leaves: RootLeavesService
    let snapshots: RootSnapshotService
    private let directory: LeafDirectory
    private let watch: GenerationWatch
    private let keeper: PlacementKeeper

    init(
        world: World, membership: any MetadataStore, catalog: Catalog, routing: RoutingStore,
        fleet: LeafFleet, configuration: NodeConfiguration, logger: Logger
    ) {
        directory = LeafDirectory(
            routing,
            leaves: { [transport = world.transport] node in
                fleet.local(node.name) ?? LeafClient(node: node, transport: transport)
            })
        let settings = RootConfiguration(
            searchTimeout: configuration.searchTimeout, defaultReplicas: configuration.copies - 1)
        watch = GenerationWatch(
            world: world, catalog: catalog, directory: directory, configuration: settings,
            logger: logger)
        search = RootSearchService(
            world: world, catalog: catalog, directory: directory, configuration: settings,
            generationWatch: watch, logger: logger)
        indices = RootIndexService(
            world: world, catalog: catalog, directory: directory, configuration: settings,
            generationWatch: watch, logger: logger)
        documents = RootDocumentService(
            world: world, catalog: catalog, directory: directory, configuration: settings,
            generationWatch: watch, indices: indices)
        snapshots = RootSnapshotService(
            world: world, catalog: catalog, directory: directory, configuration: settings,
            generationWatch: watch, indices: indices)
        leaves = RootLeavesService(catalog: catalog, routing: routing, membership: membership)
        keeper = PlacementKeeper(
            holder: configuration.nodeName + "#" + world.random.nextName(),
            metadata: membership, clock: world.clock, routing: routing, catalog: catalog,
            members: MemberTable(lease: configuration.leaseDuration), logger: logger,
            leaf: directory.service)
    }

    var services: [any Service] {
        [
            BackgroundService(name: "directory") { [directory] in await directory.follow() },
            BackgroundService(name: "generations") { [watch] in await watch.run() },
            BackgroundService(name: "placement") { [keeper] in await keeper.run() },
        ]
    }

    /// Why searches would not be answered in full, for `/readyz`.
    @Sendable func readiness() async -> [String] {
        do {
            let health = try await indices.health([])
            guard health.status == .red else { return [] }
            return ["\(health.unassignedShards) shards are not served"]
        } catch {
            return ["\(error)"]
        }
    }
}
