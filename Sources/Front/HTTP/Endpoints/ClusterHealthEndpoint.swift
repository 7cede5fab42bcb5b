// `_cluster/health`: how the shards are, now or as soon as they are well enough.

import Cluster
import Queries
import Storage

struct ClusterHealthEndpoint: Sendable {
    static let defaultTimeout: Duration = .seconds(30)
    static let longestTimeout: Duration = .seconds(600)
    /// How often a waiting request looks again.
    static let pollInterval: Duration = .milliseconds(100)

    let indices: any IndexService
    let clock: any NodeClock

    /// What the caller waits for.
    private struct Wish {
        var status: HealthStatus?
        var nodes: NodeCountCondition?

        func isMet(by health: ClusterHealth) -> Bool {
            if let status, health.status > status { return false }
            return nodes?.holds(for: health.nodeCount) ?? true
        }
    }

    func answer(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        var wish = Wish()
        let statuses = HealthStatus.allCases.map(\.rawValue)
        wish.status = try parameters.choice("wait_for_status", of: statuses)
            .flatMap(HealthStatus.init)
        wish.nodes = try parameters.take("wait_for_nodes").map(NodeCountCondition.init)
        let timeout = try parameters.duration("timeout") ?? Self.defaultTimeout
        _ = try parameters.duration("cluster_manager_timeout")
        _ = try parameters.duration("master_timeout")
        _ = try parameters.flag("local")
        let level = try parameters.choice("level", of: ["cluster", "indices"])
        try parameters.finish(request.path)

        let deadline = clock.now + min(timeout, Self.longestTimeout)
        let names = IndexTarget.names(target)
        var health = try await indices.health(names)
        while !wish.isMet(by: health), clock.now < deadline {
            try await clock.sleep(until: min(deadline, clock.now + Self.pollInterval))
            health = try await indices.health(names)
        }
        if !wish.isMet(by: health) { health.timedOut = true }
        return Self.render(health, withIndices: level == "indices")
    }

    static func render(_ health: ClusterHealth, withIndices: Bool) -> HTTPAnswer {
        let all = health.activeShards + health.openingShards + health.unassignedShards
        return HTTPAnswer(status: health.timedOut ? 408 : 200) { writer in
            writer.member("cluster_name", health.clusterName)
            writer.member("status", health.status.rawValue)
            writer.member("timed_out", health.timedOut)
            writer.member("number_of_nodes", health.nodeCount)
            writer.member("number_of_data_nodes", health.leafCount)
            writer.member("discovered_master", true)
            writer.member("discovered_cluster_manager", true)
            writer.member("active_primary_shards", health.activePrimaryShards)
            writer.member("active_shards", health.activeShards)
            writer.member("relocating_shards", health.relocatingShards)
            writer.member("initializing_shards", health.openingShards)
            writer.member("unassigned_shards", health.unassignedShards)
            if health.damagedShards > 0 { writer.member("damaged_shards", health.damagedShards) }
            writer.member("delayed_unassigned_shards", 0)
            writer.member("number_of_pending_tasks", 0)
            writer.member("number_of_in_flight_fetch", 0)
            writer.member("task_max_waiting_in_queue_millis", 0)
            writer.key("active_shards_percent_as_number")
            writer.number(all == 0 ? 100 : 100 * Double(health.activeShards) / Double(all))
            guard withIndices else { return }
            writer.member(
                "indices",
                object: { writer in
                    for index in health.indices {
                        writer.member(
                            index.name,
                            object: { writer in
                                writer.member("status", index.status.rawValue)
                                writer.member("number_of_shards", index.shardCount)
                                writer.member("number_of_replicas", index.replicaCount)
                                writer.member(
                                    "active_primary_shards", index.activePrimaryShards)
                                writer.member("active_shards", index.activeShards)
                            })
                    }
                })
        }
    }
}

/// `3`, `>=3`, `<=3`, `>3`, `<3`, `ge(3)`, `le(3)`, `gt(3)`, `lt(3)`.
struct NodeCountCondition: Sendable, Equatable {
    private enum Relation: String, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
        case exactly = ""
    }

    private let relation: Relation
    private let count: Int

    init(_ text: String) throws(RequestError) {
        var plain = text
        for (word, sign) in [("ge(", ">="), ("le(", "<="), ("gt(", ">"), ("lt(", "<")]
        where text.hasPrefix(word) && text.hasSuffix(")") {
            plain = sign + text.dropFirst(word.count).dropLast()
        }
        let found = Relation.allCases.first { plain.hasPrefix($0.rawValue) } ?? .exactly
        guard let count = Int(plain.dropFirst(found.rawValue.count)), count >= 0 else {
            throw .illegalArgument(
                "[wait_for_nodes] must be a number, perhaps after >=, <=, > or <, got [\(text)]")
        }
        self.count = count
        relation = found
    }

    func holds(for nodes: Int) -> Bool {
        switch relation {
        case .atLeast: nodes >= count
        case .atMost: nodes <= count
        case .above: nodes > count
        case .below: nodes < count
        case .exactly: nodes == count
        }
    }
}
