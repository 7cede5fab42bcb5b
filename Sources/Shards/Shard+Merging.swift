// Merging in the background: fewer, larger segments without dead documents.

import Segments
import Storage

extension Shard {
    /// Starts a merge when the policy wants one and none is under way.
    public func mergeIfDue() {
        guard settings.worksInBackground, !isMerging, !isClosed, failure == nil, !log.isDeposed,
            retryMergeAt.map({ environment.clock.now >= $0 }) ?? true,
            settings.mergePolicy.choose(mergeCandidates) != nil
        else { return }
        Task {
            do throws(ShardError) {
                while try await self.mergeOnce() {}
            } catch {
                self.postponeMerge(error)
            }
        }
    }

    /// Does the merge that the policy wants most; false when it wants none.
    public func mergeOnce() async throws(ShardError) -> Bool {
        while isMerging {
            await withCheckedContinuation { mergeWaiters.append($0) }
        }
        try checkUsable()
        guard let chosen = settings.mergePolicy.choose(mergeCandidates) else { return false }
        return try await merge(chosen)
    }

    /// Merges until at most `count` segment objects are left, whatever their size.
    public func forceMerge(maximumSegments count: Int) async throws(ShardError) {
        try await flush()
        while true {
            while isMerging {
                await withCheckedContinuation { mergeWaiters.append($0) }
            }
            try checkUsable()
            let candidates = mergeCandidates
            let hasDead = candidates.contains { $0.deleted > 0 }
            guard candidates.count > max(1, count) || hasDead else { return }
            let surplus = max(1, candidates.count - max(1, count) + 1)
            let smallest = candidates.sorted {
                ($0.deleted > 0 ? 0 : 1, $0.liveBytes) < ($1.deleted > 0 ? 0 : 1, $1.liveBytes)
            }.prefix(surplus).map(\.number)
            _ = try await merge(candidates.map(\.number).filter(smallest.contains))
        }
    }

    var mergeCandidates: [MergePolicy.Candidate] {
        contents.segments.filter { $0.stored != nil }.map {
            MergePolicy.Candidate(
                number: $0.number, bytes: $0.bytes.count, documents: $0.reader.documentCount,
                deleted: $0.deletedCount)
        }
    }

    private static let retryDelay: Duration = .seconds(30)

    private func postponeMerge(_ error: ShardError) {
        retryMergeAt = environment.clock.now + Self.retryDelay
        if !isClosed { report("a merge failed; it will be tried again", error) }
    }

    private func merge(_ chosen: [Int]) async throws(ShardError) -> Bool {
        isMerging = true
        defer {
            isMerging = false
            for waiter in mergeWaiters { waiter.resume() }
            mergeWaiters = []
        }
        let inputs = contents.segments.filter { chosen.contains($0.number) }
        let name = newSegmentName()
        segmentsInUse.insert(name)
        defer { segmentsInUse.remove(name) }
        let written = try await rewrite.run(inputs, name: name)
        try await inTurn { () async throws(ShardError) in
            try checkUsable()
            replace(inputs, by: written)
            try await appendCheckpoint()
        }
        await collectGarbage()
        return true
    }
}
