// One step of each shard towards its index's plan.

extension ShardAllocator {
    /// Plans for indices that have none, or whose plan was made for other leaves or needs.
    /// - Parameter loads: By leaf, the copies of all indices.
    mutating func plan(
        _ indices: [PlacedIndex], _ remains: [[ShardRemains]], _ roll: LeafRoll,
        _ loads: [String: Int]
    ) {
        var next: [Plan] = []
        var isNew = false
        for (index, shards) in zip(indices, remains) {
            let needs = shards.map(\.needed)
            if let known = plans[index.uuid], known.needs == needs,
                known.copyCount == index.copyCount,
                known.hosts.elementsEqual(roll.hosts, by: Self.isSameHost)
            {
                next.append(known)
                continue
            }
            isNew = true
            next.append(
                Plan(
                    hosts: roll.hosts, needs: needs, copyCount: index.copyCount,
                    copies: Self.copies(index, shards, roll, loads)))
        }
        if isNew {
            var copies = next.map(\.copies)
            for place in TotalBalance.even(&copies) {
                next[place].copies = copies[place]
                next[place].owners = nil
            }
        }
        plans = Dictionary(
            zip(indices, next).map { ($0.uuid, $1) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter joins: By leaf, the copies that it builds; grows by those that begin.
    mutating func decide(
        _ index: PlacedIndex, _ shards: [ShardRemains], _ roll: LeafRoll,
        _ progress: [ShardCopy: CopyProgress], _ joins: inout [String: Int]
    ) -> [ShardAssignment] {
        func progressOf(_ shard: Int, _ leaf: String) -> CopyProgress? {
            progress[ShardCopy(indexUUID: index.uuid, shard: shard, leaf: leaf)]
        }
        let targets = plans[index.uuid]?.copies.targets ?? []
        var owners: [String] = []
        var ownerLoads: [String: Int] = [:]
        for shard in shards { if let owner = shard.owner { ownerLoads[owner, default: 0] += 1 } }
        for (shard, remains) in shards.enumerated() {
            let owner =
                remains.owner
                ?? Self.successor(
                    of: remains, targets[shard].map { roll.hosts[$0].name }, ownerLoads
                ) { progressOf(shard, $0)?.appliedSlot ?? -1 }
            if remains.owner == nil { ownerLoads[owner, default: 0] += 1 }
            owners.append(owner)
        }
        let planned =
            plans[index.uuid]?.owners
            ?? OwnerPlan.owners(
                copies: targets,
                serving: zip(shards, owners).map { roll.places(of: $0.copies + [$1]) },
                owners: owners.map { roll.places[$0] }, leaves: roll.hosts)
        plans[index.uuid]?.owners = planned
        return shards.indices.map { shard in
            let step = ShardStep(
                remains: shards[shard], owner: owners[shard], wanted: index.copyCount,
                targets: targets[shard].map { roll.hosts[$0].name },
                plannedOwner: planned[shard].map { roll.hosts[$0].name }, roll: roll,
                isReady: { progressOf(shard, $0)?.isReady ?? false })
            let next = step.next(joinsPerLeaf: joinsPerLeaf, &joins)
            if !step.isFinal(next) { isPending = true }
            return next
        }
    }

    /// An address may change without consequences.
    private static func isSameHost(_ left: LeafNode, _ right: LeafNode) -> Bool {
        left.name == right.name && left.weight == right.weight && left.zone == right.zone
    }

    private static func copies(
        _ index: PlacedIndex, _ shards: [ShardRemains], _ roll: LeafRoll, _ loads: [String: Int]
    ) -> CopyPlan {
        var others = roll.hosts.map { loads[$0.name] ?? 0 }
        let states = shards.map { shard in
            let held = roll.places(of: shard.copies + shard.joining)
            for leaf in held { others[leaf] -= 1 }
            return CopyPlan.Shard(
                needed: shard.needed, held: held, joining: roll.places(of: shard.joining),
                returned: roll.places(of: shard.returned),
                owner: shard.owner.flatMap { roll.places[$0] })
        }
        return CopyPlan(
            indexUUID: index.uuid, leaves: roll.hosts, shards: states, otherLoads: others)
    }

    /// Who owns a shard whose owner is gone: the serving copy that came farthest. Where none
    /// serves, a leaf that is to have a copy opens it from the store, rather one that has a part.
    private static func successor(
        of shard: ShardRemains, _ targets: [String], _ ownerLoads: [String: Int],
        appliedSlot: (String) -> Int64
    ) -> String {
        let candidates = shard.copies.isEmpty ? targets : shard.copies
        func rank(_ leaf: String) -> (Int, Int, Int64, Int, String) {
            let hasPart = shard.copies.contains(leaf) || shard.joining.contains(leaf)
            return (
                shard.copies.isEmpty && leaf == shard.previousOwner ? 0 : 1,
                hasPart ? 0 : shard.returned.contains(leaf) ? 1 : 2, -max(-1, appliedSlot(leaf)),
                ownerLoads[leaf] ?? 0, leaf
            )
        }
        // Without copies at least one is needed, so that there is a target.
        return candidates.min { rank($0) < rank($1) } ?? shard.previousOwner
    }
}

/// What is next for one shard.
struct ShardStep {
    let remains: ShardRemains
    /// The owner as it is, or the successor of one that is gone.
    let owner: String
    /// Copies, if there are as many leaves.
    let wanted: Int
    let targets: [String]
    let plannedOwner: String?
    let roll: LeafRoll
    /// Whether the leaf says that it can serve the shard.
    let isReady: (String) -> Bool

    func next(joinsPerLeaf: Int, _ joins: inout [String: Int]) -> ShardAssignment {
        let serving = Set(remains.copies).union([owner])
        var copies = serving
        var joining: [String] = []
        for leaf in targets where !serving.contains(leaf) {
            if remains.joining.contains(leaf) {
                if isReady(leaf) { copies.insert(leaf) } else { joining.append(leaf) }
            } else if joins[leaf, default: 0] < joinsPerLeaf {
                joins[leaf, default: 0] += 1
                joining.append(leaf)
            }
        }
        var nextOwner = owner
        if let plannedOwner, serving.contains(plannedOwner), isReady(plannedOwner) {
            nextOwner = plannedOwner
        }
        var awaited = remains.awaited
        for leaf in serving.subtracting(targets).sorted()
        where leaf != owner && leaf != nextOwner && leaf != remains.previousOwner {
            let rest = copies.subtracting([leaf])
            guard rest.contains(where: { isReady($0) && !roll.isAwaited($0) }),
                roll.isAwaited(leaf) || count(rest, insteadOf: leaf) >= targets.count
            else { continue }
            copies = rest
            if roll.isAwaited(leaf) { awaited.append(leaf) }
        }
        let room = wanted - copies.count { !roll.isAwaited($0) } - joining.count
        return ShardAssignment(
            owner: nextOwner, copies: Array(copies), joining: joining,
            awaited: Array(awaited.prefix(max(0, room))))
    }

    /// Those that may stay count for one of them; whoever has to go is as good as the next.
    private func count(_ rest: Set<String>, insteadOf leaf: String) -> Int {
        roll.isHost(leaf) ? rest.count { roll.isHost($0) } : rest.count
    }

    /// Whether nothing more is to be done.
    func isFinal(_ next: ShardAssignment) -> Bool {
        next.joining.isEmpty && next.awaited.isEmpty && next.copies == targets.sorted()
            && (plannedOwner ?? next.owner) == next.owner
    }
}
