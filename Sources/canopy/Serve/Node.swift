// One process of a cluster: makes the world, wires its roles, and runs them until a signal.
import Cluster
import Foundation
import Front
import Leaf
import Logging
import Metrics
import Root
import ServiceLifecycle
import Storage

/// Opens the folder, starts the leaves of this process, then the root and its front.
struct Node {
    private let configuration: NodeConfiguration
    private let readyFile: String?

    init(_ configuration: NodeConfiguration, readyFile: String?) {
        self.configuration = configuration
        self.readyFile = readyFile
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        let clock = SystemClock()
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        let logger = bootstrapLogs(clock)
        let folder = try NodeFolder(
            configuration.dataFolder,
            leaves: configuration.ownLeaves.map(NodeConfiguration.leafName))
        let (world, stores) = try makeWorld(folder, clock: clock, logger: logger)
        try await world.objects.check()
        let catalog = Catalog(metadata: world.metadata, logger: logger)
        try await catalog.reload()
        let routing = routingTable()

        let leaves = try await LeafServices.start(
            configuration.ownLeaves.map(NodeConfiguration.leafName), world: world,
            catalog: catalog, routing: routing, configuration: configuration, logger: logger)
        var services: [any Service] = [
            BackgroundService(name: "catalog") { await catalog.follow() }
        ]
        if !leaves.addresses.isEmpty { services.append(leaves) }
        if configuration.roles.contains(.root) {
            let root = RootServices(
                world: world, catalog: catalog, routing: routing, leaves: leaves.leaves,
                configuration: configuration, logger: logger)
            services.append(root.watchService)
            services.append(
                FrontService(
                    server: front(root, world: world, metrics: metrics, logger: logger)))
        } else {
            announce(leaves.addresses.first.map { $0.text } ?? configuration.nodeName)
        }
        try await runServices(services, logger: logger)
        await world.transport.close()
        // The locks are held by objects that nothing else would keep until here.
        withExtendedLifetime((folder, stores)) {}
    }

    private func runServices(_ services: [any Service], logger: Logger) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        var group = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        group.maximumGracefulShutdownDuration = .seconds(25)
        try await ServiceGroup(configuration: group).run()
    }

    private func bootstrapLogs(_ clock: SystemClock) -> Logger {
        let configuration = configuration
        LoggingSystem.bootstrap { label in
            if configuration.logsAreJSON {
                return JSONLogHandler(
                    label: label, node: configuration.nodeName, clock: clock,
                    logLevel: configuration.logLevel)
            }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = configuration.logLevel
            return handler
        }
        return Logger(label: "canopy")
    }

    private func makeWorld(
        _ folder: NodeFolder, clock: SystemClock, logger: Logger
    ) throws -> (World, NodeStores) {
        let random = SystemRandom()
        let threads =
            configuration.threads > 0
            ? configuration.threads : ProcessInfo.processInfo.activeProcessorCount
        let transport: any Transport =
            configuration.remoteLeaves
            ? FrameTransport(clock: clock, random: random, logger: logger)
            : InProcessTransport(clock: clock)
        let compute = WorkerComputePool(threads: threads)
        let stores = try NodeStores(
            configuration, folder, clock: clock, random: random, compute: compute, logger: logger)
        let world = World(
            clock: clock, random: random, transport: transport, objects: stores.objects,
            metadata: stores.metadata, compute: compute)
        return (world, stores)
    }

    private func routingTable() -> RoutingTable {
        RoutingTable(
            leaves: (0..<configuration.leaves).map { number in
                LeafNode(
                    name: NodeConfiguration.leafName(number),
                    address: configuration.leafAddress(number))
            })
    }

    private func front(
        _ root: RootServices, world: World, metrics: MetricsRegistry, logger: Logger
    ) -> FrontServer {
        var settings = FrontConfiguration()
        settings.host = configuration.httpHost
        settings.port = configuration.httpPort
        settings.maximumBodyBytes = configuration.maximumBodyBytes
        settings.cacheBytes = configuration.cacheBytes
        settings.maximumConcurrentSearches = configuration.concurrentSearches
        if configuration.requestsPerSecond > 0 {
            let burst =
                configuration.burst > 0
                ? Double(configuration.burst) : max(1, configuration.requestsPerSecond)
            settings.rateLimits = RateLimits(
                perClient: RateLimitPolicy(
                    unitsPerSecond: configuration.requestsPerSecond, burst: burst))
        }
        let host = configuration.httpHost.contains(":") ? "[::1]" : configuration.httpHost
        return FrontServer(
            configuration: settings,
            services: FrontServices(
                search: root.search, documents: root.documents, indices: root.indices,
                generations: root.search),
            clock: world.clock, random: world.random, nodeName: configuration.nodeName,
            version: Version.current, metrics: metrics, readiness: root.readiness, logger: logger,
            onListening: { port in announce("http://\(host):\(port)") })
    }

    /// Tells people and scripts that the node serves, and where.
    private func announce(_ address: String) {
        FileHandle.standardOutput.write(Data("Canopy is ready: \(address)\n".utf8))
        guard let readyFile else { return }
        try? Data((address + "\n").utf8).write(
            to: URL(fileURLWithPath: readyFile), options: .atomic)
    }
}

extension NodeConfiguration {
    /// Where leaf `number` is reached.
    func leafAddress(_ number: Int) -> NodeAddress {
        remoteLeaves
            ? NodeAddress("\(leafHost):\(leafBasePort + number)")
            : NodeAddress(Self.leafName(number))
    }
}
