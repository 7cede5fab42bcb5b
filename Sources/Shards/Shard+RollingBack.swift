// Going back to an earlier state: one checkpoint, which replaces what the records before it wrote.
// Slots and sequence numbers go on, so nothing that was handed out is handed out again.

import Analysis
import Segments
import Storage

extension Shard {
    /// Everything written since that state is gone at once, for searches too. Fields that were
    /// added since stay, and so do the answers remembered for idempotency keys: a request that is
    /// repeated is answered as before, and not done again.
    public func rollBack(to state: EarlierState) async throws(ShardError) -> RolledBack {
        await rewritingMemory.enter()
        defer { rewritingMemory.leave() }
        try checkUsable()
        let fence = try owned().fence
        // Opens what is not here while writes go on; what fails is told of the second time.
        let ahead = try? await open(earlier(state), known: contents.storedSegments)
        let rolledBack = try await logTurn.pass { () async throws(ShardError) in
            try checkOwner(fence)
            let known = contents.storedSegments.merging(
                ahead?.contents.storedSegments ?? [:]
            ) { here, _ in here }
            let found = try await earlier(state)
            let opened = try await open(found, known: known)
            let name = newSegmentName(fence)
            segmentsInUse.insert(name)
            defer { segmentsInUse.remove(name) }
            try await store(opened, name)
            try await replaceContents(with: opened.contents)
            return RolledBack(
                slot: Int64(found.checkpointSlot), newSlot: Int64(stand.position.slot),
                documents: contents.segments.reduce(0) { $0 + $1.liveCount })
        }
        await collectGarbage()
        return rolledBack
    }

    private func earlier(
        _ state: EarlierState
    ) async throws(ShardError) -> LogReader.Recovered {
        switch state {
        case .kept(let id):
            guard let kept = progress.kept.first(where: { $0.id == id }) else {
                throw ShardError(
                    .notKept, place: location.description,
                    reason: "no state '\(id)' is kept",
                    remedy: "see which snapshots there are: GET /_snapshot")
            }
            return LogReader.Recovered(checkpoint: kept.body, checkpointSlot: kept.slot)
        case .previous:
            let driver = LogReaderDriver(location: location, environment: environment)
            guard let newest = collection.newest,
                var found = try await driver.run(before: newest.slot), found.checkpoint != nil
            else {
                throw refused(
                    "the shard has no checkpoint before its newest",
                    "make snapshots to have something to go back to")
            }
            // The state at that checkpoint, not what came between the two.
            found.records.removeAll { $0.record.slot > found.checkpointSlot }
            return found
        }
    }

    private func open(
        _ found: LogReader.Recovered, known: [String: SegmentEntry]
    ) async throws(ShardError) -> OpenedShard {
        try await ShardReplay(location: location, environment: environment)
            .run(found, schema: progress.schema, known: known)
    }

    /// Puts documents that are in records only into a segment object.
    private func store(_ opened: OpenedShard, _ name: String) async throws(ShardError) {
        let contents = opened.contents
        try await compute { try contents.seal(opened.memory) }
        let inputs = contents.segments.filter { $0.stored == nil }
        let written = try await rewrite.run(inputs, name: name)
        contents.replace(inputs, by: contents.successor(of: inputs, written))
    }

    // MARK: With the log's turn

    /// The shard holds what the other does, in segment objects, and nothing else.
    func replaceContents(with other: ShardContents) async throws(ShardError) {
        try await appendCheckpoint(
            listing: other.segments, covering: stand.position, from: other)
        await memoryTurn.enter()
        defer { memoryTurn.leave() }
        progress.newestBatch = stand.position.slot
        contents.become(other)
        memory.discard()
        noteApplied()
        publishSnapshot()
    }
}
