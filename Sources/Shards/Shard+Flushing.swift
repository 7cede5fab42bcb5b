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
        guard progress.newestBatch > progress.coveredSlot else { return }
        try await flushOnce()
        await collectGarbage()
    }

    func flushIfDue() {
        guard settings.worksInBackground, !rewritingMemory.isTaken, !isClosed, failure == nil,
            !log.isDeposed, retryFlushAt.map({ environment.clock.now >= $0 }) ?? true,
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
        while settings.worksInBackground, !isClosed, failure == nil, !log.isDeposed,
            memoryBytes > ShardSettings.memoryFactor * settings.flushBytes
        {
            do throws(ShardError) {
                try await flush()
            } catch {
                postponeFlush(error)
                do { try await environment.clock.sleep(for: Self.retryDelay) } catch { return }
            }
        }
    }

    private func flushOnce() async throws(ShardError) {
        let (inputs, mark) = try await logTurn.pass {
            () async throws(ShardError) -> ([SegmentEntry], FlushMark) in
            try checkUsable()
            try await memoryTurn.pass { () async throws(ShardError) in try await seal() }
            let mark = FlushMark(slot: log.slot, digest: log.digest, bytes: progress.logBytes)
            return (contents.segments.filter { $0.stored == nil }, mark)
        }
        let name = newSegmentName()
        segmentsInUse.insert(name)
        defer { segmentsInUse.remove(name) }
        let written = try await rewrite.run(inputs, name: name)
        try await logTurn.pass { () async throws(ShardError) in
            try checkUsable()
            await replace(inputs, by: written)
            try await appendCheckpoint(covering: mark)
            progress.logBytes -= mark.bytes
        }
    }

    nonisolated var rewrite: SegmentRewrite {
        SegmentRewrite(location: location, environment: environment, stop: isStopping)
    }

    func newSegmentName() -> String { "\(log.fence)-\(environment.random.nextName())" }

    // MARK: With the log's turn

    /// Puts a rewritten segment in the place of its inputs, with the deletions that came since.
    func replace(_ inputs: [SegmentEntry], by written: SegmentRewrite.Written?) async {
        await memoryTurn.enter()
        defer { memoryTurn.leave() }
        contents.replace(inputs, by: written)
        // The same documents in other segments: searches may have them without a refresh.
        if !hasUnpublished { publishSnapshot() }
    }

    /// Lists the segment objects as they are. A flush covers more of the log than the checkpoint
    /// before it; a merge covers the same.
    func appendCheckpoint(covering mark: FlushMark? = nil) async throws(ShardError) {
        var progress = progress
        if let mark {
            progress.coveredSlot = mark.slot
            progress.coveredDigest = mark.digest
        }
        let stored = contents.segments.filter { $0.stored != nil && $0.liveCount > 0 }
        let segments = stored.compactMap { entry in
            entry.stored.map { ($0, entry.reader.documentCount, entry.live) }
        }
        let tombstones = contents.with { $0.tombstones.entries }
        let slot = try await commitRecord(.checkpoint) { [progress] in
            CheckpointBody(
                coveredSlot: progress.coveredSlot, coveredDigest: progress.coveredDigest,
                newestBatch: progress.newestBatch,
                nextSequenceNumber: progress.nextSequenceNumber,
                schema: progress.schema.encoded(), terms: progress.terms,
                segments: segments.map { stored, documentCount, live in
                    CheckpointBody.Segment(
                        name: stored.name, byteCount: stored.byteCount, digest: stored.digest,
                        documentCount: documentCount, live: live?.encoded() ?? [])
                },
                tombstones: tombstones, answers: progress.answers.entries
            ).encoded()
        }
        if self.progress.schemaGeneration == progress.schemaGeneration {
            self.progress.isSchemaLogged = true
        }
        self.progress.coveredSlot = progress.coveredSlot
        self.progress.coveredDigest = progress.coveredDigest
        collection.note(
            checkpoint: LogCollection.Mark(
                slot: slot, coveredSlot: progress.coveredSlot,
                segments: Set(segments.map(\.0.name))))
    }
}

/// How far the log had come when a flush began.
struct FlushMark: Sendable {
    let slot: UInt64
    let digest: SHA256Digest
    /// Of the records since the checkpoint before.
    let bytes: Int
}
