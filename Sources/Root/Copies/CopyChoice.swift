// What one scatter goes by where shards have several copies.

import Cluster
import Storage

struct CopyChoice: Sendable {
    let loads: LeafLoads
    /// Departures of leaves before the plan was made.
    let departures: Int
    /// Leaves that failed the same search before.
    var avoided: Set<String> = []
    /// The request's own.
    let seed: UInt64
    /// By shard: the least visible slot that an answer may be made from; -1 where any will do, and
    /// empty where any will do for all.
    var required: [Int64] = []

    func choose(_ copies: [[LeafNode]], at now: Instant) -> [LeafNode] {
        loads.choose(copies, avoiding: avoided, seed: seed, at: now)
    }

    func requiredSlots(of shards: [Int]) -> [Int: Int64] {
        if required.isEmpty { return [:] }
        var result: [Int: Int64] = [:]
        for shard in shards where shard < required.count && required[shard] >= 0 {
            result[shard] = required[shard]
        }
        return result
    }
}
