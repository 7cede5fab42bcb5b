// Rebuilds a shard's memory from its checkpoint and the records after it, and applies the records
// that follow. Replaying decides nothing: conflicts were resolved before the records were written.

import Analysis
import Segments
import Storage

struct ShardReplay: Sendable {
    let location: ShardLocation
    let environment: ShardEnvironment

    /// - Parameters:
    ///   - schema: as the metadata store has it, for a log that says nothing yet.
    ///   - known: open segments by name, to be used again.
    func run(
        _ recovered: LogReader.Recovered, schema: Schema, known: [String: SegmentEntry] = [:]
    ) async throws(ShardError) -> OpenedShard {
        var progress = ShardProgress(schema: schema)
        var collection = LogCollection()
        let contents = ShardContents()
        if let body = recovered.checkpoint {
            let checkpoint = FollowedCheckpoint(slot: recovered.checkpointSlot, body: body)
            try await restore(body, contents, &progress, known)
            collection.note(checkpoint: checkpoint.mark)
        }
        let memory = MemorySegment(
            schema: progress.schema, generation: progress.schemaGeneration)
        let start = progress
        progress = try await compute { try replay(recovered, contents, memory, start) }
        for read in recovered.records { collection.note(read.record.kind, slot: read.record.slot) }
        return OpenedShard(
            position: recovered.end, contents: contents, memory: memory, progress: progress,
            collection: collection)
    }

    // MARK: Checkpoint

    private func restore(
        _ checkpoint: CheckpointBody, _ contents: ShardContents, _ progress: inout ShardProgress,
        _ known: [String: SegmentEntry]
    ) async throws(ShardError) {
        do throws(SchemaError) {
            progress.adopt(logged: try Schema(encoded: checkpoint.schema))
        } catch {
            throw corrupt("the mapping in the log is damaged: \(error)")
        }
        progress.nextSequenceNumber = checkpoint.nextSequenceNumber
        progress.terms = checkpoint.terms
        progress.newestBatch = checkpoint.newestBatch
        progress.kept = checkpoint.kept
        progress.cover(checkpoint.covered)
        for answer in checkpoint.answers { progress.answers.insert(answer) }
        let rewrite = SegmentRewrite(
            location: location, environment: environment, stop: StopFlag())
        for segment in checkpoint.segments {
            let listed = try await rewrite.open(segment, known: known[segment.name])
            contents.with { state in
                state.segments.append(listed.entry(number: state.nextNumber))
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

    // MARK: Records

    private func replay(
        _ recovered: LogReader.Recovered, _ contents: ShardContents, _ memory: MemorySegment,
        _ start: ShardProgress
    ) throws -> ShardProgress {
        var progress = start
        for read in recovered.records {
            switch try LogContent(read.record) {
            case .fence:
                progress.terms.begin(Int64(read.record.slot), at: progress.nextSequenceNumber)
            case .checkpoint(_, let schema): progress.adopt(logged: schema)
            case .batch(let batch, let schema):
                if let schema { progress.adopt(logged: schema) }
                let applied = try apply(
                    batch, slot: read.record.slot, schema: progress.schema,
                    generation: progress.schemaGeneration, contents, memory)
                progress.note(
                    batch: read.record.slot, byteCount: read.record.body.count,
                    numbers: applied.numbers, answers: batch.answers)
            }
        }
        return progress
    }

    /// What a batch did.
    struct Applied: Sendable {
        let keys: [DocumentKey]
        /// Sequence numbers, from the smallest to the largest.
        let numbers: Range<Int64>
    }

    /// Puts the batch's documents into memory; on the compute pool, with memory's turn.
    func apply(
        _ batch: BatchBody, slot: UInt64, schema: Schema, generation: Int,
        _ contents: ShardContents, _ memory: MemorySegment
    ) throws -> Applied {
        try contents.prepare(memory, for: schema, generation: generation)
        let segments = contents.segments
        // A mapping that came back from a backup may lack fields of documents written before: the
        // documents bring them, each after those that were brought already.
        var parser = DocumentParser(schema: memory.builtSchema)
        let changes = try batch.operations.map { operation in
            let change = try change(operation, parser, contents, segments, slot: slot)
            if let grown = change.document?.schema { parser = DocumentParser(schema: grown) }
            return change
        }
        contents.apply(changes, to: memory)
        let numbers = changes.map(\.sequenceNumber)
        let smallest = numbers.min() ?? 0
        return Applied(
            keys: changes.map(\.key), numbers: smallest..<(numbers.max() ?? -1) + 1)
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

    // MARK: Computing

    func compute<R: Sendable>(
        _ body: @Sendable @escaping () throws -> R
    ) async throws(ShardError) -> R {
        do {
            return try await environment.compute.run(.write, body)
        } catch let error as ShardError {
            throw error
        } catch {
            throw corrupt("\(error)")
        }
    }

    private func corrupt(_ reason: String) -> ShardError {
        ShardError(
            .corrupt, place: location.description, reason: reason,
            remedy: "restore the shard's objects from a backup, or delete the index")
    }
}
