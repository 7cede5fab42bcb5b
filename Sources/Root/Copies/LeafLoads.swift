// What a root knows of how its leaves do.

import Cluster
import Storage
import Synchronization

/// Told of every message about shards that have several copies; of others there is nothing to
/// choose.
final class LeafLoads: Sendable {
    private struct State {
        var loads: [String: LeafLoad] = [:]
        /// Leaves that do not answer this root at all.
        var lost: Set<String> = []
        /// Leaves seen before this are not new to the cluster, only to this root.
        var startedAt: Instant?
    }

    private let state = Mutex(State())

    /// How long after its first message a root takes every leaf it meets for an old one.
    static let acquaintance = Duration.seconds(30)

    /// A copy for each shard.
    func choose(
        _ copies: [[LeafNode]], avoiding avoided: Set<String>, seed: UInt64, at now: Instant
    ) -> [LeafNode] {
        state.withLock { state in
            var selection = CopySelection(
                now: now, avoided: avoided.union(state.lost), seed: seed)
            return copies.map { selection.take($0, state.loads) }
        }
    }

    func began(_ messages: [ScatterTarget], at now: Instant) {
        state.withLock { state in
            let startedAt = state.startedAt ?? now
            state.startedAt = startedAt
            for message in messages {
                let isNew = now - startedAt > Self.acquaintance
                state.loads[message.leaf.name, default: LeafLoad(at: now, isNew: isNew)]
                    .began(shards: message.shards.count, at: now)
            }
        }
    }

    func ended(
        _ message: ScatterTarget, _ outcome: LeafLoad.Outcome, took: Duration, at now: Instant
    ) {
        state.withLock {
            $0.loads[message.leaf.name]?.ended(
                outcome, shards: message.shards.count, took: took, at: now)
        }
    }

    /// These leaves, and no others, are asked only where nobody else can be.
    /// - Returns: Those that were not lost before.
    func lose(_ leaves: Set<String>) -> Set<String> {
        state.withLock { state in
            defer { state.lost = leaves }
            return leaves.subtracting(state.lost)
        }
    }

    func isLost(_ leaf: LeafNode) -> Bool { state.withLock { $0.lost.contains(leaf.name) } }

    /// A leaf that comes back under the same name is a new one.
    func forget(_ leaves: Set<LeafNode>) {
        state.withLock { state in
            for leaf in leaves { state.loads[leaf.name] = nil }
        }
    }
}

extension LeafLoad.Outcome {
    /// What an answer or error says of the leaf itself.
    /// - Parameter isLate: Whether the deadline has passed; calls are called off then, too.
    init(_ result: Result<LeafSearchResponse, any Error>, isLate: Bool) {
        switch result {
        case .success: self = .answered
        case .failure(is CancellationError): self = isLate ? .failed : .abandoned
        case .failure(let error):
            let status = RemoteError(describing: error).status
            // A refused request is an answer, one refused for lack of room is not.
            self = status < 500 && status != 429 ? .answered : .failed
        }
    }
}
