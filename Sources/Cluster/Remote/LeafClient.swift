// A leaf somewhere else, or next door: the same service over a transport.

import Storage
import SwiftProtobuf

public struct LeafClient: LeafService {
    public let node: LeafNode
    private let transport: any Transport

    public init(node: LeafNode, transport: any Transport) {
        self.node = node
        self.transport = transport
    }

    public func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse {
        let answer = try await transport.call(
            node.address, .search, try request.payload(), deadline: deadline)
        return try MessageCoding.decode(WireSearchResponse.self, answer).response()
    }

    /// Bytes of an answer that is read where it arrives; longer ones would hold up others there.
    private static let shortAnswer = 64 << 10

    public func begin(
        _ request: LeafSearchRequest, deadline: Instant,
        _ done: @escaping @Sendable (Result<LeafSearchResponse, any Error>) -> Void
    ) -> PendingCall {
        let payload: [UInt8]
        do {
            payload = try request.payload()
        } catch {
            done(.failure(error))
            return PendingCall {}
        }
        return transport.begin(node.address, .search, payload, deadline: deadline) { result in
            let read: @Sendable () -> Void = {
                done(
                    result.flatMap { answer in
                        Result {
                            try MessageCoding.decode(WireSearchResponse.self, answer).response()
                        }
                    })
            }
            if case .success(let answer) = result, answer.count > Self.shortAnswer {
                Task { read() }
            } else {
                read()
            }
        }
    }

    public func fetch(
        _ request: LeafFetchRequest, deadline: Instant
    ) async throws -> LeafFetchResponse {
        try await call(.fetch, WireFetchRequest(request), WireFetchResponse.self, deadline)
            .response()
    }

    public func write(
        _ request: LeafWriteRequest, deadline: Instant
    ) async throws -> LeafWriteResponse {
        try await call(.write, WireWriteRequest(request), WireWriteResponse.self, deadline)
            .response()
    }

    public func get(_ request: LeafGetRequest, deadline: Instant) async throws -> LeafGetResponse {
        try await call(.get, WireGetRequest(request), WireGetResponse.self, deadline).response
    }

    public func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse {
        try await call(.refresh, WireRefreshRequest(request), WireRefreshResponse.self, deadline)
            .response()
    }

    public func status(
        _ request: LeafStatusRequest, deadline: Instant
    ) async throws -> LeafStatusResponse {
        var wire = WireStatusRequest()
        if let uuid = request.indexUUID { wire.indexUuid = uuid }
        return try await call(.status, wire, WireStatusResponse.self, deadline).response()
    }

    public func scrub(
        _ request: LeafScrubRequest, deadline: Instant
    ) async throws -> LeafScrubResponse {
        try await call(.scrub, WireScrubRequest(request), WireScrubResponse.self, deadline)
            .response()
    }

    public func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse {
        var wire = WireGenerationsRequest()
        wire.since = request.since
        wire.interested = request.interested
        return try await call(.generations, wire, WireGenerationsResponse.self, deadline).response()
    }

    public func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse {
        try await call(.follow, WireFollowRequest(request), WireFollowResponse.self, deadline)
            .response()
    }

    public func open(
        _ request: LeafOpenRequest, deadline: Instant
    ) async throws -> LeafOpenResponse {
        let answer = try await call(
            .open, WireOpenRequest(request), WireOpenResponse.self, deadline)
        return LeafOpenResponse(failures: try WireShardFailure.failures(answer.failures))
    }

    public func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse {
        try await call(
            .snapshot, WireSnapshotRequest(request), WireSnapshotResponse.self, deadline
        ).response()
    }

    public func drop(_ request: LeafDropRequest, deadline: Instant) async throws {
        var wire = WireDropRequest()
        wire.indexUuid = request.indexUUID
        _ = try await call(.drop, wire, WireNothing.self, deadline)
    }

    public func ping(deadline: Instant) async throws {
        _ = try await transport.call(node.address, .ping, [], deadline: deadline)
    }

    private func call<Answer: Message>(
        _ kind: MessageKind, _ message: some Message, _ answer: Answer.Type, _ deadline: Instant
    ) async throws -> Answer {
        let payload = try MessageCoding.encode(message)
        return try MessageCoding.decode(
            answer, try await transport.call(node.address, kind, payload, deadline: deadline))
    }
}
