// The leaves of this process: the one it was told to be, or as many as are wanted.
import Cluster
import Leaf
import Logging
import Storage
import Synchronization

/// Starts leaves and announces them; in a process that holds all of them, starts and stops some
/// when another number is wanted.
final class LeafFleet: Sendable {
    private struct Running: Sendable {
        let number: Int
        let leaf: AnnouncedLeaf
    }

    /// Between looks whether a leaf that drains holds nothing any more.
    private static let lookInterval = Duration.milliseconds(500)

    private let world: World
    private let membership: any MetadataStore
    private let catalog: Catalog
    private let routing: RoutingStore
    private let configuration: NodeConfiguration
    private let logger: Logger
    /// By name.
    private let running = Mutex<[String: Running]>([:])

    init(
        world: World, membership: any MetadataStore, catalog: Catalog, routing: RoutingStore,
        configuration: NodeConfiguration, logger: Logger
    ) {
        self.world = world
        self.membership = membership
        self.catalog = catalog
        self.routing = routing
        self.configuration = configuration
        self.logger = logger
    }

    /// A leaf of this process, asked without a message.
    func local(_ name: String) -> (any LeafService)? {
        running.withLock { $0[name]?.leaf.service }
    }

    var addresses: [NodeAddress] {
        running.withLock { $0.values.sorted { $0.number < $1.number }.map(\.leaf.server.address) }
    }

    /// Starts the leaves of this process. Where all are, returns when their shards are open.
    func start() async throws {
        if !configuration.remoteLeaves, routing.current.leaves.isEmpty {
            let nodes = configuration.ownLeaves.map { number in
                LeafNode(
                    name: NodeConfiguration.leafName(number),
                    address: configuration.leafAddress(number), zone: configuration.zone)
            }
            _ = try await routing.publish(
                RoutingTable(leaves: nodes, version: 1), after: routing.current)
        }
        for number in configuration.ownLeaves { try await start(number) }
        // Elsewhere others answer meanwhile.
        if configuration.remoteLeaves { return }
        await withDiscardingTaskGroup { group in
            for one in running.withLock({ Array($0.values) }) {
                group.addTask { await one.leaf.leaf.start() }
            }
        }
    }

    private func start(_ number: Int) async throws {
        let name = NodeConfiguration.leafName(number)
        var settings = LeafConfiguration()
        settings.concurrentSearches = configuration.leafConcurrency
        settings.shard.flushBytes = configuration.flushBytes
        settings.scrubInterval = configuration.scrubInterval
        settings.scrubBytesPerSecond = configuration.scrubBytesPerSecond
        settings.version = Version.current
        let leaf = LeafServer(
            name: name, world: world, catalog: catalog, routing: routing,
            peers: { [transport = world.transport] node in
                self.local(node.name) ?? LeafClient(node: node, transport: transport)
            }, configuration: settings, logger: logger)
        let address = configuration.leafAddress(number)
        let place = AnnouncedLeaf.Place(
            address: address, zone: configuration.zone, announced: configuration.announcedAddress)
        let started: AnnouncedLeaf
        do {
            started = try await AnnouncedLeaf.start(
                leaf, at: place, world: world, membership: membership, catalog: catalog,
                routing: routing, lease: configuration.leaseDuration,
                isAlone: !configuration.remoteLeaves, logger: logger)
        } catch {
            throw ConfigurationError(
                place: "leaf \(name)", reason: "cannot listen on \(address): \(error)",
                remedy: "Stop what uses that port, or give another leaf.base_port")
        }
        running.withLock { $0[name] = Running(number: number, leaf: started) }
    }

    // MARK: Wishes

    /// Does what people want of the leaves, until the task is cancelled.
    func followWishes() async {
        while !Task.isCancelled {
            do {
                try await obey(try await LeafWishes.read(from: membership))
            } catch is CancellationError {
                return
            } catch {
                logger.debug("the leaves' number cannot be read", metadata: ["error": "\(error)"])
            }
            do { try await world.clock.sleep(for: Self.lookInterval) } catch { return }
        }
    }

    private func obey(_ wishes: LeafWishes) async throws {
        if !configuration.remoteLeaves {
            for number in 0..<(wishes.count ?? configuration.leaves)
            where running.withLock({ $0[NodeConfiguration.leafName(number)] == nil }) {
                try await start(number)
            }
        }
        for (name, one) in running.withLock({ $0 }) {
            await one.leaf.obey(wishes, number: one.number)
            let isSurplus = wishes.count.map { one.number >= $0 } ?? false
            if !configuration.remoteLeaves, isSurplus, one.leaf.leaf.holdsNothing {
                running.withLock { _ = $0.removeValue(forKey: name) }
                await one.leaf.stop()
            }
        }
    }

    // MARK: Stopping

    /// Others take over what they have copies of; then all leaves stop.
    func stop() async {
        let all = running.withLock { Array($0.values) }
        if configuration.remoteLeaves {
            await withDiscardingTaskGroup { group in
                for one in all { group.addTask { await one.leaf.handOver() } }
            }
        }
        await withDiscardingTaskGroup { group in
            for one in all { group.addTask { await one.leaf.stop() } }
        }
        running.withLock { $0 = [:] }
    }
}
