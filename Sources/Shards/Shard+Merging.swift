// Merging in the background: fewer, larger segments without dead documents.

import Segments
import Storage

extension Shard {
    /// Starts a merge when the policy wants one and none is under way.
    public func mergeIfDue() {
        guard settings.worksInBackground, !rewritingStored.isTaken, !isClosed, failure == nil,
            stand.log != nil,
            retryMergeAt.map({ environment.clock.now >= $0 }) ?? true,
            choose(mergeCandidates) != nil
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
        await rewritingStored.enter()
        defer { rewritingStored.leave() }
        try checkUsable()
        _ = try owned()
        guard let chosen = choose(mergeCandidates) else { return false }
        try await merge(chosen)
        return true
    }

    /// Merges until at most `count` segment objects are left, whatever their size.
    public func forceMerge(maximumSegments count: Int) async throws(ShardError) {
        try await flush()
        await rewritingStored.enter()
        defer { rewritingStored.leave() }
        while true {
            try checkUsable()
            let candidates = mergeCandidates
            let hasDead = candidates.contains { $0.deleted > 0 }
            guard candidates.count > max(1, count) || hasDead else { return }
            let surplus = max(1, candidates.count - max(1, count) + 1)
            let smallest = candidates.sorted {
                ($0.deleted > 0 ? 0 : 1, $0.liveBytes) < ($1.deleted > 0 ? 0 : 1, $1.liveBytes)
            }.prefix(surplus).map(\.number)
            try await merge(candidates.map(\.number).filter(smallest.contains))
        }
    }

    /// Starts making one segment of many in memory, as refreshes leave them behind.
    func compactIfDue() {
        guard settings.worksInBackground, !rewritingMemory.isTaken, !isClosed, failure == nil,
            choose(memoryCandidates) != nil
        else { return }
        Task {
            do throws(ShardError) {
                _ = try await self.compactMemory()
            } catch {
                if !self.isClosed { self.report("segments in memory could not be merged", error) }
            }
        }
    }

    /// Merges segments in memory as the policy wants it, in memory; false when it wants nothing.
    func compactMemory() async throws(ShardError) -> Bool {
        await rewritingMemory.enter()
        defer { rewritingMemory.leave() }
        try checkUsable()
        guard let chosen = choose(memoryCandidates) else { return false }
        let inputs = contents.segments.filter { chosen.contains($0.number) }
        let written = try await rewrite.runInMemory(inputs, name: "memory-\(chosen[0])")
        return try await logTurn.pass { () async throws(ShardError) in
            try checkUsable()
            guard contents.holds(inputs) else { return false }
            await replace(inputs, by: contents.successor(of: inputs, written))
            return true
        }
    }

    private func choose(_ candidates: [MergePolicy.Candidate]) -> [Int]? {
        settings.mergePolicy.choose(
            candidates, isQuiet: settings.worksInBackground && isQuiet)
    }

    var mergeCandidates: [MergePolicy.Candidate] { candidates { $0.stored != nil } }
    private var memoryCandidates: [MergePolicy.Candidate] { candidates { $0.stored == nil } }

    private func candidates(
        _ isIncluded: (SegmentEntry) -> Bool
    ) -> [MergePolicy.Candidate] {
        contents.segments.filter(isIncluded).map {
            MergePolicy.Candidate(
                number: $0.number, bytes: $0.bytes.count, documents: $0.reader.documentCount,
                deleted: $0.deletedCount)
        }
    }

    private static let retryDelay: Duration = .seconds(30)

    func postponeMerge(_ error: ShardError) {
        retryMergeAt = environment.clock.now + Self.retryDelay
        if !isClosed { report("a merge failed; it will be tried again", error) }
    }

    func merge(_ chosen: [Int]) async throws(ShardError) {
        let fence = try owned().fence
        let inputs = contents.segments.filter { chosen.contains($0.number) }
        let name = newSegmentName(fence)
        segmentsInUse.insert(name)
        defer { segmentsInUse.remove(name) }
        let written = try await rewrite.run(
            inputs, name: name, reordering: settings.reordering)
        try await logTurn.pass { () async throws(ShardError) in
            try checkOwner(fence)
            // A roll-back has put others in their place.
            guard contents.holds(inputs) else { return }
            try await publish(written, inPlaceOf: inputs)
        }
        await collectGarbage()
    }
}
