// Drives an import: reads batches on a thread of their own, keeps some in flight, remembers what
// was acknowledged, and shows progress.

import NIOPosix
import Synchronization

/// Everything an import was asked for.
struct ImportPlan: Sendable {
    var source: String
    var index: String
    var url: String
    var preparation: IndexPreparation
    var batchLimits: BatchLimits
    /// Bulk requests in flight.
    var concurrency: Int
    /// Refused documents after which the import stops.
    var errorLimit: Int64
    var fingerprint: SourceFingerprint
    /// Nil: nothing is remembered.
    var checkpointFile: CheckpointFile?
    var resumeFrom: ImportCheckpoint?
}

/// A batch reader handed to the reading thread and back; the lock costs nothing beside a batch.
final class SharedBatchReader: Sendable {
    private let reader: Mutex<BatchReader>

    init(_ reader: sending BatchReader) { self.reader = Mutex(reader) }

    func next() throws -> (batch: BulkBatch?, fraction: Double?) {
        try reader.withLock { reader in
            let batch = try reader.next()
            return (batch, reader.fraction)
        }
    }

    func skip(to position: ReadPosition) throws {
        try reader.withLock { try $0.skip(to: position) }
    }

    func finish() throws { try reader.withLock { try $0.finish() } }
}

/// One import from start to summary.
struct ImportRun {
    /// Time between checkpoints.
    private static let checkpointInterval: Duration = .seconds(1)

    private(set) var plan: ImportPlan
    let reader: SharedBatchReader
    let connection: ServerConnection
    let clock = SteadyClock()
    let progress = ImportProgress()
    /// Takes a line about one refusal.
    let report: @Sendable (String) -> Void

    private var indexUUID = ""
    private var prefix = AcknowledgedPrefix()
    private var refusals = RefusalReport()
    private var lastCheckpoint = Duration.zero

    init(
        plan: ImportPlan, reader: SharedBatchReader, connection: ServerConnection,
        report: @escaping @Sendable (String) -> Void
    ) {
        (self.plan, self.reader, self.connection) = (plan, reader, connection)
        self.report = report
    }

    /// Imports everything.
    /// - Throws: only what happens before the first document; later trouble is in the summary.
    mutating func run() async throws -> ImportSummary {
        let (created, uuid) = try await plan.preparation.prepare(
            index: plan.index, on: connection)
        indexUUID = uuid
        if let known = plan.resumeFrom, known.indexUUID != uuid {
            report(
                "the checkpoint is of another index \(plan.index), which is no more: "
                    + "beginning at the start")
            plan.resumeFrom = nil
        }
        if let known = plan.resumeFrom {
            report(
                "going on after \(Quantities.count(known.indexed)) documents "
                    + "(checkpoint \(plan.checkpointFile?.path ?? ""); --restart begins anew)")
        }
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        var stopped: String?
        do {
            try await send(readingOn: thread)
            try reader.finish()
        } catch {
            stopped = "\(error)"
            try? reader.finish()
        }
        try await thread.shutdownGracefully()
        do {
            if stopped == nil {
                plan.checkpointFile?.remove()
                try await refresh()
            } else {
                try saveCheckpoint()
            }
        } catch {
            stopped = stopped ?? "\(error)"
        }
        let counts = progress.current
        return ImportSummary(
            source: plan.source, index: plan.index, created: created, indexed: counts.indexed,
            refused: counts.refused, indexedBefore: plan.resumeFrom?.indexed ?? 0,
            byteCount: counts.byteCount, retries: counts.retries, elapsed: clock.now,
            stoppedBecause: stopped, reasons: refusals.reasons, examples: refusals.examples)
    }

    private mutating func send(readingOn thread: NIOThreadPool) async throws {
        let sender = BulkSender(
            connections: [connection], index: plan.index, policy: RetryPolicy(), clock: clock,
            progress: progress)
        if let position = plan.resumeFrom?.position {
            try await thread.runIfActive { [reader] in try reader.skip(to: position) }
        }
        try await withThrowingTaskGroup(of: BulkReceipt.self) { group in
            var inFlight = 0
            while true {
                let (batch, fraction) = try await thread.runIfActive { [reader] in
                    try reader.next()
                }
                progress.read(fraction: fraction)
                guard let batch else { break }
                if inFlight == plan.concurrency, let receipt = try await group.next() {
                    inFlight -= 1
                    try take(receipt)
                }
                group.addTask { try await sender.send(batch) }
                inFlight += 1
            }
            while let receipt = try await group.next() { try take(receipt) }
        }
    }

    private mutating func take(_ receipt: BulkReceipt) throws {
        progress.took(receipt)
        prefix.acknowledge(
            batch: receipt.number, position: receipt.position, indexed: receipt.indexed,
            refused: receipt.refused.count)
        for document in receipt.refused {
            if let line = refusals.take(document) { report(line) }
        }
        let now = clock.now
        if now - lastCheckpoint >= Self.checkpointInterval {
            lastCheckpoint = now
            try saveCheckpoint()
        }
        let refused = progress.current.refused
        if refused > plan.errorLimit {
            throw ImportError(
                "\(Quantities.count(refused)) documents were refused, more than --max-errors "
                    + "\(plan.errorLimit)")
        }
    }

    private func saveCheckpoint() throws {
        guard let file = plan.checkpointFile,
            let position = prefix.position ?? plan.resumeFrom?.position
        else { return }
        try file.write(
            ImportCheckpoint(
                source: plan.fingerprint, index: plan.index, indexUUID: indexUUID, url: plan.url,
                position: position,
                indexed: prefix.indexed + (plan.resumeFrom?.indexed ?? 0),
                refused: prefix.refused + (plan.resumeFrom?.refused ?? 0)))
    }

    /// Makes what went in searchable before saying that it is in.
    private func refresh() async throws {
        let path = "/\(ServerConnection.percentEncoded(plan.index))/_refresh"
        let answer = try await connection.send(.POST, path)
        guard (200..<300).contains(answer.status) else {
            throw ImportError("everything went in, but the refresh failed: \(answer.problem)")
        }
    }
}
