// Flushing: documents in memory become a segment object, and a checkpoint makes their records
// unnecessary. Writes go on meanwhile.

import Segments
import Storage

extension Shard {
    /// Moves everything acknowledged so far into segment objects and checkpoints it.
    public func flush() async throws(ShardError) {
        await rewritingMemory.enter()
        defer { rewritingMemory.leave() }
        try checkUsable()
        _ = try owned()
        guard progress.newestBatch > progress.covered.slot else { return }
        try await flushOnce()
        await collectGarbage()
    }

    func flushIfDue() {
        guard settings.worksInBackground, !rewritingMemory.isTaken, !isClosed, failure == nil,
            stand.log != nil, retryFlushAt.map({ environment.clock.now >= $0 }) ?? true,
            max(progress.logBytes, memoryBytes)
                >= settings.flushBytes / (isQuiet ? ShardSettings.quietShare : 1)
        else { return }
        Task {
            do throws(ShardError) {
                try await self.flush()
            } catch {
                self.postponeFlush(error)
            }
        }
    }

    /// Whether nobody has written lately.
    var isQuiet: Bool { environment.clock.now - lastWrite >= settings.quietAfter }

    private static let retryDelay: Duration = .seconds(2)

    private func postponeFlush(_ error: ShardError) {
        retryFlushAt = environment.clock.now + Self.retryDelay
        if !isClosed { report("a flush failed; it will be tried again", error) }
    }

    /// Holds writes back while memory is full. What is in memory is in the log too, so nothing
    /// is lost by waiting, and clients are refused once the queue is full.
    func waitForMemory() async {
        while settings.worksInBackground, !isClosed, failure == nil, canAppend,
            memoryBytes > ShardSettings.memoryFactor * settings.flushBytes,
            // What is in segment objects cannot leave memory by being flushed.
            progress.newestBatch > progress.covered.slot
        {
            do throws(ShardError) {
                try await flush()
            } catch {
                postponeFlush(error)
                do { try await environment.clock.sleep(for: Self.retryDelay) } catch { return }
            }
        }
    }

    func flushOnce() async throws(ShardError) {
        let fence = try owned().fence
        let (inputs, mark) = try await logTurn.pass {
            () async throws(ShardError) -> ([SegmentEntry], LogPosition) in
            try checkOwner(fence)
            try await memoryTurn.pass { () async throws(ShardError) in try await seal() }
            return (contents.segments.filter { $0.stored == nil }, markForCheckpoint())
        }
        let name = newSegmentName(fence)
        segmentsInUse.insert(name)
        defer { segmentsInUse.remove(name) }
        let written = try await rewrite.run(inputs, name: name)
        try await logTurn.pass { () async throws(ShardError) in
            try checkOwner(fence)
            try await publish(written, inPlaceOf: inputs, covering: mark)
        }
    }

    nonisolated var rewrite: SegmentRewrite {
        SegmentRewrite(location: location, environment: environment, stop: isStopping)
    }

    func newSegmentName(_ fence: UInt64) -> String {
        "\(fence)-\(environment.random.nextName())"
    }

    // MARK: With the log's turn

    /// How far a checkpoint made from now on may cover the log. Who reads the records after that
    /// starts with the checkpoint's mapping, which may be another than theirs: it can grow until
    /// then, or come back from a backup. So the next batch says its own.
    func markForCheckpoint() -> LogPosition {
        progress.repeatSchema()
        return stand.position
    }

    /// Puts a rewritten segment in the place of its inputs, with the deletions that came since,
    /// once a checkpoint lists it: the stored segments are always those of the newest checkpoint.
    func publish(
        _ written: SegmentRewrite.Written?, inPlaceOf inputs: [SegmentEntry],
        covering mark: LogPosition? = nil
    ) async throws(ShardError) {
        let successor = contents.successor(of: inputs, written)
        let numbers = Set(inputs.map(\.number))
        let kept = contents.segments.filter { !numbers.contains($0.number) }
        try await appendCheckpoint(
            listing: kept + (successor.map { [$0] } ?? []), covering: mark ?? progress.covered)
        await replace(inputs, by: successor)
    }

    func replace(_ inputs: [SegmentEntry], by successor: SegmentEntry?) async {
        await memoryTurn.enter()
        defer { memoryTurn.leave() }
        contents.replace(inputs, by: successor)
        // The same documents in other segments: searches may have them without a refresh.
        if !hasUnpublished { publishSnapshot() }
    }

    /// Lists segment objects. A flush covers more of the log than the checkpoint before it; a
    /// merge covers the same.
    /// - Parameters:
    ///   - kept: what is kept from now on; nil: what was.
    ///   - other: where the entries are from, when they replace what is here.
    func appendCheckpoint(
        listing entries: [SegmentEntry], covering mark: LogPosition,
        keeping kept: [KeptCheckpoint]? = nil, from other: ShardContents? = nil
    ) async throws(ShardError) {
        var body = CheckpointBody(
            coveredSlot: mark.slot, coveredDigest: mark.digest,
            newestBatch: progress.newestBatch, nextSequenceNumber: progress.nextSequenceNumber,
            schema: [], terms: progress.terms, segments: [],
            tombstones: (other ?? contents).with { $0.tombstones.entries },
            answers: [], replaces: other != nil, kept: kept ?? progress.kept)
        // Whoever looks at slots sees that the documents are others now.
        if other != nil { body.newestBatch = stand.position.slot + 1 }
        let listed = entries.filter { $0.stored != nil && $0.liveCount > 0 }
        let progress = progress
        let create = try await commitRecord(.checkpoint, version: body.version) { [body] in
            var body = body
            body.schema = progress.schema.encoded()
            body.segments = listed.compactMap { CheckpointBody.Segment($0) }
            body.answers = progress.answers.entries
            return body.encoded()
        }
        self.progress.noteLogged(progress.schema, generation: progress.schemaGeneration)
        self.progress.kept = body.kept
        self.progress.cover(mark)
        collection.note(
            checkpoint: LogCollection.Mark(
                slot: create.slot, coveredSlot: mark.slot,
                segments: body.segmentNames.union(listed.compactMap { $0.stored?.name })))
        noteApplied()
    }
}
