// The other end of `LeafClient`: reads messages, asks the leaf, writes its answers.

import Storage

public struct LeafDispatcher: MessageHandler {
    private let leaf: any LeafService

    public init(_ leaf: any LeafService) {
        self.leaf = leaf
    }

    /// What computes runs where the leaf computes, from reading its message to writing its answer.
    public func executor(for kind: MessageKind) -> (any TaskExecutor)? {
        switch kind {
        case .search, .fetch: leaf.executor
        case .write, .get, .refresh, .status, .scrub, .generations, .follow, .open, .snapshot,
            .drop, .ping:
            nil
        }
    }

    public func handle(
        _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        switch kind {
        case .search:
            let request = try MessageCoding.decode(WireSearchRequest.self, payload).request()
            let response = try await leaf.search(request, deadline: deadline)
            return try MessageCoding.encode(WireSearchResponse(response))
        case .fetch:
            let request = try MessageCoding.decode(WireFetchRequest.self, payload).request()
            let response = try await leaf.fetch(request, deadline: deadline)
            return try MessageCoding.encode(WireFetchResponse(response))
        case .write:
            let request = try MessageCoding.decode(WireWriteRequest.self, payload).request()
            let response = try await leaf.write(request, deadline: deadline)
            return try MessageCoding.encode(WireWriteResponse(response))
        case .get:
            let request = try MessageCoding.decode(WireGetRequest.self, payload).request()
            let response = try await leaf.get(request, deadline: deadline)
            return try MessageCoding.encode(WireGetResponse(response))
        case .refresh:
            let request = try MessageCoding.decode(WireRefreshRequest.self, payload).request()
            let response = try await leaf.refresh(request, deadline: deadline)
            return try MessageCoding.encode(WireRefreshResponse(response))
        case .follow:
            let request = try MessageCoding.decode(WireFollowRequest.self, payload).request()
            let response = try await leaf.follow(request, deadline: deadline)
            return try MessageCoding.encode(WireFollowResponse(response))
        case .status, .scrub, .generations, .open, .snapshot, .drop, .ping:
            return try await administer(kind, payload, deadline)
        }
    }

    private func administer(
        _ kind: MessageKind, _ payload: [UInt8], _ deadline: Instant
    ) async throws -> [UInt8] {
        switch kind {
        case .status:
            let wire = try MessageCoding.decode(WireStatusRequest.self, payload)
            let request = LeafStatusRequest(indexUUID: wire.hasIndexUuid ? wire.indexUuid : nil)
            let response = try await leaf.status(request, deadline: deadline)
            return try MessageCoding.encode(WireStatusResponse(response))
        case .scrub:
            let request = try MessageCoding.decode(WireScrubRequest.self, payload).request()
            let response = try await leaf.scrub(request, deadline: deadline)
            return try MessageCoding.encode(WireScrubResponse(response))
        case .generations:
            let wire = try MessageCoding.decode(WireGenerationsRequest.self, payload)
            let response = try await leaf.generations(
                LeafGenerationsRequest(since: wire.since, interested: wire.interested),
                deadline: deadline)
            return try MessageCoding.encode(WireGenerationsResponse(response))
        case .open:
            let request = try MessageCoding.decode(WireOpenRequest.self, payload).request()
            let response = try await leaf.open(request, deadline: deadline)
            var wire = WireOpenResponse()
            wire.failures = try WireShardFailure.list(response.failures)
            return try MessageCoding.encode(wire)
        case .snapshot:
            let request = try MessageCoding.decode(WireSnapshotRequest.self, payload).request()
            let response = try await leaf.snapshot(request, deadline: deadline)
            return try MessageCoding.encode(WireSnapshotResponse(response))
        case .drop:
            let wire = try MessageCoding.decode(WireDropRequest.self, payload)
            let uuid = try MessageCoding.indexUUID(wire.indexUuid)
            try await leaf.drop(LeafDropRequest(indexUUID: uuid), deadline: deadline)
            return try MessageCoding.encode(WireNothing())
        default:
            return payload
        }
    }
}
