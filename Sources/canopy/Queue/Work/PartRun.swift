// The first phase of an offline build: one item of a source becomes part files.

import NIOPosix

struct PartRun: Sendable {
    let worker: QueueWorker
    let build: BuildStore
    let item: WorkItem
    let number: WorkQueue.Number
    let thread: NIOThreadPool

    /// - Throws: `ImportError` for what is the item's fault, `ItemLost` when others may have it,
    ///   anything else when the worker cannot go on.
    func run() async throws {
        let local = try await worker.fetched(item.source)
        defer { local?.remove() }
        let reader = try await thread.runIfActive { [worker, item] in
            try worker.opened(item, path: local?.path).reader
        }
        do {
            try await cut(reader)
        } catch {
            try? reader.finish()
            throw error
        }
        try reader.finish()
    }

    private func cut(_ reader: SharedBatchReader) async throws {
        if item.progress.batches > 0 {
            let position = item.progress.position
            try await thread.runIfActive { try reader.skip(to: position) }
        }
        let description = build.index.description
        while true {
            let read = try await thread.runIfActive { () -> (BulkReceipt, PartChunk)? in
                guard let batch = try reader.next().batch else { return nil }
                let chunk = try PartChunk(
                    batch, shardCount: description.shardCount, schema: description.schema)
                let receipt = BulkReceipt(
                    number: batch.number, indexed: batch.items.count, refused: batch.malformed,
                    byteCount: batch.body.count, position: batch.position)
                return (receipt, chunk)
            }
            guard let (receipt, chunk) = read else { return }
            guard await worker.keeper.maySend() else {
                throw ItemLost(reason: "the claim was not renewed within its lease")
            }
            try await store(chunk, ChunkNumber(item: number, chunk: receipt.number))
            await worker.take(receipt)
        }
    }

    private func store(_ chunk: PartChunk, _ number: ChunkNumber) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (shard, bytes) in chunk.files.enumerated() {
                group.addTask { try await build.create(build.partKey(number, shard: shard), bytes) }
            }
            try await group.waitForAll()
        }
        try await build.create(build.growthKey(number), chunk.grown?.encoded() ?? [])
    }
}
