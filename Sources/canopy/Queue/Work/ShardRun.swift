// The second phase of an offline build: one shard is written from the parts of all sources.

import Analysis
import NIOPosix
import Segments
import Shards
import Storage

struct ShardRun: Sendable {
    let worker: QueueWorker
    let build: BuildStore
    let world: ShardWorld
    let item: WorkItem
    let shard: Int
    /// Of all sources, in their order.
    let chunks: [ChunkNumber]
    let thread: NIOThreadPool

    /// Of one write, in bytes of documents and in documents: a record of the log holds it.
    private static let writeBytes = 4 << 20
    private static let writeDocuments = 5_000
    /// In memory before a segment is made of it.
    private static let flushBytes = 64 << 20

    /// - Throws: `ImportError` for what is the item's fault, `ItemLost` when others may have it,
    ///   anything else when the worker cannot go on.
    func run() async throws {
        let schema = try await MappingRun(build: build, chunks: chunks, thread: thread).schema()
        guard await worker.keeper.maySend() else {
            throw ItemLost(reason: "the claim was not renewed within its lease")
        }
        do {
            let shard = try await open(schema)
            try await withTaskCancellationHandler {
                do {
                    try await fill(shard, schema)
                    try await settle(shard)
                } catch {
                    await shard.close()
                    throw error
                }
                await shard.close()
            } onCancel: {
                Task { await shard.close() }
            }
        } catch let error as ShardError {
            try Task.checkCancellation()
            if error.kind == .deposed { throw ItemLost(reason: "\(error)") }
            if error.isRetryable { throw PassingTrouble(description: "\(error)") }
            throw ImportError("\(error)")
        }
    }

    private func open(_ schema: Schema) async throws -> Shard {
        var settings = ShardSettings()
        settings.flushBytes = Self.flushBytes
        settings.refreshInterval = nil
        if build.index.description.settings.reordersMerges {
            settings.reordering = ReorderLimits()
        }
        return try await Shard.open(
            location: ShardLocation(
                indexUUID: build.index.description.uuid, shard: shard),
            settings: settings, schema: schema, objects: world.objects, clock: world.clock,
            random: world.random, compute: world.compute, owner: "build-" + build.head.id,
            logger: WorkerLogs.logger)
    }

    // MARK: Documents

    private func fill(_ shard: Shard, _ schema: Schema) async throws {
        var progress = ShardBuildProgress(
            logged: await shard.changeCount, accepted: item.progress.indexed)
        for place in item.progress.batches..<chunks.count {
            let documents = try await build.documents(chunks[place], shard: self.shard)
            var receipt = BulkReceipt(
                number: place, indexed: 0, refused: [], byteCount: 0, position: ReadPosition())
            for part in Self.writes(documents) {
                let refused: [RefusedDocument]
                switch progress.next {
                case .skip:
                    refused = try await thread.runIfActive { Self.refused(part, by: schema) }
                    progress.skipped(accepted: part.count - refused.count)
                case .write:
                    refused = try await write(part, to: shard, schema)
                    progress.wrote(accepted: part.count - refused.count)
                case .stop(let reason):
                    throw ImportError("\(item.source.title) of the new index: \(reason)")
                }
                receipt.indexed += part.count - refused.count
                receipt.refused += refused
                receipt.byteCount += part.reduce(0) { $0 + $1.source.count }
            }
            await worker.take(receipt)
        }
        guard progress.next != .skip else {
            throw ImportError("\(item.source.title) of the new index has documents of others")
        }
    }

    /// A chunk's documents cut into writes, the same for every worker.
    static func writes(_ documents: [PartDocument]) -> [ArraySlice<PartDocument>] {
        var writes: [ArraySlice<PartDocument>] = []
        var start = 0
        var bytes = 0
        for (place, document) in documents.enumerated() {
            if place > start,
                bytes + document.source.count > writeBytes || place - start == writeDocuments
            {
                writes.append(documents[start..<place])
                (start, bytes) = (place, 0)
            }
            bytes += document.source.count
        }
        if start < documents.count { writes.append(documents[start...]) }
        return writes
    }

    private func write(
        _ documents: ArraySlice<PartDocument>, to shard: Shard, _ schema: Schema
    ) async throws -> [RefusedDocument] {
        let operations = documents.map {
            DocumentOperation(action: .index, id: $0.id, source: $0.source)
        }
        let outcomes = try await shard.write(operations) { grown in
            throw QueueError(
                place: "the new index's mapping",
                reason: "documents bring fields that it lacks (\(grown.fields.count) fields)",
                remedy: "Delete the queue and create it again, with a --mapping")
        }
        return zip(documents, outcomes).compactMap { document, outcome in
            outcome.error.map { Self.refusal(document, "\($0.type): \($0.reason)") }
        }
    }

    /// Those that a write would refuse.
    static func refused(
        _ documents: ArraySlice<PartDocument>, by schema: Schema
    ) -> [RefusedDocument] {
        let parser = DocumentParser(schema: schema)
        return documents.compactMap { document in
            do throws(DocumentError) {
                _ = try parser.parse(document.source)
                return nil
            } catch {
                return refusal(document, "\(error.type): \(error.reason)")
            }
        }
    }

    private static func refusal(_ document: PartDocument, _ reason: String) -> RefusedDocument {
        RefusedDocument(place: document.place, id: document.id, reason: reason.printable)
    }

    // MARK: Segments

    /// Makes few segments of what was written, and the checkpoint that lists them.
    private func settle(_ shard: Shard) async throws {
        try await shard.flush()
        let (bytes, limit) = (await shard.status().bytes, shard.settings.mergePolicy.maximumBytes)
        try await shard.forceMerge(maximumSegments: (bytes + limit - 1) / limit)
    }
}
