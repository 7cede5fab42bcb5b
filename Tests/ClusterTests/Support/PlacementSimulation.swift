// A cluster that does what the routing tables say, as far as its leaves get: for properties that
// must hold whatever happens to it.

import Storage
import Testing

@testable import Cluster

struct PlacementSimulation {
    let random: SeededRandom
    let seed: UInt64
    var allocator = ShardAllocator()
    var table = RoutingTable(leaves: [])
    var members: [String: Member] = [:]
    var indices: [PlacedIndex]
    var ready: Set<ShardCopy> = []
    /// Leaves whose process started again since the last step.
    var restarted: Set<String> = []
    var now = Instant(nanoseconds: 1_000_000_000)
    var movements = 0
    /// Every table published, for comparisons of whole runs.
    var published: [RoutingTable] = []

    static let tick = Duration.milliseconds(250)

    init(seed: UInt64, indices: [PlacedIndex]) {
        random = SeededRandom(seed: seed)
        self.seed = seed
        self.indices = indices
    }

    /// Small or large, with one index or several.
    static func random(_ seed: UInt64, leaves: Int, shards: Int, weighted: Bool = false)
        -> PlacementSimulation
    {
        let random = SeededRandom(seed: seed &* 7919)
        let indices = (0..<random.next(in: 1..<4)).map {
            PlacedIndex(
                uuid: "index-\(seed)-\($0)", shardCount: random.next(in: 1..<shards + 1),
                copyCount: random.next(in: 1..<5))
        }
        var simulation = PlacementSimulation(seed: seed, indices: indices)
        for number in 0..<random.next(in: 1..<leaves + 1) {
            simulation.join("leaf-\(number)", weight: weighted ? random.next(in: 1..<5) : 1)
        }
        return simulation
    }

    // MARK: What happens

    mutating func join(_ name: String, weight: Int = 1, zone: String = "") {
        members[name] = Member(
            node: LeafNode(
                name: name, address: NodeAddress(name), weight: weight, zone: zone),
            incarnation: "\(random.next())")
        restarted.insert(name)
    }

    mutating func die(_ name: String) {
        members[name] = nil
        ready = ready.filter { $0.leaf != name }
    }

    mutating func restart(_ name: String) {
        members[name]?.incarnation = "\(random.next())"
        ready = ready.filter { $0.leaf != name }
        restarted.insert(name)
    }

    mutating func set(_ name: String, _ state: Member.State) { members[name]?.state = state }

    // MARK: Steps

    /// Leaves get on with their work, and the allocator decides once.
    /// - Returns: Whether a table was published.
    @discardableResult
    mutating func step() -> Bool {
        now += Self.tick
        work()
        let live = members.values.sorted { $0.node.name < $1.node.name }
        let progress = Dictionary(
            uniqueKeysWithValues: ready.map { ($0, CopyProgress(appliedSlot: 5, isReady: true)) })
        let next = allocator.next(
            after: table, members: live.shuffled(by: random),
            indices: indices.shuffled(by: random), progress: progress, now: now)
        guard let next else {
            restarted = []
            return false
        }
        check(next)
        movements += PlacementMovements(from: table, to: next, indices: indices).begun
        table = next
        published.append(next)
        restarted = []
        return true
    }

    /// Whoever has a role gets ready sooner or later.
    private mutating func work() {
        for (index, shard, assignment) in assignments(of: table) {
            for name in assignment.copies + assignment.joining
            where members[name] != nil && random.next(below: 3) > 0 {
                ready.insert(ShardCopy(indexUUID: index.uuid, shard: shard, leaf: name))
            }
        }
    }

    /// - Returns: How many steps it took until nothing was left to do.
    mutating func settle(within limit: Int = 600) -> Int {
        for count in 0..<limit where !step() && !allocator.isPending { return count }
        Issue.record("not settled after \(limit) steps, seed \(seed)")
        return limit
    }

    func assignments(
        of table: RoutingTable
    ) -> [(index: PlacedIndex, shard: Int, assignment: ShardAssignment)] {
        indices.flatMap { index in
            table.assignments(indexUUID: index.uuid, shardCount: index.shardCount).enumerated()
                .map { (index, $0.offset, $0.element) }
        }
    }

    // MARK: What must hold

    /// Records what does not hold: an expectation each would take most of a test's time.
    private func hold(_ condition: Bool, _ what: String, _ place: @autoclosure () -> String = "") {
        if !condition { Issue.record("\(what): seed \(seed), \(place()), after \(table.version)") }
    }

