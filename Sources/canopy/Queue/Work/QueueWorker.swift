// One worker: takes items, reads them, sends their batches, until the queue has nothing left.

import Cluster
import Foundation
import NIOPosix
import Storage
import Synchronization

/// Why a worker stops before its queue is finished.
struct WorkerStopped: Error, CustomStringConvertible {
    let description: String
}

struct QueueWorker: Sendable {
    let head: QueueHead
    let store: QueueStore
    let keeper: ItemKeeper
    /// The roots, asked in turn.
    let connections: [ServerConnection]
    /// Bulk requests in flight.
    let concurrency: Int
    /// Nil when the bucket is not configured.
    let bucket: BucketSource?
    /// Of an offline build; nil: documents go to the roots.
    let offline: OfflineWork?
    let clock: any NodeClock
    /// Takes a line about a refusal or a trouble.
    let report: @Sendable (String) -> Void
    let progress = ImportProgress()
    private let refusals = SharedRefusals()

    private static let policy = RetryPolicy()

    /// Reports a refused document, if not too many were.
    func refused(_ document: RefusedDocument) {
        if let line = refusals.take(document) { report(line) }
    }

    /// Works until everything is done or set aside.
    /// - Throws: `WorkerStopped`, `QueueError`, or `CancellationError`; what it had is given back.
    func run() async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let result: Result<Void, any Error>
        do { result = .success(try await work(on: thread)) } catch { result = .failure(error) }
        try await thread.shutdownGracefully()
        try result.get()
    }

    private func work(on thread: NIOThreadPool) async throws {
        var isPrepared = false
        var troubles = Patience()
        while true {
            switch try await patiently({ try await keeper.next() }) {
            case .finished: return
            case .wait(let duration): try await clock.sleep(for: duration)
            case .item(let item, let number):
                let prepares = !isPrepared
                try await attempt(item.source.title, &isPrepared, &troubles) {
                    if let offline {
                        try await run(item, number, offline, on: thread)
                    } else {
                        try await ItemRun(worker: self, item: item, number: number, thread: thread)
                            .run(preparing: prepares)
                    }
                }
            }
        }
    }

    private func run(
        _ item: WorkItem, _ number: WorkQueue.Number, _ offline: OfflineWork,
        on thread: NIOThreadPool
    ) async throws {
        do {
            if let shard = item.source.shard {
                try await ShardRun(
                    worker: self, build: offline.build, world: offline.world, item: item,
                    shard: shard, chunks: await keeper.chunks, thread: thread
                ).run()
            } else {
                try await PartRun(
                    worker: self, build: offline.build, item: item, number: number, thread: thread
                ).run()
            }
        } catch let error as ObjectStoreError {
            throw PassingTrouble(description: "\(error)")
        }
    }

    /// Works on one item, and says what became of it.
    private func attempt(
        _ title: String, _ isPrepared: inout Bool, _ troubles: inout Patience,
        _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        do {
            try await holding(work)
            isPrepared = true
            troubles = Patience()
            try await patiently { try await keeper.finish() }
        } catch let error as PassingTrouble {
            await giveBack()
            try await wait(&troubles, "\(title): \(error)")
        } catch let error as ItemLost {
            report("\(title): left to others: \(error)")
            await giveBack()
        } catch let error as ImportError {
            isPrepared = true
            report("\(title): \(error)")
            try await patiently { try await keeper.fail("\(error)") }
        } catch {
            await giveBack()
            switch error {
            case is CancellationError, is QueueError, is WorkerStopped: throw error
            default: throw WorkerStopped(description: "\(error)")
            }
        }
    }

    /// Runs the work while the item stays ours.
    private func holding(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await keeper.beat()
                return false
            }
            group.addTask {
                try await work()
                return true
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next() { if isDone { return } }
        }
    }

    /// Also in a task that was cancelled. What cannot be given back runs out.
    private func giveBack() async {
        let keeper = keeper
        await Task {
            try? await keeper.release()
            await keeper.forget()
        }.value
    }

    /// Bears with a metadata store that is away.
    private func patiently<R: Sendable>(
        _ body: @Sendable () async throws -> R
    ) async throws -> R {
        var troubles = Patience()
        while true {
            do {
                return try await body()
            } catch let error as MetadataError {
                try await wait(&troubles, "waiting for the metadata store: \(error)")
            }
        }
    }

    /// Waits in turn.
    private struct Patience {
        var waited = Duration.zero
        var attempt = 0
    }

    /// Before the next attempt; told once.
    /// - Throws: `WorkerStopped` when there were enough.
    private func wait(_ troubles: inout Patience, _ reason: String) async throws {
        troubles.attempt += 1
        guard
            let delay = Self.policy.delay(
                attempt: troubles.attempt, retryAfter: nil, waited: troubles.waited, jitter: 0.5)
        else { throw WorkerStopped(description: reason) }
        if troubles.attempt == 1 { report(reason) }
        try await clock.sleep(for: delay)
        troubles.waited += delay
    }
}

/// A worker's refusals, with bounded memory and output.
private final class SharedRefusals: Sendable {
    private let report = Mutex(RefusalReport())

    func take(_ document: RefusedDocument) -> String? { report.withLock { $0.take(document) } }
}
