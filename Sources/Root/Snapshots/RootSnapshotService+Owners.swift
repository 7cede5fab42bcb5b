// Asking the owners of all shards of an index to keep, let go or roll back.

import Cluster
import Queries
import Storage

extension RootSnapshotService {
    struct OwnerAnswers {
        /// In order of their numbers.
        var shards: [LeafSnapshotResponse.Shard] = []
        var failures: [ShardFailure] = []
    }

    /// Asks those that do not answer, or are not the owners any more, or not yet, again for a
    /// while. What may have been done is asked again unless that would do something else: whoever
    /// goes back to the previous checkpoint twice is where they were.
    func askOwners(
        of index: IndexMetadata, to action: SnapshotAction
    ) async throws -> OwnerAnswers {
        let start = world.clock.now
        let deadline = start + configuration.writeTimeout
        var answers = OwnerAnswers()
        var waiting = Set(0..<index.shardCount)
        var tries = 0
        while true {
            let found = try await askOnce(index, waiting, action, deadline)
            answers.shards += found.shards
            let now = world.clock.now
            let isPatient = now - start < RetryPolicy.refusalPatience
            let again = found.failures.filter { isPatient && Self.mayRepeat(action, $0) }
            waiting = Set(again.map(\.shard))
            answers.failures += found.failures.filter { !waiting.contains($0.shard) }
            let next = now + RetryPolicy.delay(afterTries: tries)
            if waiting.isEmpty || next >= deadline { break }
            tries += 1
            await directory.reload(clock: world.clock, until: next)
            try await world.clock.sleep(until: next)
        }
        answers.shards.sort { $0.shard < $1.shard }
        answers.failures.sort { $0.shard < $1.shard }
        return answers
    }

    private static func mayRepeat(_ action: SnapshotAction, _ failure: ShardFailure) -> Bool {
        switch action {
        case .keep, .letGo, .rollBack:
            [RemoteError.noShardType, RemoteError.unreachableType, RemoteError.unavailableType]
                .contains(failure.type)
        case .rollBackToPrevious: failure.type == RemoteError.noShardType
        }
    }

    private func askOnce(
        _ index: IndexMetadata, _ shards: Set<Int>, _ action: SnapshotAction, _ deadline: Instant
    ) async throws -> OwnerAnswers {
        let whole = ScatterPlan(index: index, ownersIn: directory.routing)
        let targets = whole.narrowed { shard, _ in shards.contains(shard) }.targets
        let calls = targets.map { target in
            let service = directory.service(target.leaf)
            let request = LeafSnapshotRequest(
                indexUUID: index.uuid, shards: target.shards, action: action)
            return DeadlineGroup.Call(to: target.leaf) {
                try await service.snapshot(request, deadline: deadline)
            }
        }
        let results = try await DeadlineGroup.run(
            calls, deadline: deadline, clock: world.clock, directory: directory)
        var answers = OwnerAnswers()
        answers.failures = whole.unassignedFailures.filter { shards.contains($0.shard) }
        for (target, result) in zip(targets, results) {
            do {
                let response = try result.get()
                answers.shards += response.shards
                answers.failures += response.failures
            } catch {
                let remote = RemoteError(describing: error)
                answers.failures += target.shards.map {
                    ShardFailure(
                        index: index.name, shard: $0, node: target.leaf.name, type: remote.type,
                        reason: remote.reason)
                }
            }
        }
        return answers
    }
}
