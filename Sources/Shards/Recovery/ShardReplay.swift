// Rebuilds a shard's memory from its checkpoint and the records after it. Replaying decides
// nothing: conflicts were resolved before the records were written.

import Analysis
import Segments
import Storage

struct ShardReplay: Sendable {
    let location: ShardLocation
    let environment: ShardEnvironment

    func run(
        _ recovered: LogTakeover.Recovered, schema: Schema, owner: String
    ) async throws(ShardError) -> OpenedShard {
        var progress = ShardProgress(schema: schema)
        var collection = LogCollection()
        let contents = ShardContents()
        if let checkpoint = recovered.checkpoint {
            try await restore(checkpoint, contents, &progress)
            collection.note(
                checkpoint: LogCollection.Mark(
                    slot: recovered.checkpointSlot, coveredSlot: checkpoint.coveredSlot,
                    segments: Set(checkpoint.segments.map(\.name))))
        }
        let memory = MemorySegment(schema: progress.schema)
        progress = try await replay(recovered, contents, memory, progress)
        for record in recovered.records { collection.note(record.kind, slot: record.slot) }
        collection.note(.fence, slot: recovered.fence)
        progress.terms.begin(Int64(recovered.fence), at: progress.nextSequenceNumber)
        settle(schema, &progress)
        let log = ShardLog(fence: recovered.fence, digest: recovered.fenceDigest, owner: owner)
        return OpenedShard(
            log: log, contents: contents, memory: memory, progress: progress,
            collection: collection)
    }

    // MARK: Checkpoint

    private func restore(
        _ checkpoint: CheckpointBody, _ contents: ShardContents, _ progress: inout ShardProgress
    ) async throws(ShardError) {
        progress.schema = try decode(checkpoint.schema)
        progress.isSchemaLogged = true
        progress.nextSequenceNumber = checkpoint.nextSequenceNumber
        progress.terms = checkpoint.terms
        progress.newestBatch = checkpoint.newestBatch
        progress.coveredSlot = checkpoint.coveredSlot
        progress.coveredDigest = checkpoint.coveredDigest
        for answer in checkpoint.answers { progress.answers.insert(answer) }
        let rewrite = SegmentRewrite(
            location: location, environment: environment, stop: StopFlag())
        for segment in checkpoint.segments {
            let written = try await rewrite.open(
                SegmentEntry.Stored(
                    name: segment.name, byteCount: segment.byteCount, digest: segment.digest))
            let live = try live(segment, written.reader)
            contents.with { state in
                state.segments.append(
                    SegmentEntry(
                        number: state.nextNumber, reader: written.reader, bytes: written.bytes,
                        stored: written.stored, live: live))
                state.nextNumber += 1
            }
        }
        let tombstones = checkpoint.tombstones
        contents.with { state in
            for entry in tombstones {
                state.tombstones.insert(
                    DocumentKey(entry.id), version: entry.version,
                    sequenceNumber: entry.sequenceNumber)
            }
        }
    }

    private func live(
        _ segment: CheckpointBody.Segment, _ reader: SegmentReader
    ) throws(ShardError) -> LiveDocuments? {
        guard segment.documentCount == reader.documentCount else {
            throw corrupt("segment \(segment.name) has another number of documents")
        }
        guard !segment.live.isEmpty else { return nil }
        do {
            return try LiveDocuments(
                encoded: segment.live, documentCount: segment.documentCount)
        } catch {
            throw corrupt("the deletions of segment \(segment.name) are damaged: \(error)")
        }
    }

    // MARK: Records

    private func replay(
        _ recovered: LogTakeover.Recovered, _ contents: ShardContents, _ memory: MemorySegment,
        _ start: ShardProgress
    ) async throws(ShardError) -> ShardProgress {
        do {
            return try await environment.compute.run(.write) {
                var progress = start
                for record in recovered.records {
                    progress.logBytes += record.body.count
                    switch record.kind {
                    case .checkpoint:
                        let schema = try decode(try CheckpointBody(record.body).schema)
                        try adopt(schema, contents, memory, &progress)
                    case .fence:
                        progress.terms.begin(
                            Int64(record.slot), at: progress.nextSequenceNumber)
                    case .batch: try apply(record, contents, memory, &progress)
                    }
                }
                return progress
            }
        } catch let error as ShardError {
            throw error
        } catch {
            throw corrupt("\(error)")
        }
    }

    private func apply(
        _ record: LogRecord, _ contents: ShardContents, _ memory: MemorySegment,
        _ progress: inout ShardProgress
    ) throws {
        let batch = try BatchBody(record.body)
        if !batch.schema.isEmpty {
            try adopt(try decode(batch.schema), contents, memory, &progress)
        }
        let segments = contents.segments
        let parser = DocumentParser(schema: progress.schema)
        let changes = try batch.operations.map { operation in
            try change(operation, parser, contents, segments, slot: record.slot)
        }
        contents.apply(changes, to: memory)
        for answer in batch.answers { progress.answers.insert(answer) }
        let newest = batch.operations.map(\.sequenceNumber).max() ?? -1
        progress.nextSequenceNumber = max(progress.nextSequenceNumber, newest + 1)
        progress.newestBatch = max(progress.newestBatch, record.slot)
    }

    private func change(
        _ operation: LoggedOperation, _ parser: DocumentParser, _ contents: ShardContents,
        _ segments: [SegmentEntry], slot: UInt64
    ) throws(ShardError) -> PlannedChange {
        let key = DocumentKey(operation.id)
        var place: SegmentPlace?
        if case .segment(let entry, let document) = contents.find(key, in: segments) {
            place = SegmentPlace(segment: entry.number, document: document)
        }
        var document: ParsedDocument?
        if let source = operation.source {
            do throws(DocumentError) {
                document = try parser.parse(source)
            } catch {
                let id = String(decoding: operation.id, as: UTF8.self)
                throw corrupt("document '\(id)' in slot \(slot) no longer parses: \(error)")
            }
        }
        return PlannedChange(
            key: key, sequenceNumber: operation.sequenceNumber, version: operation.version,
            source: operation.source, document: document, place: place)
    }

    // MARK: Schema

    private func adopt(
        _ schema: Schema, _ contents: ShardContents, _ memory: MemorySegment,
        _ progress: inout ShardProgress
    ) throws {
        progress.adopt(schema)
        progress.isSchemaLogged = true
        if !memory.accepts(schema) { try contents.seal(memory) }
        memory.adopt(schema)
    }

    /// The log's schema was in force when its documents were parsed; the metadata store's may be
    /// newer, or older if it was restored from a backup.
    private func settle(_ given: Schema, _ progress: inout ShardProgress) {
        guard progress.isSchemaLogged else { return }
        if given.version > progress.schema.version { progress.adopt(given) }
    }

    private func decode(_ bytes: [UInt8]) throws(ShardError) -> Schema {
        do throws(SchemaError) {
            return try Schema(encoded: bytes)
        } catch {
            throw corrupt("the mapping in the log is damaged: \(error)")
        }
    }

    private func corrupt(_ reason: String) -> ShardError {
        ShardError(
            .corrupt, place: location.description, reason: reason,
            remedy: "restore the shard's objects from a backup, or delete the index")
    }
}
