// Which leaves there are, from the routing table and from what they announce.

import Cluster
import Queries
import Storage

public struct RootLeavesService: LeavesService {
    private let catalog: Catalog
    private let routing: RoutingStore
    private let membership: any MetadataStore

    /// - Parameter membership: Where leaves announce themselves and look what is wanted of them.
    public init(catalog: Catalog, routing: RoutingStore, membership: any MetadataStore) {
        self.catalog = catalog
        self.routing = routing
        self.membership = membership
    }

    public func leaves() async throws -> LeavesReport {
        let wishes = try await LeafWishes.read(from: membership)
        let listing = try await membership.list(prefix: Member.prefix)
        let members = listing.entries.compactMap {
            try? Member(encoded: $0.value.value, key: $0.key)
        }
        let table = routing.current
        var rows: [String: LeavesReport.Leaf] = [:]
        for node in table.leaves { rows[node.name] = Self.row(node, .active) }
        for member in members {
            let isKnown = rows[member.node.name] != nil
            rows[member.node.name] = Self.row(member.node, isKnown ? member.leafState : .gone)
        }
        for index in catalog.current.indices {
            for shard in 0..<index.shardCount {
                guard
                    let assignment = table.assignment(
                        indexUUID: index.uuid, shard: shard, shardCount: index.shardCount)
                else { continue }
                rows[assignment.owner]?.owned += 1
                for name in assignment.copies { rows[name]?.serving += 1 }
                for name in assignment.joining { rows[name]?.joining += 1 }
            }
        }
        return LeavesReport(
            version: table.version, wanted: wishes.count,
            leaves: rows.values.sorted { Self.order($0.name) < Self.order($1.name) })
    }

    public func setCount(_ count: Int) async throws {
        try await LeafWishes.change(in: membership) { $0.count = count }
    }

    public func drain(_ name: String, _ drains: Bool) async throws {
        if drains {
            guard try await leaves().leaves.contains(where: { $0.name == name }) else {
                throw RequestError(
                    type: "resource_not_found_exception",
                    reason: "there is no leaf [\(name)]; GET /_leaves lists them", status: 404)
            }
        }
        try await LeafWishes.change(in: membership) { wishes in
            if drains { wishes.drained.insert(name) } else { wishes.drained.remove(name) }
        }
    }

    private static func row(_ node: LeafNode, _ state: LeafState) -> LeavesReport.Leaf {
        LeavesReport.Leaf(
            name: node.name, address: node.address.text, zone: node.zone, state: state, owned: 0,
            serving: 0, joining: 0)
    }

    /// leaf-2 before leaf-10.
    private static func order(_ name: String) -> (Int, String) { (name.utf8.count, name) }
}

extension Member {
    fileprivate var leafState: LeafState {
        switch state {
        case .active: isUnwell ? .unwell : .active
        case .leaving: .leaving
        case .draining: .draining
        }
    }
}
