// A leaf as a node runs it: it listens, says that it is there, and follows what it is to hold.

import Cluster
import Logging
import Storage

public struct AnnouncedLeaf: Sendable {
    public let leaf: LeafServer
    /// The leaf, asked without a message.
    public let service: LocalLeaf
    public let server: any TransportServer
    private let announcer: MemberAnnouncer
    let task: Task<Void, Never>
    private let world: World
    private let catalog: Catalog
    private let routing: RoutingStore

    /// How long a leaf that is about to stop waits for others to take its shards over.
    private static let leaveLimit = Duration.seconds(10)

    /// Where a leaf is: where it listens, and where others reach it when it listens there.
    public struct Place: Sendable {
        public var address: NodeAddress
        public var announced: @Sendable (NodeAddress) -> NodeAddress
        public var zone: String

        public init(
            address: NodeAddress, zone: String = "",
            announced: @escaping @Sendable (NodeAddress) -> NodeAddress = { $0 }
        ) {
            self.address = address
            self.zone = zone
            self.announced = announced
        }
    }

    /// Starts to serve; its shards open when the table gives it some.
    /// - Parameters:
    ///   - lease: For how long others count it as alive when they do not hear of it.
    ///   - isAlone: Whether nobody could do better when it cannot reach the object store.
    /// - Throws: what the transport throws when it cannot listen.
    public static func start(
        _ leaf: LeafServer, at place: Place, world: World, membership: any MetadataStore,
        catalog: Catalog, routing: RoutingStore, lease: Duration, isAlone: Bool = false,
        logger: Logger
    ) async throws -> AnnouncedLeaf {
        let server = try await world.transport.serve(at: place.address, LeafDispatcher(leaf))
        let node = LeafNode(
            name: leaf.name, address: place.announced(server.address), zone: place.zone)
        let announcer = MemberAnnouncer(
            node: node, incarnation: world.random.nextName(), metadata: membership,
            clock: world.clock, logger: logger, interval: lease / 3)
        await announcer.announce()
        let watch =
            isAlone ? nil : StoreWatch(objects: world.objects, clock: world.clock, logger: logger)
        let task = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await leaf.run() }
                group.addTask { await announcer.run() }
                group.addTask { await watch?.run { await announcer.report(isUnwell: $0) } }
            }
        }
        return AnnouncedLeaf(
            leaf: leaf, service: LocalLeaf(leaf), server: server, announcer: announcer,
            task: task, world: world, catalog: catalog, routing: routing)
    }

    /// Does what people want of it.
    /// - Parameter number: Of a leaf that has one.
    public func obey(_ wishes: LeafWishes, number: Int?) async {
        await announcer.drain(wishes.drains(leaf.name, number: number))
    }

    /// Others take over what they have copies of.
    public func handOver() async {
        await announcer.leave()
        let limit = world.clock.now + Self.leaveLimit
        while world.clock.now < limit, canHandOver {
            do { try await world.clock.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    /// Whether a shard that this leaf answers for could be answered for by another right now.
    private var canHandOver: Bool {
        let table = routing.current
        return catalog.current.indices.contains { index in
            (0..<index.shardCount).contains { shard in
                let assignment = table.assignment(
                    indexUUID: index.uuid, shard: shard, shardCount: index.shardCount)
                guard let copies = assignment?.copies else { return false }
                return copies.contains(leaf.name) && copies.count > 1
            }
        }
    }

    public func stop() async {
        task.cancel()
        await server.stop()
        await leaf.close()
        await announcer.withdraw()
    }
}
