// Evens out what leaves have of all indices together. Each index is balanced by itself, but a great
// many small ones may still leave a new leaf without anything: one shard has one place.

enum TotalBalance {
    /// Copies move only from and to leaves that are this far from their share, as a part of it: an
    /// index that is made or deleted should not move others about.
    static let tolerance = 0.25

    /// Moves copies where the index stays balanced, until no leaf is far from its share.
    /// - Parameter plans: Of all indices, over the same leaves.
    /// - Returns: The places of those that changed.
    static func even(_ plans: inout [CopyPlan]) -> Set<Int> {
        guard let leaves = plans.first?.leaves else { return [] }
        var totals = leaves.indices.map { leaf in plans.reduce(0) { $0 + $1.loads[leaf] } }
        let weight = leaves.reduce(0) { $0 + $1.weight }
        let sum = totals.reduce(0, +)
        guard sum > 0 else { return [] }
        let shares = leaves.map { Double(sum * $0.weight) / Double(weight) }
        func isFar(_ leaf: Int) -> Bool {
            abs(Double(totals[leaf]) - shares[leaf]) >= max(2, shares[leaf] * tolerance)
        }
        var touched: Set<Int> = []
        var isStuck = false
        while !isStuck {
            isStuck = true
            let order = leaves.indices.sorted {
                let (left, right) = (Double(totals[$0]), Double(totals[$1]))
                return (left / shares[$0], $0) < (right / shares[$1], $1)
            }
            let givers = order.reversed().filter { Double(totals[$0]) > shares[$0] }
            let takers = order.filter { Double(totals[$0]) < shares[$0] }
            let pairs = takers.flatMap { taker in givers.map { (giver: $0, taker: taker) } }
            for (giver, taker) in pairs where isFar(giver) || isFar(taker) {
                guard
                    let place = plans.indices.first(where: {
                        plans[$0].canSpare(from: giver, to: taker)
                    })
                else { continue }
                plans[place].handOn(from: giver, to: taker)
                totals[giver] -= 1
                totals[taker] += 1
                touched.insert(place)
                isStuck = false
                break
            }
        }
        return touched
    }
}
