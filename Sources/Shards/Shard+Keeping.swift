// Keeping the state of a shard: from a checkpoint on, its segments stay until somebody lets it go.

import Segments
import Storage

extension Shard {
    /// Keeps everything acknowledged so far. The same id again: what was kept then.
    /// - Parameter id: drawn by the caller; unique.
    public func keep(id: String, name: String) async throws(ShardError) -> KeptState {
        await rewritingMemory.enter()
        defer { rewritingMemory.leave() }
        try checkUsable()
        let fence = try owned().fence
        if let known = progress.kept.first(where: { $0.id == id }) { return KeptState(known) }
        try checkNames(id, name)
        // What is written with the log's turn holds writes back: let it be little.
        if memoryBytes > settings.flushBytes / ShardSettings.quietShare { try await flushOnce() }
        let kept = try await logTurn.pass { () async throws(ShardError) in
            try checkOwner(fence)
            return try await keep(id, name, fence)
        }
        await collectGarbage()
        return KeptState(kept)
    }

    /// Lets a kept state go. Returns at once when there is none of that id.
    public func letGo(id: String) async throws(ShardError) {
        try await logTurn.pass { () async throws(ShardError) in
            try checkUsable()
            _ = try owned()
            let left = progress.kept.filter { $0.id != id }
            guard left.count < progress.kept.count else { return }
            try await appendCheckpoint(
                listing: contents.segments, covering: progress.covered, keeping: left)
        }
        await collectGarbage()
    }

    /// Oldest first.
    public var keptStates: [KeptState] { progress.kept.map { KeptState($0) } }

    private func checkNames(_ id: String, _ name: String) throws(ShardError) {
        let sizes = 1...KeptCheckpoint.maximumNameBytes
        guard sizes.contains(id.utf8.count), sizes.contains(name.utf8.count) else {
            throw refused(
                "a kept state's id and name have 1 to \(KeptCheckpoint.maximumNameBytes) bytes",
                "choose a shorter name")
        }
        guard progress.kept.count < KeptCheckpoint.limit else {
            throw refused(
                "the shard keeps \(progress.kept.count) states already, the most it can",
                "delete a snapshot of this index")
        }
    }

    // MARK: With the log's turn

    private func keep(
        _ id: String, _ name: String, _ fence: UInt64
    ) async throws(ShardError) -> KeptCheckpoint {
        try await memoryTurn.pass { () async throws(ShardError) in try await seal() }
        let inputs = contents.segments.filter { $0.stored == nil }
        let segment = newSegmentName(fence)
        segmentsInUse.insert(segment)
        defer { segmentsInUse.remove(segment) }
        let written = try await rewrite.run(inputs, name: segment)
        let successor = contents.successor(of: inputs, written)
        let others = contents.segments.filter { $0.stored != nil }
        let entries = others + (successor.map { [$0] } ?? [])
        let kept = try await state(of: entries, id, name)
        let all = progress.kept + [kept]
        guard all.reduce(0, { $0 + $1.byteCount }) <= KeptCheckpoint.limitBytes else {
            throw refused(
                "what describes the kept states would take more than "
                    + "\(KeptCheckpoint.limitBytes) bytes",
                "delete a snapshot of this index")
        }
        try await appendCheckpoint(listing: entries, covering: stand.position, keeping: all)
        await replace(inputs, by: successor)
        return kept
    }

    /// What the shard holds, when all of it is in these.
    private func state(
        of entries: [SegmentEntry], _ id: String, _ name: String
    ) async throws(ShardError) -> KeptCheckpoint {
        let (progress, slot) = (progress, stand.position.slot)
        let tombstones = contents.with { $0.tombstones.entries }
        return try await compute {
            KeptCheckpoint(
                id: id, name: name, slot: slot,
                documentCount: entries.reduce(0) { $0 + $1.liveCount },
                nextSequenceNumber: progress.nextSequenceNumber,
                schema: progress.schema.encoded(),
                segments: entries.compactMap { CheckpointBody.Segment($0) },
                tombstones: tombstones)
        }
    }

    func refused(_ reason: String, _ remedy: String) -> ShardError {
        ShardError(.refused, place: location.description, reason: reason, remedy: remedy)
    }
}
