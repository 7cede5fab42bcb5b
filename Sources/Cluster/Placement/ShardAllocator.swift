// Decides which leaf has which shard: from the table as it is, who is alive, what is wanted and how
// far copies have come, to the next table.

import Storage

/// Whose owner is gone gets another at once. Everything else is made before what it replaces is
/// broken: a copy joins, serves when it is ready, and only then the one that is too many goes; an
/// owner that should move hands over to a copy that serves, and leaves in a later table.
public struct ShardAllocator: Sendable {
    /// How long a leaf that died or left is waited for before its copies are built elsewhere.
    public static let replacementDelay = Duration.seconds(10)
    /// Copies that a leaf builds at a time.
    public static let joinsPerLeaf = 4
    /// After which the assignments of an index that nobody knows any more are forgotten.
    static let forgettingDelay = Duration.seconds(60)

    struct Plan: Sendable {
        let hosts: [LeafNode]
        let needs: [Int]
        let copyCount: Int
        var copies: CopyPlan
        /// By shard, a place in `hosts`; nil: not decided yet.
        var owners: [Int?]?
    }

    let replacementDelay: Duration
    let joinsPerLeaf: Int
    private var incarnations: [String: String] = [:]
    /// Restarts that no published table reflects yet.
    private var restarted: Set<String> = []
    private var awaySince: [String: Instant] = [:]
    private var unknownSince: [String: Instant] = [:]
    /// Where the live leaves would have indices without assignments.
    private var defaults = RoutingTable(leaves: [])
    /// By index. Made once for given leaves and needs, so that the steps towards it all go one way.
    var plans: [String: Plan] = [:]
    /// What was decided last, on top of which the plans were made.
    private var expected: RoutingTable?
    private var proposed: RoutingTable?
    /// Whether something is still to come: copies that join, leaves that are waited for.
    public internal(set) var isPending = false

    public init(
        replacementDelay: Duration = Self.replacementDelay, joinsPerLeaf: Int = Self.joinsPerLeaf
    ) {
        self.replacementDelay = replacementDelay
        self.joinsPerLeaf = joinsPerLeaf
    }

    /// The table to publish after `table`; nil: it may stay. Nothing is decided without any leaf.
    public mutating func next(
        after table: RoutingTable, members: [Member], indices: [PlacedIndex],
        progress: [ShardCopy: CopyProgress], now: Instant
    ) -> RoutingTable? {
        isPending = false
        guard !members.isEmpty else { return nil }
        // Somebody else decided meanwhile, with plans of their own.
        if table != expected, table != proposed { plans = [:] }
        let roll = roll(table, members, now, isPublished: table == proposed)
        let indices = indices.sorted { $0.uuid < $1.uuid }
        let leaves = RoutingTable(leaves: members.map(\.node))
        if leaves.leaves != defaults.leaves { defaults = leaves }
        var remains: [[ShardRemains]] = []
        var loads: [String: Int] = [:]
        var joins: [String: Int] = [:]
        for index in indices {
            let all = table.assignments(indexUUID: index.uuid, shardCount: index.shardCount)
            let shards =
                all.isEmpty
                ? defaults.assignments(indexUUID: index.uuid, shardCount: index.shardCount) : all
            remains.append(shards.map { ShardRemains($0, roll, wanted: index.copyCount) })
            for shard in remains.last ?? [] {
                for name in shard.copies + shard.joining { loads[name, default: 0] += 1 }
                for name in shard.joining { joins[name, default: 0] += 1 }
            }
        }
        plan(indices, remains, roll, loads)
        var assignments = stillUnknown(table, indices, now)
        for (index, shards) in zip(indices, remains) {
            let next = decide(index, shards, roll, progress, &joins)
            // Where rendezvous hashing says the same, the table need not.
            if next != defaults.assignments(indexUUID: index.uuid, shardCount: index.shardCount) {
                assignments[index.uuid] = next
            }
        }
        let next = RoutingTable(
            leaves: leaves.leaves, assignments: assignments, version: table.version + 1)
        expected = table
        guard next.leaves != table.leaves || next.assignments != table.assignments else {
            restarted = []
            proposed = nil
            return nil
        }
        proposed = next
        return next
    }

    private mutating func roll(
        _ table: RoutingTable, _ members: [Member], _ now: Instant, isPublished: Bool
    ) -> LeafRoll {
        if isPublished { restarted = [] }
        for member in members {
            let name = member.node.name
            if let known = incarnations[name], known != member.incarnation {
                restarted.insert(name)
            }
            incarnations[name] = member.incarnation
        }
        var away = Set(table.leaves.map(\.name))
        for shard in table.assignments.values.joined() { away.formUnion(shard.awaited) }
        for member in members {
            switch member.state {
            case .active: away.remove(member.node.name)
            case .leaving: away.insert(member.node.name)
            case .draining:
                // It told in good time, so nothing is waited for, also not when it is gone.
                away.insert(member.node.name)
                awaySince[member.node.name] = now - replacementDelay
            }
        }
        awaySince = Dictionary(
            uniqueKeysWithValues: away.map { ($0, awaySince[$0] ?? now) })
        return LeafRoll(
            members: members, restarted: restarted,
            awaited: Set(awaySince.filter { now - $0.value < replacementDelay }.keys))
    }

    /// The assignments of indices that are not in the catalog: they may be newer than it is.
    private mutating func stillUnknown(
        _ table: RoutingTable, _ indices: [PlacedIndex], _ now: Instant
    ) -> [String: [ShardAssignment]] {
        let known = Set(indices.map(\.uuid))
        let unknown = table.assignments.filter { !known.contains($0.key) }
        unknownSince = Dictionary(
            uniqueKeysWithValues: unknown.keys.map { ($0, unknownSince[$0] ?? now) })
        return unknown.filter { uuid, _ in
            unknownSince[uuid].map { now - $0 < Self.forgettingDelay } ?? false
        }
    }
}
