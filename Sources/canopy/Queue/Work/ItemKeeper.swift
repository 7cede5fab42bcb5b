// Keeps a worker's hold on its item: does to the metadata store what `WorkQueue` decides.

import Cluster
import Storage

/// One worker's side of a queue.
actor ItemKeeper {
    /// What a worker does next.
    enum Next: Sendable {
        case item(WorkItem, number: WorkQueue.Number)
        case wait(Duration)
        case finished
    }

    private let head: QueueHead
    private let store: QueueStore
    private let clock: any NodeClock
    private var queue: WorkQueue
    /// What the item under way has reached; written with the next sign of life.
    private var acknowledged = ItemAcknowledgements(ItemProgress())
    /// At the last sign of life, for the rate.
    private var lastBeat: (indexed: Int64, time: Instant) = (0, .zero)

    init(_ head: QueueHead, _ store: QueueStore, holder: String, clock: any NodeClock) {
        self.head = head
        self.store = store
        self.clock = clock
        queue = WorkQueue(holder: holder, lease: head.lease, pageCount: head.pageCount)
    }

    /// Takes the next item, or tells why there is none.
    func next() async throws -> Next {
        while true {
            if let held = queue.held, let item = queue.item {
                acknowledged = ItemAcknowledgements(item.progress)
                lastBeat = (item.progress.indexed, clock.now)
                return .item(item, number: held.number)
            }
            try await look()
            switch queue.choose(at: clock.now) {
            case .wait(let duration): return .wait(duration)
            case .finished: return .finished
            case .take(let number):
                try await write { queue, now in queue.claiming(number, at: now) }
            }
        }
    }

    /// Of all sources, once shards may be built.
    var chunks: [ChunkNumber] { queue.chunks }

    func took(_ receipt: BulkReceipt) { acknowledged.take(receipt) }

    /// Whether the claim is fresh enough to send batches under it.
    func maySend() -> Bool { queue.maySend(at: clock.now) }

    /// Gives signs of life until the item is lost or the task is cancelled.
    /// - Throws: `ItemLost`, or `CancellationError`.
    func beat() async throws {
        while true {
            try await clock.sleep(for: head.lease / WorkQueue.beatsPerLease)
            do {
                try await advance()
            } catch let error as MetadataError {
                // The claim stays ours until the lease has passed.
                guard queue.maySend(at: clock.now) else { throw ItemLost(reason: "\(error)") }
            }
            guard queue.held != nil else {
                throw ItemLost(reason: "another worker took the item over")
            }
        }
    }

    func finish() async throws {
        try await write { queue, now in
            queue.finishing(with: self.acknowledged.progress, at: now)
        }
    }

    func fail(_ reason: String) async throws {
        try await write { queue, now in
            queue.failing(reason, at: self.acknowledged.progress, now: now)
        }
    }

    /// Gives the item back, if it is still ours.
    func release() async throws {
        try await write { queue, now in
            queue.releasing(at: self.acknowledged.progress, now: now)
        }
    }

    /// The entries could not be written: whatever is held runs out by itself.
    func forget() { queue.forget() }

    private func advance() async throws {
        try await write { queue, now in
            let progress = self.acknowledged.progress
            let span = max((now - self.lastBeat.time).seconds, 0.001)
            let rate = Double(progress.indexed - self.lastBeat.indexed) / span
            return queue.advancing(
                to: progress, documentsPerSecond: max(0, Int64(rate)), at: now)
        }
        lastBeat = (acknowledged.progress.indexed, clock.now)
    }

    /// Makes a change; where the page changed meanwhile, decides anew, and where there is nothing
    /// to decide any more, does nothing.
    private func write(
        _ decide: (WorkQueue, Instant) -> WorkQueue.Change?
    ) async throws {
        while let change = decide(queue, clock.now) {
            let outcome = try await store.store(change, of: head)
            if case .stored(let version) = outcome {
                queue.stored(change, version: version, at: clock.now)
                return
            }
            let page = try await store.page(change.page, of: head)
            queue.learn(page.number, page.items, version: page.version, at: clock.now)
        }
    }

    private func look() async throws {
        let pages = try await store.pages(of: head)
        guard pages.count == head.pageCount else { throw QueueStore.gone(head.name) }
        let now = clock.now
        for page in pages {
            queue.learn(page.number, page.items, version: page.version, at: now)
        }
    }
}

/// The item is somebody else's now, or may be.
struct ItemLost: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
