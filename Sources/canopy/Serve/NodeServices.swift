// The roles of a node as services of a group, stopped in the reverse order of their start.
import Cluster
import Front
import Leaf
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

    func run() async throws { try await server.run() }
}

/// The leaves of this process, each serving its address.
struct LeafServices: Service {
    let leaves: [LeafServer]
    private let servers: [any TransportServer]

    var addresses: [NodeAddress] { servers.map(\.address) }

    static func start(
        _ names: [String], world: World, catalog: Catalog, routing: RoutingTable,
        configuration: NodeConfiguration, logger: Logger
    ) async throws -> LeafServices {
        var settings = LeafConfiguration()
        settings.concurrentSearches = configuration.leafConcurrency
        settings.shard.flushBytes = configuration.flushBytes
        var leaves: [LeafServer] = []
        var servers: [any TransportServer] = []
        for name in names {
            let leaf = LeafServer(
                name: name, world: world, catalog: catalog, routing: { routing },
                configuration: settings, logger: logger)
            await leaf.start()
            guard let node = routing.leaves.first(where: { $0.name == name }) else { continue }
            do {
                servers.append(
                    try await world.transport.serve(at: node.address, LeafDispatcher(leaf)))
            } catch {
                throw ConfigurationError(
                    place: "leaf \(name)",
                    reason: "cannot listen on \(node.address): \(error)",
                    remedy: "Stop what uses that port, or give another leaf.base_port")
            }
            leaves.append(leaf)
        }
        return LeafServices(leaves: leaves, servers: servers)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [leaves] in
            await withTaskGroup(of: Void.self) { group in
                for leaf in leaves { group.addTask { await leaf.run() } }
            }
        }
        for server in servers { await server.stop() }
        for leaf in leaves { await leaf.close() }
    }
}

/// The root's services over one set of clients.
struct RootServices {
    let search: RootSearchService
    let documents: RootDocumentService
    let indices: RootIndexService
    private let watch: GenerationWatch

    init(
        world: World, catalog: Catalog, routing: RoutingTable, leaves: [LeafServer],
        configuration: NodeConfiguration, logger: Logger
    ) {
        var services: [String: any LeafService] = [:]
        for node in routing.leaves {
            services[node.name] = LeafClient(node: node, transport: world.transport)
        }
        for leaf in leaves { services[leaf.name] = LocalLeaf(leaf) }
        let directory = LeafDirectory(
            routing: { routing },
            leaves: { [services] node in
                services[node.name] ?? LeafClient(node: node, transport: world.transport)
            })
        let settings = RootConfiguration(searchTimeout: configuration.searchTimeout)
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
    }

    var watchService: BackgroundService {
        BackgroundService(name: "generations") { [watch] in await watch.run() }
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
