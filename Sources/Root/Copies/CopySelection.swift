// Which copy of each shard one request asks: of two taken by chance the one that costs less
// (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).

import Cluster
import Storage

/// Used for one request; counts what it gives to whom.
struct CopySelection {
    let now: Instant
    /// Leaves that failed this request before: only asked when there is nobody else.
    let avoided: Set<String>
    private var random: UInt64
    /// Shards given to each leaf.
    private var given: [String: Int] = [:]

    init(now: Instant, avoided: Set<String> = [], seed: UInt64) {
        self.now = now
        self.avoided = avoided
        random = seed
    }

    /// - Parameter copies: of one shard; not empty.
    mutating func take(_ copies: [LeafNode], _ loads: [String: LeafLoad]) -> LeafNode {
        let chosen = copies.count == 1 ? copies[0] : best(of: copies, loads)
        given[chosen.name, default: 0] += 1
        return chosen
    }

    private mutating func best(of copies: [LeafNode], _ loads: [String: LeafLoad]) -> LeafNode {
        let standings = copies.map { rank($0, loads) }
        let least = standings.min() ?? 0
        let fit = copies.indices.filter { standings[$0] == least }
        if fit.count == 1 { return copies[fit[0]] }
        let first = draw(fit.count)
        // Another one than the first, all alike.
        let second = (first + 1 + draw(fit.count - 1)) % fit.count
        let pair = (copies[fit[first]], copies[fit[second]])
        return cost(pair.0, loads) <= cost(pair.1, loads) ? pair.0 : pair.1
    }

    private func rank(_ leaf: LeafNode, _ loads: [String: LeafLoad]) -> Int {
        let standing = loads[leaf.name]?.standing(at: now) ?? .good
        return standing.rawValue + (avoided.contains(leaf.name) ? 4 : 0)
    }

    private func cost(_ leaf: LeafNode, _ loads: [String: LeafLoad]) -> Double {
        let given = given[leaf.name] ?? 0
        return loads[leaf.name]?.cost(given: given, at: now)
            ?? Double(given + 1) * LeafLoad.leastLatency
    }

    /// splitmix64's step; the seed is the request's own.
    private mutating func draw(_ bound: Int) -> Int {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Int(mixed.multipliedFullWidth(by: UInt64(bound)).high)
    }
}
