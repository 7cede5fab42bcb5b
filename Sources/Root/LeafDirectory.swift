// Which leaves there are, how to talk to each, and how each does.

import Cluster
import Storage
import Synchronization

/// The routing table of this moment and a client per leaf.
public struct LeafDirectory: Sendable {
    private let table: @Sendable () -> RoutingTable
    private let client: @Sendable (LeafNode) -> any LeafService
    private let tables: @Sendable () -> AsyncStream<RoutingTable>
    private let reloadTable: (@Sendable () async -> Void)?
    private let lastReload = LastReload()
    let releases = PinReleases()
    let loads = LeafLoads()
    let departures = LeafDepartures()

    /// Between two looks for a newer table that refusals ask for.
    private static let reloadInterval = Duration.milliseconds(100)

    /// A table that others keep; calls under way are told of changes only by `follow`.
    public init(
        routing: @escaping @Sendable () -> RoutingTable,
        leaves: @escaping @Sendable (LeafNode) -> any LeafService
    ) {
        self.init(
            routing: routing, tables: { AsyncStream { $0.finish() } }, reload: nil,
            leaves: leaves)
    }

    public init(
        _ store: RoutingStore, leaves: @escaping @Sendable (LeafNode) -> any LeafService
    ) {
        self.init(
            routing: { store.current }, tables: { store.changes() },
            reload: { _ = try? await store.reload() }, leaves: leaves)
    }

    init(
        routing: @escaping @Sendable () -> RoutingTable,
        tables: @escaping @Sendable () -> AsyncStream<RoutingTable>,
        reload: (@Sendable () async -> Void)?,
        leaves: @escaping @Sendable (LeafNode) -> any LeafService
    ) {
        table = routing
        client = leaves
        self.tables = tables
        reloadTable = reload
    }

    public var routing: RoutingTable { table() }

    public func service(_ leaf: LeafNode) -> any LeafService { client(leaf) }

    /// Fails the calls under way to leaves that leave the routing table, until the task is
    /// cancelled.
    public func follow() async {
        var known: [LeafNode] = []
        for await table in tables() {
            let gone = known.filter { !table.reaches($0) }
            known = table.leaves
            if gone.isEmpty { continue }
            loads.forget(Set(gone))
            departures.left(Set(gone))
        }
    }

    /// Leaves that do not answer this root, by name, whatever the table says: calls under way to
    /// them fail, and other copies are asked first.
    public func lose(_ names: Set<String>) {
        let news = loads.lose(names)
        departures.left(Set(routing.leaves.filter { news.contains($0.name) }))
    }

    /// Looks for a newer table, because this one seems to be old; not too often, and no longer than
    /// `limit`.
    func reload(clock: any NodeClock, until limit: Instant) async {
        guard let reloadTable,
            lastReload.claim(at: clock.now, every: Self.reloadInterval)
        else { return }
        _ = try? await DeadlineGroup.run(deadline: limit, clock: clock) { await reloadTable() }
    }

    /// Those of the leaves that the newest table has not.
    func departed(of leaves: [LeafNode]) -> Set<LeafNode> {
        let table = routing
        return Set(leaves.filter { !table.reaches($0) })
    }
}

extension RoutingTable {
    /// Whether a leaf of this name is still at this address.
    fileprivate func reaches(_ leaf: LeafNode) -> Bool {
        self.leaf(named: leaf.name)?.address == leaf.address
    }
}

/// When the table was last looked for, by whoever was first.
private final class LastReload: Sendable {
    private let time = Mutex<Instant?>(nil)

    func claim(at now: Instant, every interval: Duration) -> Bool {
        time.withLock { time in
            if let time, now - time < interval { return false }
            time = now
            return true
        }
    }
}
