// Where the copies of one index should be: as many as wanted, balanced over the leaves within one
// or by weight, with as few moves as that takes.

/// A plain decision without a state of its own: the same question has the same answer. Leaves are
/// numbers here, places in `leaves`.
struct CopyPlan: Sendable {
    /// What there is of a shard.
    struct Shard: Equatable {
        /// How many copies it should have.
        var needed: Int
        /// Leaves that serve it or build a copy.
        var held: [Int] = []
        /// Those of `held` that build it.
        var joining: [Int] = []
        /// Leaves that had a copy lately and are back: they most likely still have its files.
        var returned: [Int] = []
        var owner: Int?
    }

    let leaves: [LeafNode]
    let shards: [Shard]
    /// By leaf: the copies it may have.
    private(set) var bounds: [ClosedRange<Int>]
    /// By leaf: the copies it has of other indices.
    private let otherLoads: [Int]
    private let lots: [[UInt64]]
    /// By shard and leaf.
    private(set) var isHolder: [[Bool]]
    private(set) var loads: [Int]

    /// - Parameters:
    ///   - leaves: Those that may hold copies; not empty.
    ///   - otherLoads: By leaf, the copies of other indices.
    init(indexUUID: String, leaves: [LeafNode], shards: [Shard], otherLoads: [Int]) {
        self.leaves = leaves
        self.otherLoads = otherLoads
        self.shards = shards.map { shard in
            var shard = shard
            shard.needed = min(shard.needed, leaves.count)
            return shard
        }
        lots = shards.indices.map { shard in
            leaves.map { RendezvousHashing.bestLot(indexUUID, shard, $0.name, 1) }
        }
        isHolder = Array(
            repeating: Array(repeating: false, count: leaves.count), count: shards.count)
        loads = Array(repeating: 0, count: leaves.count)
        bounds = Quota.bounds(
            total: self.shards.reduce(0) { $0 + $1.needed }, weights: leaves.map(\.weight),
            limit: self.shards.count { $0.needed > 0 })
        for (shard, state) in self.shards.enumerated() {
            for leaf in state.held { add(shard, leaf) }
        }
        for shard in shards.indices { dropSurplus(shard) }
        for shard in shards.indices { addMissing(shard) }
        balance()
        spreadZones()
    }

    /// By shard, the leaves that should hold it, ascending.
    var targets: [[Int]] {
        isHolder.map { row in row.indices.filter { row[$0] } }
    }

    func holders(_ shard: Int) -> [Int] { leaves.indices.filter { isHolder[shard][$0] } }

    mutating func add(_ shard: Int, _ leaf: Int) {
        guard !isHolder[shard][leaf] else { return }
        isHolder[shard][leaf] = true
        loads[leaf] += 1
    }

    mutating func remove(_ shard: Int, _ leaf: Int) {
        isHolder[shard][leaf] = false
        loads[leaf] -= 1
    }

    /// Whether another holder of the shard, but for `ignored`, is in the leaf's zone.
    func sharesZone(_ shard: Int, _ leaf: Int, without ignored: Int? = nil) -> Bool {
        let zone = leaves[leaf].zone
        guard !zone.isEmpty else { return false }
        return leaves.indices.contains {
            $0 != leaf && $0 != ignored && isHolder[shard][$0] && leaves[$0].zone == zone
        }
    }

    /// The candidate of the lowest rank, compared place by place; of equals the first.
    private func first(of ranked: [(candidate: Int, rank: [Double])]) -> Int? {
        ranked.min { left, right in
            left.rank != right.rank
                ? left.rank.lexicographicallyPrecedes(right.rank)
                : left.candidate < right.candidate
        }?.candidate
    }

    private func fill(_ leaf: Int) -> Double {
        Double(loads[leaf] + 1) / Double(leaves[leaf].weight)
    }

    private func totalFill(_ leaf: Int) -> Double {
        Double(otherLoads[leaf] + loads[leaf]) / Double(leaves[leaf].weight)
    }

