// A root as a node runs it: its services over one set of clients, and what works behind them.

import Cluster
import Logging
import Storage

public struct RootServices: Sendable {
    public let search: RootSearchService
    public let documents: RootDocumentService
    public let indices: RootIndexService
    public let leaves: RootLeavesService
    public let snapshots: RootSnapshotService
    let directory: LeafDirectory
    let watch: GenerationWatch
    let keeper: PlacementKeeper

    /// - Parameters:
    ///   - membership: Where the leaves announce themselves.
    ///   - local: A leaf of this process, by name.
    ///   - name: Of this node; another node may have it without harm.
    ///   - lease: For how long a leaf that is silent counts as alive.
    public init(
        world: World, membership: any MetadataStore, catalog: Catalog, routing: RoutingStore,
        local: @escaping @Sendable (String) -> (any LeafService)?,
        configuration: RootConfiguration, name: String, lease: Duration, logger: Logger
    ) {
        let directory = LeafDirectory(
            routing,
            leaves: { [transport = world.transport] node in
                local(node.name) ?? LeafClient(node: node, transport: transport)
            })
        self.init(
            world: world, membership: membership, catalog: catalog, routing: routing,
            directory: directory, configuration: configuration, name: name, lease: lease,
            logger: logger)
    }

    init(
        world: World, membership: any MetadataStore, catalog: Catalog, routing: RoutingStore,
        directory: LeafDirectory, configuration: RootConfiguration, name: String,
        lease: Duration, logger: Logger
    ) {
        self.directory = directory
        watch = GenerationWatch(
            world: world, catalog: catalog, directory: directory, configuration: configuration,
            logger: logger)
        search = RootSearchService(
            world: world, catalog: catalog, directory: directory, configuration: configuration,
            generationWatch: watch, logger: logger)
        indices = RootIndexService(
            world: world, catalog: catalog, directory: directory, configuration: configuration,
            generationWatch: watch, logger: logger)
        documents = RootDocumentService(
            world: world, catalog: catalog, directory: directory, configuration: configuration,
            generationWatch: watch, indices: indices)
        snapshots = RootSnapshotService(
            world: world, catalog: catalog, directory: directory, configuration: configuration,
            generationWatch: watch, indices: indices)
        leaves = RootLeavesService(catalog: catalog, routing: routing, membership: membership)
        keeper = PlacementKeeper(
            holder: name + "#" + world.random.nextName(),
            metadata: membership, clock: world.clock, routing: routing, catalog: catalog,
            members: MemberTable(lease: lease), logger: logger,
            leaf: directory.service, onLost: directory.lose)
    }

    /// What runs as long as the root serves, each until its task is cancelled.
    public var background: [(name: String, run: @Sendable () async -> Void)] {
        [
            ("directory", { [directory] in await directory.follow() }),
            ("generations", { [watch] in await watch.run() }),
            ("placement", { [keeper] in await keeper.run() }),
        ]
    }

    /// Why searches would not be answered in full, for `/readyz`.
    @Sendable public func readiness() async -> [String] {
        do {
            let health = try await indices.health([])
            guard health.status == .red else { return [] }
            return ["\(health.unassignedShards) shards are not served"]
        } catch {
            return ["\(error)"]
        }
    }
}
