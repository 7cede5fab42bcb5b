// A worker's hold over a metadata store that is shared, slow to answer, or away.
import Cluster
import Storage
import Synchronization
import Testing

@testable import canopy

/// A clock whose sleeps pass at once.
private final class QuickClock: NodeClock {
    private let time = Mutex(Instant.zero)

    var now: Instant { time.withLock { $0 } }
    var wallMilliseconds: Int64 { 0 }

    func sleep(until deadline: Instant) async throws {
        try Task.checkCancellation()
        await Task.yield()
        time.withLock { $0 = max($0, deadline) }
    }

    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// A store that meets faults when it is written to.
private final class FaultyMetadata: MetadataStore {
    enum Fault: Sendable {
        case none, away
        /// Done, but the answer is lost.
        case answerLost
    }

    let inner: InMemoryMetadataStore
    private let fault = Mutex<@Sendable (_ write: Int) async -> Fault>({ _ in .none })
    private let writes = Mutex(0)

    init(clock: any NodeClock) { inner = InMemoryMetadataStore(clock: clock) }

    var writeCount: Int { writes.withLock { $0 } }

    /// From now on; writes count from 1.
    func meets(_ fault: @escaping @Sendable (_ write: Int) async -> Fault) {
        self.fault.withLock { $0 = fault }
        writes.withLock { $0 = 0 }
    }

    func get(_ key: String) async throws -> VersionedValue? { try await inner.get(key) }

    func list(prefix: String) async throws -> MetadataListing {
        try await inner.list(prefix: prefix)
    }

    func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        let number = writes.withLock { count in
            count += 1
            return count
        }
        let away = MetadataError(key: key, reason: "it is away", remedy: "wait")
        switch await fault.withLock({ $0 })(number) {
        case .none: break
        case .away: throw away
        case .answerLost:
            _ = try await inner.compareAndSet(key, expected: expected, value: value)
            throw away
        }
        return try await inner.compareAndSet(key, expected: expected, value: value)
    }

    func watch(prefix: String) -> AsyncStream<Void> { inner.watch(prefix: prefix) }

    func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease? {
        try await inner.acquireLease(name, holder: holder, duration: duration)
    }

    func renew(_ lease: Lease) async throws -> Lease? { try await inner.renew(lease) }
    func release(_ lease: Lease) async throws { try await inner.release(lease) }
}

@Suite struct ItemKeeperTests {
    private let clock = QuickClock()
    private let metadata: FaultyMetadata
    private let store: QueueStore

    init() {
        metadata = FaultyMetadata(clock: clock)
        store = QueueStore(metadata: metadata)
    }

    private func queue(items count: Int) async throws -> QueueHead {
        try await store.create(
            QueueTesting.head(items: count), (0..<count).map { QueueTesting.item("\($0)") })
        return try await store.head("q").head
    }

    private func keeper(_ holder: String, _ head: QueueHead) -> ItemKeeper {
        ItemKeeper(head, store, holder: holder, clock: clock)
    }

    /// The item a keeper takes; nil when it takes none.
    private func taken(_ keeper: ItemKeeper) async throws -> WorkItem? {
        guard case .item(let item, _) = try await keeper.next() else { return nil }
        return item
    }

    @Test func queuesAreMadeOnceRetriedAndDeleted() async throws {
        let head = try await queue(items: 130)
        #expect(head.isReady)
        let pages = try await store.pages(of: head)
        #expect(pages.map(\.items.count) == [64, 64, 2])
        #expect(try await store.heads() == [head])
        let twice = await #expect(throws: QueueError.self) { try await queue(items: 1) }
        #expect(twice?.description.contains("canopy queue delete q") == true)
        #expect(try await store.retry(head) == 0)
        try await store.bind("q", toIndex: "one")
        try await store.bind("q", toIndex: "one")
        await #expect(throws: QueueError.self) { try await store.bind("q", toIndex: "two") }
        try await store.delete("q")
        #expect(try await metadata.list(prefix: "").entries.isEmpty)
        await #expect(throws: QueueError.self) { try await store.head("q") }
        await #expect(throws: QueueError.self) { try await store.delete("q") }
        await #expect(throws: QueueError.self) { try await keeper("w", head).next() }
    }

    @Test func oneWriteAnItemWhenNobodyMeets() async throws {
        let head = try await queue(items: 60)
        let keeper = keeper("w", head)
        metadata.meets { _ in .none }
        var count = 0
        while try await taken(keeper) != nil {
            await keeper.took(QueueTesting.receipt(0))
            try await keeper.finish()
            count += 1
        }
        #expect(count == 60 && metadata.writeCount == 61)
        let summary = QueueSummary(pages: try await store.pages(of: head))
        #expect(summary.done == 60 && summary.indexed == 180 && summary.isFinished)
    }

