// What went wrong with single shards of a scatter, and which of it is told in the end.

import Cluster
import Queries

/// A copy that did not answer for a shard.
struct ShardLoss: Sendable {
    let shard: Int
    let leaf: String
    let type: String
    let reason: String
    /// Whether another copy may do better.
    let isWorthAsking: Bool
    /// The leaf has too much to do.
    let isRefusal: Bool

    /// The leaf failed as a whole.
    init(shard: Int, leaf: String, error: RemoteError, mayRestart: Bool) {
        self.shard = shard
        self.leaf = leaf
        type = error.type
        reason = error.reason
        isRefusal = error.status == 429
        // What is the request's own fault is so everywhere, and after a deadline there is no time.
        isWorthAsking =
            isRefusal || (error.status >= 500 && error.status != 504)
            || (error.type == RemoteError.missingPinType && !mayRestart)
    }

    /// The leaf answered for others, and said this of it.
    init(shard: Int, leaf: String, failure: ShardFailure?) {
        self.shard = shard
        self.leaf = failure?.node ?? leaf
        type = failure?.type ?? RemoteError.malformedType
        reason = failure?.reason ?? "the leaf's answer left the shard out"
        isRefusal = false
        isWorthAsking = Self.unavailableTypes.contains(type)
    }

    /// What a leaf says of a shard that another copy may have.
    private static let unavailableTypes: Set<String> = [
        RemoteError.noShardType, RemoteError.corruptShardType, RemoteError.malformedType,
        RemoteError.cancelledType, RemoteError.unreachableType, RemoteError.unavailableType,
    ]

    /// How much it tells of why there is no answer, compared with other losses of the shard.
    fileprivate var weight: Int {
        switch type {
        case RemoteError.unreachableType: 0
        case RemoteError.noShardType: 1
        case RemoteError.timeoutType: 3
        default: 2
        }
    }
}

/// Empty, and free of cost, while nothing goes wrong.
struct ShardLosses: Sendable {
    /// Copies that may refuse a shard for having too much to do before it is given up.
    private static let maximumRefusals = 1

    let indexName: String
    private var byShard: [Int: (losses: [ShardLoss], isGivenUp: Bool)] = [:]

    init(indexName: String) {
        self.indexName = indexName
    }

    func isGivenUp(_ shard: Int) -> Bool { byShard[shard]?.isGivenUp ?? false }

    /// Overload is not answered by asking everybody.
    func mayAskElsewhere(_ loss: ShardLoss) -> Bool {
        guard loss.isRefusal else { return loss.isWorthAsking }
        let refusals = byShard[loss.shard]?.losses.count { $0.isRefusal } ?? 0
        return refusals < Self.maximumRefusals
    }

    /// Another copy is asked.
    mutating func note(_ loss: ShardLoss) {
        byShard[loss.shard, default: ([], false)].losses.append(loss)
    }

    mutating func giveUp(_ loss: ShardLoss) {
        note(loss)
        byShard[loss.shard]?.isGivenUp = true
    }

    /// One for each shard that was given up: the last of what tells most, and who failed beside.
    var failures: [ShardFailure] {
        byShard.compactMap { shard, entry in
            guard entry.isGivenUp, let most = entry.losses.map(\.weight).max(),
                let told = entry.losses.lastIndex(where: { $0.weight == most })
            else { return nil }
            var reason = entry.losses[told].reason
            let others = entry.losses.indices.filter { $0 != told }.map { place in
                "\(entry.losses[place].leaf) (\(entry.losses[place].type))"
            }
            if !others.isEmpty {
                reason += "; nor did its other copies answer: " + others.joined(separator: ", ")
            }
            return ShardFailure(
                index: indexName, shard: shard, node: entry.losses[told].leaf,
                type: entry.losses[told].type, reason: reason)
        }
    }
}
