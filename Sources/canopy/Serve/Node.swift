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
import UnixSignals

/// Opens the folder, starts the leaves of this process, then the root and its front.
struct Node {
    private let configuration: NodeConfiguration
    private let readyFile: String?
    /// Reads the settings anew.
    private let reread: @Sendable () async throws -> NodeConfiguration

    init(
        _ configuration: NodeConfiguration, readyFile: String?,
        reread: @escaping @Sendable () async throws -> NodeConfiguration
    ) {
        self.configuration = configuration
        self.readyFile = readyFile
        self.reread = reread
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
        let catalog = Catalog(
            metadata: world.metadata,
            objects: configuration.metadata.isApart ? world.objects : nil, logger: logger)
        try await catalog.reload()
        try await catalog.restoreIfLost()
        // In one process the leaves need no store to know of each other.
        let membership: any MetadataStore =
            configuration.remoteLeaves ? world.metadata : InMemoryMetadataStore(clock: clock)
        let routing = RoutingStore(
            metadata: membership, clock: clock, logger: logger)
        try await routing.reload()
        let fleet = LeafFleet(
            world: world, membership: membership, catalog: catalog, routing: routing,
            configuration: configuration, logger: logger)
        try await fleet.start()
        // Leaves open their shards meanwhile; ready is who has passed this too.
        let contention = Task { [objects = world.objects] in try await objects.checkContention() }
        var services: [any Service] = [
            BackgroundService(name: "catalog") { await catalog.follow(by: clock) },
            BackgroundService(name: "routing") { await routing.follow() },
        ]
        if configuration.roles.contains(.leaf) { services.append(FleetService(fleet: fleet)) }
        if configuration.roles.contains(.root) {
            let root = RootServices(
                world: world, membership: membership, catalog: catalog, routing: routing,
                fleet: fleet, configuration: configuration, logger: logger)
            services += root.services
            services.append(
                BackgroundService(name: "settings") {
                    await followSettings(membership, logger: logger)
                })
            services.append(
                FrontService(
                    server: front(root, world: world, metrics: metrics, logger: logger),
                    contention: contention, routing: routing, readiness: root.readiness,
                    clock: clock))
        } else {
            let address = fleet.addresses.first.map { $0.text } ?? configuration.nodeName
            services.append(ContentionService(check: contention) { announce(address) })
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

    /// On SIGHUP: the number of leaves may change while they serve; the rest counts from the next
    /// start on.
    private func followSettings(_ membership: any MetadataStore, logger: Logger) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            do {
                let count = try await reread().leaves
                try await LeafWishes.change(in: membership) { $0.count = count }
                logger.notice("The settings were read again.", metadata: ["leaves": "\(count)"])
            } catch {
                logger.error(
                    "The settings were not taken; the old ones stay in force.",
                    metadata: ["error": "\(error)"])
            }
        }
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
                generations: root.search, leaves: root.leaves,
                snapshots: root.snapshots),
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
    /// Where leaf `number` listens: leaves with an address of their own need no port of their own.
    func leafAddress(_ number: Int) -> NodeAddress {
        let port = clusterAddress.isEmpty ? leafBasePort + number : leafBasePort
        return remoteLeaves
            ? NodeAddress("\(leafHost):\(port)") : NodeAddress(Self.leafName(number))
    }

    /// Where others reach a leaf of this process that listens on `address`.
    func announcedAddress(_ address: NodeAddress) -> NodeAddress {
        remoteLeaves && !clusterAddress.isEmpty ? NodeAddress(clusterAddress) : address
    }
}
