// A node of the cluster: a process that comes and goes, and in it a root or a leaf, wired as the
// product wires them.

import Logging
import Storage

@testable import Cluster
@testable import Leaf
@testable import Root

/// Touched by one thread only.
final class ClusterNode: @unchecked Sendable {
    enum Kind { case root, leaf }

    let kind: Kind
    let number: Int
    let host: String
    private var incarnations = 0
    /// Nil while it is down.
    private(set) var process: NodeProcess?
    private(set) var main: Task<Void, Never>?
    /// What it is once it has started.
    var root: RootServices?
    var leaf: AnnouncedLeaf?
    var routing: RoutingStore?
    /// By shard, the newest slot that this process has shown or promised to searches.
    var shown: [Int: Int64] = [:]
    /// By shard, the newest slot that this process has acknowledged.
    var acknowledged: [Int: Int64] = [:]

    init(kind: Kind, number: Int) {
        self.kind = kind
        self.number = number
        host = kind == .root ? "root-\(number)" : "leaf-\(number)"
    }

    var name: String { process?.name ?? "\(host), which is down," }
    var isRunning: Bool { process?.condition == .running }

    func start(_ body: @Sendable @escaping (NodeProcess) async -> Void) {
        incarnations += 1
        let process = NodeProcess(name: "\(host).\(incarnations)", host: host)
        self.process = process
        main = Task { await body(process) }
    }

    /// As by SIGKILL. What is left of it is taken apart, unable to do anything any more.
    func kill() {
        process?.kill()
        process = nil
        main?.cancel()
        main = nil
        if let leaf {
            leaf.task.cancel()
            Task { await leaf.leaf.takeApart() }
        }
        forget()
    }

    /// The process has ended by itself.
    func end() {
        process?.kill()
        process = nil
        main?.cancel()
        main = nil
        forget()
    }

    private func forget() {
        root = nil
        leaf = nil
        routing = nil
        shown = [:]
        acknowledged = [:]
    }
}

extension LeafServer {
    /// Lets go of everything without storing anything.
    fileprivate func takeApart() async {
        follower.stop()
        for key in table.close() { await table.remove(key)?.close() }
    }
}

extension ClusterHistory {
    func start(_ node: ClusterNode) {
        guard node.process == nil, !isOver else { return }
        record.note(.restarts)
        node.start { process in await self.run(node, process) }
    }

    /// What `canopy serve` does.
    private func run(_ node: ClusterNode, _ process: NodeProcess) async {
        let world = world(of: process)
        let logger = record.logger(process.name)
        let catalog = Catalog(
            metadata: world.metadata, objects: keepsMetadataInObjects ? nil : world.objects,
            logger: logger)
        let routing = RoutingStore(metadata: world.metadata, clock: world.clock, logger: logger)
        while true {
            do {
                try await catalog.reload()
                try await catalog.restoreIfLost()
                try await routing.reload()
                guard node.process === process else { return }
                switch node.kind {
                case .root: startRoot(node, process, world, catalog, routing, logger)
                case .leaf: try await startLeaf(node, process, world, catalog, routing, logger)
                }
                break
            } catch {
                record.remark("\(process.name) cannot start: \(error)")
                // Whoever watches over it starts it again.
                do { try await world.clock.sleep(for: .seconds(1)) } catch { return }
            }
        }
        guard node.process === process else { return }
        record.trace(process.name, "serves")
        node.routing = routing
        let background = node.root?.background ?? []
        await withDiscardingTaskGroup { group in
            group.addTask { await catalog.follow(by: world.clock) }
            group.addTask { await routing.follow() }
            for one in background { group.addTask { await one.run() } }
            if let leaf = node.leaf {
                group.addTask { await self.followWishes(leaf, node.number, world) }
            }
        }
    }

    private func startRoot(
        _ node: ClusterNode, _ process: NodeProcess, _ world: World, _ catalog: Catalog,
        _ routing: RoutingStore, _ logger: Logger
    ) {
        node.root = RootServices(
            world: world, membership: world.metadata, catalog: catalog, routing: routing,
            local: { _ in nil }, configuration: knobs.root, name: node.host, lease: knobs.lease,
            logger: logger)
    }

    private func startLeaf(
        _ node: ClusterNode, _ process: NodeProcess, _ world: World, _ catalog: Catalog,
        _ routing: RoutingStore, _ logger: Logger
    ) async throws {
        let leaf = LeafServer(
            name: node.host, world: world, catalog: catalog, routing: routing,
            peers: { LeafClient(node: $0, transport: world.transport) },
            configuration: knobs.leaf, logger: logger)
        leaves.append(WeakLeaf(leaf: leaf, name: process.name))
        let address = NodeAddress(knobs.movesAddresses ? process.name : node.host)
        let started = try await AnnouncedLeaf.start(
            leaf, at: AnnouncedLeaf.Place(address: address), world: world,
            membership: world.metadata, catalog: catalog, routing: routing, lease: knobs.lease,
            logger: logger)
        guard node.process === process else {
            started.task.cancel()
            fabric.disconnect(process)
            return await leaf.takeApart()
        }
        node.leaf = started
    }

    private func followWishes(_ leaf: AnnouncedLeaf, _ number: Int, _ world: World) async {
        while !Task.isCancelled {
            if let wishes = try? await LeafWishes.read(from: world.metadata) {
                await leaf.obey(wishes, number: number)
            }
            do { try await world.clock.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    // MARK: Its world

    private func world(of process: NodeProcess) -> World {
        let draws = random.fork("time of \(process.name)")
        let time = NodeTime(
            process: process, clock: clock,
            origin: Instant(nanoseconds: Int64(draws.next(below: 1 << 50))),
            rate: [1000, 1000, 950, 1050][draws.next(in: 0..<4)], random: draws)
        let mutation = mutant.map {
            ClusterMutation($0, random: random.fork("mutation of \(process.name)"))
        }
        let objects = BucketClient(
            bucket: bucket, network: network, process: process, pageSize: knobs.pageSize)
        let store: any MetadataStore =
            keepsMetadataInObjects
            ? ObjectMetadataStore(
                objects: objects, clock: YieldingTime(time: time, network: network),
                random: random.fork("metadata of \(process.name)"))
            : ClusterMetadataClient(
                store: metadata, network: network, process: process, time: time,
                mutation: mutation)
        return World(
            clock: time, random: random.fork(process.name),
            transport: FabricTransport(
                fabric: fabric, process: process, time: time, mutation: mutation),
            objects: objects, metadata: store,
            compute: SimulatedComputePool(process: process, network: network))
    }
}

/// Whoever sleeps again and again, though the process is dead, lets others run in between.
private struct YieldingTime: NodeClock {
    let time: NodeTime
    let network: Network

    var now: Instant { time.now }
    var wallMilliseconds: Int64 { time.wallMilliseconds }

    func sleep(until deadline: Instant) async throws {
        do {
            try await time.sleep(until: deadline)
        } catch {
            // Not `Task.yield`, which asks the global pool itself and so leaves this thread; and
            // not without time, or nobody's timer would ever be due.
            await network.wait(.milliseconds(1))
            throw error
        }
    }
}
