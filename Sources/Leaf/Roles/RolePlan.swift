// What a leaf has to do so that its shards are what the routing table says. Decides only.

import Cluster
import Shards
import Storage

struct RolePlan: Sendable {
    enum Action: Sendable, Hashable {
        /// Open the shard, as its owner or as a copy.
        case open(ShardKey, Shard.Role)
        case promote(ShardKey)
        case stepDown(ShardKey)
        case close(ShardKey)
    }

    /// Roots with an older table may still ask for a shard that has left; it stays open so long.
    static let grace = Duration.seconds(5)

    private var leaving: [ShardKey: Instant] = [:]

    /// - Parameters:
    ///   - wanted: The roles that the newest routing table gives to this leaf.
    ///   - open: The shards that are open, and as what.
    mutating func actions(
        wanted: [ShardKey: ShardRole], open: [ShardKey: Shard.Role], now: Instant
    ) -> [Action] {
        var actions: [Action] = []
        for (key, role) in wanted {
            leaving[key] = nil
            switch (role, open[key]) {
            case (.owner, nil): actions.append(.open(key, .owner))
            case (.owner, .copy): actions.append(.promote(key))
            case (.copy, nil), (.joining, nil): actions.append(.open(key, .copy))
            case (.copy, .owner), (.joining, .owner): actions.append(.stepDown(key))
            case (.owner, .owner), (.copy, .copy), (.joining, .copy): break
            }
        }
        for (key, role) in open where wanted[key] == nil {
            if role == .owner { actions.append(.stepDown(key)) }
            if now - (leaving[key] ?? now) >= Self.grace {
                leaving[key] = nil
                actions.append(.close(key))
            } else {
                leaving[key] = leaving[key] ?? now
            }
        }
        leaving = leaving.filter { open[$0.key] != nil }
        return actions.sorted { $0.key < $1.key }
    }
}

extension RolePlan.Action {
    var key: ShardKey {
        switch self {
        case .open(let key, _), .promote(let key), .stepDown(let key), .close(let key): key
        }
    }
}
