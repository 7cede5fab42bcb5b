// Leaves that hold what the routing table gives them and say so, and do nothing else.

import Storage

@testable import Cluster

struct StatusLeaf: LeafService {
    let name: String
    let routing: RoutingStore
    let indices: [PlacedIndex]
    var isReachable: @Sendable () -> Bool = { true }

    private var refusal: RemoteError { RemoteError(type: "test", reason: name, status: 503) }

    func status(
        _ request: LeafStatusRequest, deadline: Instant
    ) async throws -> LeafStatusResponse {
        guard isReachable() else { throw refusal }
        let table = routing.current
        let shards = indices.flatMap { index in
            table.roles(of: name, indexUUID: index.uuid, shardCount: index.shardCount).map {
                ShardStatus(
                    indexUUID: index.uuid, shard: $0.key, state: .started, role: $0.value,
                    appliedSlot: 1, isCaughtUp: true)
            }
        }
        return LeafStatusResponse(node: NodeReport(name: name), shards: shards)
    }

    func ping(deadline: Instant) async throws {
        guard isReachable() else { throw refusal }
    }

    func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse { throw refusal }
    func fetch(_ request: LeafFetchRequest, deadline: Instant) async throws -> LeafFetchResponse {
        throw refusal
    }
    func write(_ request: LeafWriteRequest, deadline: Instant) async throws -> LeafWriteResponse {
        throw refusal
    }
    func get(_ request: LeafGetRequest, deadline: Instant) async throws -> LeafGetResponse {
        throw refusal
    }
    func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse { throw refusal }
    func scrub(_ request: LeafScrubRequest, deadline: Instant) async throws -> LeafScrubResponse {
        throw refusal
    }
    func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse { throw refusal }
    func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse { throw refusal }
    func open(_ request: LeafOpenRequest, deadline: Instant) async throws -> LeafOpenResponse {
        throw refusal
    }
    func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse { throw refusal }
    func drop(_ request: LeafDropRequest, deadline: Instant) async throws { throw refusal }
}
