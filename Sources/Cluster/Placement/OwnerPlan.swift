// Which of a shard's copies should own it: balanced like the copies, with as few hand-overs as that
// takes.

enum OwnerPlan {
    /// - Parameters:
    ///   - copies: By shard, the leaves that hold it or will; an empty list: it stays as it is.
    ///   - serving: By shard, the leaves that serve it now.
    ///   - owners: By shard, the owner as it is; nil: not one of `leaves`.
    /// - Returns: By shard, one of its copies; nil where there are none.
    static func owners(
        copies: [[Int]], serving: [[Int]], owners: [Int?], leaves: [LeafNode]
    ) -> [Int?] {
        var result = zip(copies, owners).map { copies, owner in
            owner.flatMap { copies.contains($0) ? $0 : nil }
        }
        var loads = leaves.indices.map { leaf in result.count { $0 == leaf } }
        let owned = copies.count { !$0.isEmpty }
        let bounds = Quota.bounds(total: owned, weights: leaves.map(\.weight), limit: owned)
        func fill(_ leaf: Int) -> Double {
            Double(loads[leaf] + 1) / Double(leaves[leaf].weight)
        }
        for shard in copies.indices where result[shard] == nil {
            let best = copies[shard].min { left, right in
                let isReady = serving[shard].contains(left)
                if isReady != serving[shard].contains(right) { return isReady }
                return (fill(left), left) < (fill(right), right)
            }
            guard let best else { continue }
            result[shard] = best
            loads[best] += 1
        }
        while true {
            let order = leaves.indices.sorted { (fill($0), $0) < (fill($1), $1) }
            func find(_ sources: [Int], _ isRoomy: (Int) -> Bool) -> [Int]? {
                HandOverPath.find(
                    from: sources, order: order, isRoomy: isRoomy,
                    canHand: { giver, taker in
                        copies.indices.contains {
                            result[$0] == giver && copies[$0].contains(taker)
                        }
                    })
            }
            let path =
                find(order.reversed().filter { loads[$0] > bounds[$0].upperBound }) {
                    loads[$0] < bounds[$0].upperBound
                }
                ?? find(order.reversed().filter { loads[$0] > bounds[$0].lowerBound }) {
                    loads[$0] < bounds[$0].lowerBound
                }
            guard let path else { return result }
            for (giver, taker) in zip(path, path.dropFirst()) {
                let handed = copies.indices.filter {
                    result[$0] == giver && copies[$0].contains(taker)
                }
                guard
                    let shard = handed.first(where: { serving[$0].contains(taker) })
                        ?? handed.first
                else { return result }
                result[shard] = taker
                loads[giver] -= 1
                loads[taker] += 1
            }
        }
    }
}
