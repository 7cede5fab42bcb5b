// How much of something each leaf may have, by weight.

enum Quota {
    /// Each leaf's share of `total`, rounded down and up. A leaf takes `limit` at most; what it
    /// would have beyond is shared by the others.
    /// - Parameter weights: Each at least 1.
    static func bounds(total: Int, weights: [Int], limit: Int) -> [ClosedRange<Int>] {
        var result = [ClosedRange<Int>?](repeating: nil, count: weights.count)
        var rest = total
        var weight = weights.reduce(0, +)
        while true {
            let full = weights.indices.filter {
                result[$0] == nil && rest * weights[$0] >= limit * weight
            }
            if full.isEmpty { break }
            for leaf in full {
                result[leaf] = limit...limit
                rest -= limit
                weight -= weights[leaf]
            }
        }
        return weights.indices.map { leaf in
            if let known = result[leaf] { return known }
            let share = rest * weights[leaf]
            return share / weight...(share + weight - 1) / weight
        }
    }
}
