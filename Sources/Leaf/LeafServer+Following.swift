// What this leaf tells the copies of its shards on other leaves, and how its own copies come to
// know what an answer must be computed from.

import Cluster
import Shards
import Storage

extension LeafServer {
    /// How long a search waits for what the owner streams before it looks into the log itself.
    private static let streamPatience = Duration.milliseconds(100)

    public func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse {
        let limit = max(world.clock.now, deadline - LeafFollowRequest.answeringBefore)
        await learn(request)
        while true {
            let sequence = commits.sequence
            let shards = news(request)
            let hasNews = shards.contains { !$0.records.isEmpty || $0.isBehind || !$0.isOwner }
            if hasNews || world.clock.now >= limit { return LeafFollowResponse(shards: shards) }
            await commits.wait(since: sequence, until: limit, clock: world.clock)
            try Task.checkCancellation()
        }
    }

    /// A copy that has more than its owner has it from another owner.
    private func learn(_ request: LeafFollowRequest) async {
        for position in request.positions {
            let key = ShardKey(indexUUID: position.indexUUID, shard: position.shard)
            guard let shard = table.openShard(key), shard.role == .owner,
                position.slot > Int64(shard.appliedSlot) + 1
            else { continue }
            // What cannot be listed now is asked again with the next poll.
            try? await shard.stepDownIfOvertaken()
        }
    }

    private func news(_ request: LeafFollowRequest) -> [FollowedShard] {
        var room = LeafFollowResponse.recordBytes
        return request.positions.map { position in
            var followed = FollowedShard(
                indexUUID: position.indexUUID, shard: position.shard, isOwner: false)
            let key = ShardKey(indexUUID: position.indexUUID, shard: position.shard)
            guard let shard = table.openShard(key), shard.role == .owner else { return followed }
            followed.isOwner = true
            followed.committedSlot = Int64(shard.appliedSlot)
            guard room > 0 else { return followed }
            switch shard.records(after: UInt64(max(0, position.slot)), byteLimit: room) {
            case .none: break
            case .behind: followed.isBehind = true
            case .records(let records):
                followed.records = records
                room -= records.reduce(0) { $0 + $1.count }
            }
            return followed
        }
    }

    /// Waits until searches of the shard see the slot.
    func makeVisible(
        _ slot: Int64, _ shard: Shard, deadline: Instant
    ) async throws {
        guard shard.snapshot.visibleSlot < slot else { return }
        try await awaitApplied(slot, shard, deadline: deadline)
        try await shard.ensureVisible(slot)
    }

    /// Waits a moment for the stream to bring the record. Whoever needs more reads the log.
    func awaitApplied(_ slot: Int64, _ shard: Shard, deadline: Instant) async throws {
        let limit = min(deadline, world.clock.now + Self.streamPatience)
        while Int64(shard.appliedSlot) < slot, shard.role == .copy, world.clock.now < limit {
            let sequence = commits.sequence
            guard Int64(shard.appliedSlot) < slot else { return }
            await commits.wait(since: sequence, until: limit, clock: world.clock)
            try Task.checkCancellation()
        }
    }
}