    /// The names of the items that one worker took and finished.
    private static func takeAll(_ keeper: ItemKeeper) async throws -> [String] {
        var names: [String] = []
        while true {
            switch try await keeper.next() {
            case .finished: return names
            case .wait: await Task.yield()
            case .item(let item, _):
                names.append(item.source.name)
                await Task.yield()
                try await keeper.finish()
            }
        }
    }

    @Test func workersThatMeetShareTheItems() async throws {
        let head = try await queue(items: 40)
        let taken = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<4 {
                let keeper = keeper("w\(number)", head)
                group.addTask { try await Self.takeAll(keeper) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.sorted() == (0..<40).map { "\($0)" }.sorted())
    }

    @Test func anAnswerThatWasLostLosesNothing() async throws {
        let head = try await queue(items: 3)
        let keeper = keeper("w", head)
        metadata.meets { $0.isMultiple(of: 2) ? .none : .answerLost }
        var names: [String] = []
        var failures = 0
        while true {
            do {
                guard let item = try await taken(keeper) else { break }
                names.append(item.source.name)
                try await keeper.finish()
            } catch is MetadataError {
                failures += 1
            }
        }
        #expect(failures > 2)
        let summary = QueueSummary(pages: try await store.pages(of: head))
        #expect(summary.done == 3 && summary.troubles.isEmpty)
        #expect(Set(names) == ["0", "1", "2"])
    }

    @Test func beatsCarryProgressUntilTheItemIsLost() async throws {
        let head = try await queue(items: 1)
        let keeper = keeper("w", head)
        _ = try await taken(keeper)
        await keeper.took(QueueTesting.receipt(0))
        let inner = QueueStore(metadata: metadata.inner)
        metadata.meets { write in
            guard write == 3, let page = try? await inner.page(0, of: head) else { return .none }
            var queue = WorkQueue(holder: "other", lease: head.lease, pageCount: 1)
            queue.learn(0, page.items, version: page.version, at: .zero)
            if let change = queue.claiming(
                .init(page: 0, place: 0), at: .zero + head.lease)
            {
                _ = try? await inner.store(change, of: head)
            }
            return .none
        }
        let lost = await #expect(throws: ItemLost.self) { try await keeper.beat() }
        #expect(lost?.reason.contains("another worker") == true)
        let item = try await store.page(0, of: head).items[0]
        #expect(item.claim?.holder == "other" && item.progress.batches == 1)
        #expect(await !keeper.maySend())
        // Nothing that the one that lost it says counts.
        try await keeper.finish()
        try await keeper.release()
        #expect(try await store.page(0, of: head).items[0] == item)
    }

    @Test func aStoreThatIsAwayLongerThanTheLeaseStopsTheSending() async throws {
        let head = try await queue(items: 1)
        let keeper = keeper("w", head)
        _ = try await taken(keeper)
        metadata.meets { _ in .away }
        let lost = await #expect(throws: ItemLost.self) { try await keeper.beat() }
        #expect(lost?.reason.contains("it is away") == true)
        #expect(await !keeper.maySend())
        // It is back, and nobody else took the item: it is given back unharmed.
        metadata.meets { _ in .none }
        try await keeper.release()
        let item = try await store.page(0, of: head).items[0]
        #expect(item.state == .waiting && item.failures == 0)
    }

    @Test func anItemThatFailsGoesBackAndIsSetAsideInTheEnd() async throws {
        let head = try await queue(items: 2)
        let keeper = keeper("w", head)
        var names: [String] = []
        while let item = try await taken(keeper) {
            names.append(item.source.name)
            if item.source.name == "0" {
                try await keeper.fail("damaged")
            } else {
                try await keeper.finish()
            }
        }
        #expect(names == ["0", "1", "0", "0"])
        let summary = QueueSummary(pages: try await store.pages(of: head))
        #expect(summary.failed == 1 && summary.done == 1 && summary.state == "failed")
        #expect(summary.troubles.first?.reason == "damaged")
        let page = QueueStatusPage(style: .plain).text(head, summary)
        #expect(page.contains("set aside") && page.contains("canopy queue retry q"))
        #expect(try await store.retry(head) == 1)
        #expect(try await taken(keeper)?.source.name == "0")
    }
}
