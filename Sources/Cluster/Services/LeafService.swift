// What a leaf does for a root. `Leaf` implements it, `LeafClient` reaches it over a transport.

import Storage

/// All methods throw `RemoteError` for what the leaf refuses as a whole; what fails for some shards
/// only is in the answer.
public protocol LeafService: Sendable {
    /// Where tasks that call it best run: a leaf in this process answers on its compute pool. Nil:
    /// where tasks run.
    var executor: (any TaskExecutor)? { get }

    /// Collects the best hits, totals and facets of the named shards, and their true statistics.
    func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse

    /// The same for who would rather be told than wait. `done` is told once, and must not stay
    /// long.
    func begin(
        _ request: LeafSearchRequest, deadline: Instant,
        _ done: @escaping @Sendable (Result<LeafSearchResponse, any Error>) -> Void
    ) -> PendingCall

    /// Reads sources and highlights of hits found under a pin.
    func fetch(_ request: LeafFetchRequest, deadline: Instant) async throws -> LeafFetchResponse

    /// Writes, durably. Operations fail one by one in their outcomes.
    func write(_ request: LeafWriteRequest, deadline: Instant) async throws -> LeafWriteResponse

    /// The newest acknowledged version of one document, refreshed or not.
    func get(_ request: LeafGetRequest, deadline: Instant) async throws -> LeafGetResponse

    /// Makes all that was written so far visible; with `flush` also stores it as segments.
    func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse

    func status(_ request: LeafStatusRequest, deadline: Instant) async throws -> LeafStatusResponse

    /// Has stored bytes read again, and tells what was found when they last were.
    func scrub(_ request: LeafScrubRequest, deadline: Instant) async throws -> LeafScrubResponse

    /// Long poll: answers at once when something became visible after `since`, else when something
    /// does, else shortly before the deadline with nothing new.
    func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse

    /// Long poll: answers at once when a shard has a record after its position, or is not followed
    /// here; else when one has, else `LeafFollowRequest.answeringBefore` the deadline with what is
    /// known.
    func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse

    /// Opens the shards that are not open yet.
    func open(_ request: LeafOpenRequest, deadline: Instant) async throws -> LeafOpenResponse

    /// Keeps states of shards this leaf owns, lets them go, or goes back to them.
    func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse

    /// Closes the index's shards and deletes everything they stored, unless a snapshot names it.
    func drop(_ request: LeafDropRequest, deadline: Instant) async throws

    /// Returns when the leaf has answered, whatever state its shards are in.
    func ping(deadline: Instant) async throws
}

extension LeafService {
    public var executor: (any TaskExecutor)? { nil }

    /// A leaf of this process can be reached.
    public func ping(deadline: Instant) async throws {}

    /// As a task, where it best runs.
    public func begin(
        _ request: LeafSearchRequest, deadline: Instant,
        _ done: @escaping @Sendable (Result<LeafSearchResponse, any Error>) -> Void
    ) -> PendingCall {
        let task = Task(executorPreference: executor) {
            do {
                done(.success(try await search(request, deadline: deadline)))
            } catch {
                done(.failure(error))
            }
        }
        return PendingCall { task.cancel() }
    }
}