    private mutating func dropSurplus(_ shard: Int) {
        let state = shards[shard]
        while holders(shard).count > state.needed {
            let ranked = holders(shard).map { leaf -> (candidate: Int, rank: [Double]) in
                let excess = max(0, loads[leaf] - bounds[leaf].upperBound)
                return (
                    leaf,
                    [
                        // What joins was decided later than what is there.
                        state.joining.contains(leaf) ? 1 : 0, Double(-excess),
                        sharesZone(shard, leaf) ? 0 : 1, state.owner == leaf ? 1 : 0,
                        -fill(leaf), -totalFill(leaf), Double(lots[shard][leaf]),
                    ]
                )
            }
            guard let worst = first(of: ranked) else { return }
            remove(shard, worst)
        }
    }

    private mutating func addMissing(_ shard: Int) {
        let state = shards[shard]
        while holders(shard).count < state.needed {
            let free = leaves.indices.filter { !isHolder[shard][$0] }
            let ranked = free.map { leaf -> (candidate: Int, rank: [Double]) in
                (
                    leaf,
                    [
                        loads[leaf] < bounds[leaf].upperBound ? 0 : 1,
                        sharesZone(shard, leaf) ? 1 : 0, state.returned.contains(leaf) ? 0 : 1,
                        loads[leaf] < bounds[leaf].lowerBound ? 0 : 1, totalFill(leaf),
                        -Double(lots[shard][leaf]),
                    ]
                )
            }
            guard let best = first(of: ranked) else { return }
            add(shard, best)
        }
    }

    private mutating func balance() {
        while let path = pathOfSurplus() {
            for (giver, taker) in zip(path, path.dropFirst()) { handOn(from: giver, to: taker) }
        }
    }

    /// From a leaf with too much to one with room; else to a leaf with too little from one that can
    /// spare something.
    private func pathOfSurplus() -> [Int]? {
        let order = leaves.indices.sorted {
            (fill($0), totalFill($0), $0) < (fill($1), totalFill($1), $1)
        }
        func find(_ sources: [Int], _ isRoomy: (Int) -> Bool) -> [Int]? {
            guard !sources.isEmpty else { return nil }
            return HandOverPath.find(
                from: sources, order: order, isRoomy: isRoomy,
                canHand: { giver, taker in
                    isHolder.contains { $0[giver] && !$0[taker] }
                })
        }
        let over = order.reversed().filter { loads[$0] > bounds[$0].upperBound }
        if !over.isEmpty {
            return find(over) { loads[$0] < bounds[$0].lowerBound }
                ?? find(over) { loads[$0] < bounds[$0].upperBound }
        }
        guard leaves.indices.contains(where: { loads[$0] < bounds[$0].lowerBound }) else {
            return nil
        }
        return find(order.reversed().filter { loads[$0] > bounds[$0].lowerBound }) {
            loads[$0] < bounds[$0].lowerBound
        }
    }

    /// Whether a copy can move without this index being less balanced or its shards less spread.
    func canSpare(from giver: Int, to taker: Int) -> Bool {
        loads[giver] > bounds[giver].lowerBound && loads[taker] < bounds[taker].upperBound
            && shards.indices.contains { shard in
                isHolder[shard][giver] && !isHolder[shard][taker]
                    && (!sharesZone(shard, taker, without: giver) || sharesZone(shard, giver))
            }
    }

    /// The shard that costs least.
    mutating func handOn(from giver: Int, to taker: Int) {
        let handed = shards.indices.filter { isHolder[$0][giver] && !isHolder[$0][taker] }
        let ranked = handed.map { shard -> (candidate: Int, rank: [Double]) in
            let state = shards[shard]
            let crowding =
                (sharesZone(shard, taker, without: giver) ? 1 : 0)
                - (sharesZone(shard, giver) ? 1 : 0)
            // What nobody built yet moves for nothing.
            let cost = (state.held.contains(taker) ? 0 : 1) + (state.held.contains(giver) ? 1 : 0)
            return (
                shard,
                [
                    Double(crowding), Double(cost), state.returned.contains(taker) ? 0 : 1,
                    state.owner == giver ? 1 : 0, -Double(lots[shard][taker]),
                ]
            )
        }
        guard let shard = first(of: ranked) else { return }
        remove(shard, giver)
        add(shard, taker)
    }
}
