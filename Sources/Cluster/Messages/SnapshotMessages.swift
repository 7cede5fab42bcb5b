// States that shards keep, and going back to them, as messages.

import Queries

extension WireSnapshotRequest {
    init(_ request: LeafSnapshotRequest) throws(RemoteError) {
        self.init()
        indexUuid = request.indexUUID
        for shard in request.shards {
            shards.append(try MessageCoding.unsigned(shard, "a shard"))
        }
        switch request.action {
        case .keep(let id, let name): (action, self.id, self.name) = (0, id, name)
        case .letGo(let id): (action, self.id) = (1, id)
        case .rollBack(let id): (action, self.id) = (2, id)
        case .rollBackToPrevious: action = 3
        }
    }

    func request() throws(RemoteError) -> LeafSnapshotRequest {
        let asked: SnapshotAction
        switch action {
        case 0: asked = .keep(id: id, name: name)
        case 1: asked = .letGo(id: id)
        case 2: asked = .rollBack(id: id)
        case 3: asked = .rollBackToPrevious
        default: throw .malformed("snapshot action \(action) is unknown here")
        }
        return LeafSnapshotRequest(
            indexUUID: try MessageCoding.indexUUID(indexUuid),
            shards: try MessageCoding.shards(shards), action: asked)
    }
}

extension WireSnapshotResponse {
    init(_ response: LeafSnapshotResponse) throws(RemoteError) {
        self.init()
        for shard in response.shards {
            var wire = WireKeptShard()
            wire.shard = try MessageCoding.unsigned(shard.shard, "a shard")
            wire.slot = shard.state.slot
            wire.documents = shard.state.documents
            wire.bytes = shard.state.bytes
            wire.visibleSlot = shard.visibleSlot
            shards.append(wire)
        }
        failures = try WireShardFailure.list(response.failures)
    }

    func response() throws(RemoteError) -> LeafSnapshotResponse {
        var all: [LeafSnapshotResponse.Shard] = []
        for shard in shards {
            all.append(
                LeafSnapshotResponse.Shard(
                    shard: try MessageCoding.shard(shard.shard),
                    state: SnapshotShard(
                        slot: shard.slot, documents: shard.documents, bytes: shard.bytes),
                    visibleSlot: shard.visibleSlot))
        }
        return LeafSnapshotResponse(
            shards: all, failures: try WireShardFailure.failures(failures))
    }
}