    /// After every step.
    private func check(_ next: RoutingTable) {
        hold(next.version == table.version + 1, "versions grow by one")
        hold(next.leaves.map(\.name) == members.keys.sorted(), "leaves are those that live")
        var joins: [String: Int] = [:]
        let before = assignments(of: table)
        let after = assignments(of: next)
        hold(after.count == indices.reduce(0) { $0 + $1.shardCount }, "shards are assigned")
        for (number, (index, shard, new)) in after.enumerated() {
            func place() -> String { "\(index.uuid), shard \(shard): \(new)" }
            hold(members[new.owner] != nil, "owners live", place())
            hold(new.copies.contains(new.owner), "owners serve", place())
            let holders = new.copies + new.joining
            hold(holders.allSatisfy { members[$0] != nil }, "holders live", place())
            hold(Set(holders).count == holders.count, "copies are on different leaves", place())
            hold(Set(new.awaited).isDisjoint(with: holders), "who is awaited is away", place())
            for name in new.joining { joins[name, default: 0] += 1 }
            guard before.indices.contains(number) else { continue }
            check(before[number].assignment, new, index, shard)
        }
        let most = joins.values.max() ?? 0
        hold(most <= allocator.joinsPerLeaf, "a leaf builds few copies at a time", "\(most)")
    }

    /// Nothing that served is given up before something else serves.
    private func check(
        _ old: ShardAssignment, _ new: ShardAssignment, _ index: PlacedIndex, _ shard: Int
    ) {
        func place() -> String { "\(index.uuid), shard \(shard): \(old) -> \(new)" }
        func isReady(_ name: String) -> Bool {
            ready.contains(ShardCopy(indexUUID: index.uuid, shard: shard, leaf: name))
        }
        let serving = old.copies.filter { members[$0] != nil && !restarted.contains($0) }
        if serving.contains(where: isReady) {
            hold(new.copies.contains(where: isReady), "a copy that is ready serves", place())
        }
        if !serving.isEmpty {
            hold(serving.contains { new.copies.contains($0) }, "something serves on", place())
            hold(serving.contains(new.owner), "owners served before", place())
            let begun = new.copies.filter { !old.copies.contains($0) }
            hold(
                begun.allSatisfy { old.joining.contains($0) && isReady($0) },
                "copies join before they serve", place())
        }
        if serving.contains(old.owner), new.owner != old.owner {
            hold(isReady(new.owner), "new owners are ready", place())
            hold(new.copies.contains(old.owner), "old owners serve on", place())
        }
        let hosts = members.count { $0.value.state == .active }
        let wanted = min(index.copyCount, max(1, hosts))
        let still = old.copies.count {
            members[$0]?.state == .active && !restarted.contains($0)
        }
        let kept = new.copies.count { members[$0]?.state == .active }
        hold(kept >= min(still, wanted), "only surplus copies are dropped", place())
    }

    /// When nothing is left to do.
    func checkSettled() {
        let hosts = members.values.filter { $0.state == .active }.map(\.node)
            .sorted { $0.name < $1.name }
        for index in indices {
            let all = table.assignments(indexUUID: index.uuid, shardCount: index.shardCount)
            for assignment in all {
                func place() -> String { "\(index.uuid): \(assignment)" }
                hold(
                    assignment.copies.count == min(index.copyCount, hosts.count),
                    "there are as many copies as wanted", place())
                hold(
                    assignment.joining.isEmpty && assignment.awaited.isEmpty,
                    "nothing is to come", place())
            }
            let copies = hosts.map { host in all.count { $0.copies.contains(host.name) } }
            let owned = hosts.map { host in all.count { $0.owner == host.name } }
            checkBalance(copies, hosts, index)
            if Set(hosts.map(\.weight)).count == 1 { checkBalance(owned, hosts, index) }
        }
    }

    /// Moving one from any leaf to any other would not bring them closer to their weights.
    private func checkBalance(_ loads: [Int], _ hosts: [LeafNode], _ index: PlacedIndex) {
        for giver in hosts.indices where loads[giver] > 0 {
            for taker in hosts.indices where loads[taker] < index.shardCount {
                let given = Double(loads[giver] - 1) / Double(hosts[giver].weight)
                let taken = Double(loads[taker] + 1) / Double(hosts[taker].weight)
                hold(
                    given < taken, "leaves are balanced",
                    "\(index.uuid): \(loads) of \(hosts.map(\.weight))")
            }
        }
    }

    /// The least number of copies that must be begun so that each index is balanced within one over
    /// leaves of equal weight, from what the table says now.
    func leastMovements() -> Int {
        let hosts = members.values.filter { $0.state == .active }.map(\.node.name)
        return indices.reduce(0) { sum, index in
            let all = table.assignments(indexUUID: index.uuid, shardCount: index.shardCount)
            let total = index.shardCount * min(index.copyCount, hosts.count)
            let least = total / hosts.count
            let loads = hosts.map { host in all.count { $0.copies.contains(host) } }
            // Each keeps what it has up to the least share, and some one more.
            let kept =
                loads.reduce(0) { $0 + min($1, least) }
                + min(total - least * hosts.count, loads.count { $0 > least })
            return sum + total - kept
        }
    }
}

extension Array {
    func shuffled(by random: SeededRandom) -> [Element] {
        var result = self
        for place in indices.dropFirst() {
            result.swapAt(place, random.next(in: 0..<place + 1))
        }
        return result
    }
}
