// One item from its checkpoint to its end: reads batches on the worker's thread, keeps some in
// flight.

import Analysis
import NIOPosix
import Storage

struct ItemRun: Sendable {
    let worker: QueueWorker
    let item: WorkItem
    let number: WorkQueue.Number
    let thread: NIOThreadPool

    private var head: QueueHead { worker.head }

    /// Begins every idempotency key of the item's batches; the batch's number follows.
    static func key(_ head: QueueHead, _ number: WorkQueue.Number) -> String {
        "\(head.id)/\(number.page).\(number.place)/"
    }

    /// - Parameter preparing: Makes sure of the index first.
    /// - Throws: `ImportError` for what is the item's fault, `ItemLost` when others may have it,
    ///   anything else when the worker cannot go on.
    func run(preparing: Bool) async throws {
        let local = try await worker.fetched(item.source)
        defer { local?.remove() }
        let (reader, mappings) = try await thread.runIfActive { [worker, item] in
            try worker.opened(item, path: local?.path)
        }
        do {
            if preparing { try await prepare(mappings) }
            try await send(reader)
        } catch {
            try? reader.finish()
            throw error
        }
        try reader.finish()
    }

    private func prepare(_ mappings: JSONValue?) async throws {
        let preparation = IndexPreparation(
            shardCount: head.shardCount, mappings: head.mappings ?? mappings)
        var trouble: any Error = WorkerStopped(description: "there is no server to ask")
        for connection in worker.connections {
            do {
                let (_, uuid) = try await preparation.prepare(
                    index: head.index, on: connection)
                try await worker.store.bind(head.name, toIndex: uuid)
                return
            } catch let error as ServerUnreachable {
                trouble = error
            } catch let error as ImportError {
                throw WorkerStopped(description: "\(error)")
            }
        }
        throw trouble
    }

    private func send(_ reader: SharedBatchReader) async throws {
        let sender = BulkSender(
            connections: worker.connections, index: head.index,
            keyPrefix: Self.key(head, number), policy: RetryPolicy(), clock: SteadyClock(),
            progress: worker.progress)
        if item.progress.batches > 0 {
            let position = item.progress.position
            try await thread.runIfActive { try reader.skip(to: position) }
        }
        try await withThrowingTaskGroup(of: BulkReceipt.self) { group in
            var inFlight = 0
            while true {
                let (batch, _) = try await thread.runIfActive { try reader.next() }
                guard let batch else { break }
                if inFlight == worker.concurrency, let receipt = try await group.next() {
                    inFlight -= 1
                    await worker.take(receipt)
                }
                guard await worker.keeper.maySend() else {
                    throw ItemLost(reason: "the claim was not renewed within its lease")
                }
                group.addTask { try await sender.send(batch) }
                inFlight += 1
            }
            while let receipt = try await group.next() { await worker.take(receipt) }
        }
    }
}

extension QueueWorker {
    /// An object of the bucket as a file that is removed afterwards.
    func fetched(_ source: ItemSource) async throws -> TemporaryFile? {
        guard case .object(let key) = source.place else { return nil }
        guard let bucket else {
            throw WorkerStopped(
                description: "the queue reads objects, and no bucket is configured: give the "
                    + "cluster's --config")
        }
        return try await bucket.fetch(key, source)
    }

    /// An item's batches from its beginning, and the mapping that its format suggests.
    func opened(
        _ item: WorkItem, path: String?
    ) throws -> (reader: SharedBatchReader, mappings: JSONValue?) {
        let opening = ItemOpening(
            source: item.source, path: path, idField: head.idField, columns: head.columns)
        let (reader, mappings) = try opening.open()
        let batches = BatchReader(
            reader, limits: head.batchLimits, firstNumber: item.progress.batches)
        return (SharedBatchReader(batches), mappings)
    }

    /// Something of the item under way is done.
    func take(_ receipt: BulkReceipt) async {
        progress.took(receipt)
        await keeper.took(receipt)
        for document in receipt.refused { refused(document) }
    }
}
