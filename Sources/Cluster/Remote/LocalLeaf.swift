// A leaf of this process, asked without a transport: its errors are those that would have
// travelled.

import Storage

public struct LocalLeaf: LeafService {
    private let leaf: any LeafService

    public init(_ leaf: any LeafService) {
        self.leaf = leaf
    }

    public var executor: (any TaskExecutor)? { leaf.executor }

    public func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse {
        try await described { try await leaf.search(request, deadline: deadline) }
    }

    public func fetch(
        _ request: LeafFetchRequest, deadline: Instant
    ) async throws -> LeafFetchResponse {
        try await described { try await leaf.fetch(request, deadline: deadline) }
    }

    public func write(
        _ request: LeafWriteRequest, deadline: Instant
    ) async throws -> LeafWriteResponse {
        try await described { try await leaf.write(request, deadline: deadline) }
    }

    public func get(_ request: LeafGetRequest, deadline: Instant) async throws -> LeafGetResponse {
        try await described { try await leaf.get(request, deadline: deadline) }
    }

    public func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse {
        try await described { try await leaf.refresh(request, deadline: deadline) }
    }

    public func status(
        _ request: LeafStatusRequest, deadline: Instant
    ) async throws -> LeafStatusResponse {
        try await described { try await leaf.status(request, deadline: deadline) }
    }

    public func scrub(
        _ request: LeafScrubRequest, deadline: Instant
    ) async throws -> LeafScrubResponse {
        try await described { try await leaf.scrub(request, deadline: deadline) }
    }

    public func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse {
        try await described { try await leaf.generations(request, deadline: deadline) }
    }

    public func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse {
        try await described { try await leaf.follow(request, deadline: deadline) }
    }

    public func open(
        _ request: LeafOpenRequest, deadline: Instant
    ) async throws -> LeafOpenResponse {
        try await described { try await leaf.open(request, deadline: deadline) }
    }

    public func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse {
        try await described { try await leaf.snapshot(request, deadline: deadline) }
    }

    public func drop(_ request: LeafDropRequest, deadline: Instant) async throws {
        try await described { try await leaf.drop(request, deadline: deadline) }
    }

    private func described<Answer: Sendable>(
        _ call: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await call()
        } catch {
            try Task.checkCancellation()
            throw RemoteError(describing: error)
        }
    }
}
