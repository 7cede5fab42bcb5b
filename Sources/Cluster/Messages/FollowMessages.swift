// Following an owner's log as messages.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireFollowRequest {
    init(_ request: LeafFollowRequest) throws(RemoteError) {
        self.init()
        for position in request.positions {
            var wire = WireFollowPosition()
            wire.indexUuid = position.indexUUID
            wire.shard = try MessageCoding.unsigned(position.shard, "a shard")
            wire.slot = position.slot
            positions.append(wire)
        }
    }

    func request() throws(RemoteError) -> LeafFollowRequest {
        var all: [FollowPosition] = []
        for position in positions {
            all.append(
                FollowPosition(
                    indexUUID: try MessageCoding.indexUUID(position.indexUuid),
                    shard: try MessageCoding.shard(position.shard), slot: position.slot))
        }
        return LeafFollowRequest(positions: all)
    }
}

extension WireFollowResponse {
    init(_ response: LeafFollowResponse) throws(RemoteError) {
        self.init()
        for shard in response.shards {
            var wire = WireFollowedShard()
            wire.indexUuid = shard.indexUUID
            wire.shard = try MessageCoding.unsigned(shard.shard, "a shard")
            wire.records = shard.records.map { Data($0) }
            wire.committedSlot = shard.committedSlot
            wire.isBehind = shard.isBehind
            wire.isOwner = shard.isOwner
            shards.append(wire)
        }
    }

    func response() throws(RemoteError) -> LeafFollowResponse {
        var all: [FollowedShard] = []
        for shard in shards {
            all.append(
                FollowedShard(
                    indexUUID: try MessageCoding.indexUUID(shard.indexUuid),
                    shard: try MessageCoding.shard(shard.shard),
                    records: shard.records.map { Array($0) }, committedSlot: shard.committedSlot,
                    isBehind: shard.isBehind, isOwner: shard.isOwner))
        }
        return LeafFollowResponse(shards: all)
    }
}
