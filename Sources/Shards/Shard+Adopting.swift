// What a copy does at a checkpoint: its stored segments become the listed ones, and what is in
// them leaves memory. Until they are open it goes on with what it has.

import Segments
import Storage

extension Shard {
    /// Starts adopting the newest checkpoint followed, unless that is under way.
    func adoptIfDue() {
        guard settings.worksInBackground, adoption.newest != nil, !adoptingTurn.isTaken,
            !isClosed, failure == nil,
            retryAdoptionAt.map({ environment.clock.now >= $0 }) ?? true
        else { return }
        Task {
            do throws(ShardError) {
                try await self.adopt()
            } catch {
                await self.postponeAdoption(error)
            }
        }
    }

    private static let retryDelay: Duration = .seconds(2)

    /// A segment that is gone means that newer checkpoints are in the log.
    private func postponeAdoption(_ error: ShardError) async {
        retryAdoptionAt = environment.clock.now + Self.retryDelay
        guard !isClosed else { return }
        report("a checkpoint could not be adopted; it will be tried again", error)
        do throws(ShardError) {
            try await catchUp()
        } catch {
            report("the log could not be read", error)
        }
    }

    /// Makes the stored segments those of the newest checkpoint followed. Takes the newest once
    /// more when another came meanwhile.
    func adopt() async throws(ShardError) {
        await adoptingTurn.enter()
        defer { adoptingTurn.leave() }
        while let checkpoint = adoption.begin() {
            do throws(ShardError) {
                try checkUsable()
                let listed = try await open(checkpoint.body)
                let isAdopted = try await logTurn.pass { () async throws(ShardError) in
                    try await adopt(checkpoint, listed)
                }
                adoption.end(adopted: isAdopted)
            } catch {
                adoption.end(adopted: false)
                guard let newest = adoption.newest, newest.slot > checkpoint.slot else {
                    throw error
                }
            }
        }
        retryAdoptionAt = nil
    }

    private func open(_ checkpoint: CheckpointBody) async throws(ShardError) -> [ListedSegment] {
        let known = contents.storedSegments
        var listed: [ListedSegment] = []
        for segment in checkpoint.segments {
            listed.append(try await rewrite.open(segment, known: known[segment.name]))
        }
        return listed
    }

    /// With the log's turn.
    private func adopt(
        _ checkpoint: FollowedCheckpoint, _ listed: [ListedSegment]
    ) async throws(ShardError) -> Bool {
        try checkUsable()
        guard adoption.isOpening(checkpoint) else { return false }
        let changed = adoption.changed(after: checkpoint.slot)
        let boundary = progress.firstNumber(after: checkpoint.body.coveredSlot)
        try await memoryTurn.pass { () async throws(ShardError) in
            let (memory, contents) = (memory, contents)
            try await compute {
                contents.adopt(listed, changed: changed, below: boundary, memory)
            }
            // The same documents in other segments: searches may have them without a refresh.
            if !hasUnpublished { publishSnapshot() }
        }
        progress.cover(checkpoint.body.covered)
        return true
    }

    /// Holds records back while memory is full and a checkpoint would empty it.
    func makeRoom() async throws(ShardError) {
        guard adoption.newest != nil, memoryBytes > ShardSettings.memoryFactor * settings.flushBytes
        else { return }
        do throws(ShardError) {
            try await adopt()
        } catch {
            throw ShardError(
                .overloaded, place: location.description,
                reason: "memory is full, and the newest checkpoint cannot be adopted: \(error)",
                remedy: "try again a little later")
        }
    }
}
