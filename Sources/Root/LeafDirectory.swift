// Which leaves there are, and how to talk to each.

import Cluster
import Storage

/// The routing table of this moment and a client per leaf.
public struct LeafDirectory: Sendable {
    private let table: @Sendable () -> RoutingTable
    private let client: @Sendable (LeafNode) -> any LeafService
    let releases = PinReleases()

    public init(
        routing: @escaping @Sendable () -> RoutingTable,
        leaves: @escaping @Sendable (LeafNode) -> any LeafService
    ) {
        table = routing
        client = leaves
    }

    public var routing: RoutingTable { table() }

    public func service(_ leaf: LeafNode) -> any LeafService { client(leaf) }
}
