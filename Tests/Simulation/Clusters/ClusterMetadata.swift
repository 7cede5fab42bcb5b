// The metadata store of a cluster: one table that changes at one moment, and how a process reaches
// it. It can be away, lose answers, be out of reach for one node, and come back as it once was.

import Storage

@testable import Cluster

/// Touched by one thread only.
final class ClusterMetadata: @unchecked Sendable {
    static let host = "metadata"

    private struct Watcher {
        let prefix: String
        let process: NodeProcess
        let continuation: AsyncStream<Void>.Continuation
    }

    private let clock: VirtualClock
    private let record: Record
    private let network: Network
    private let fabric: Fabric
    private(set) var table = MetadataTable()
    /// Older tables, oldest first.
    private var backups: [MetadataTable] = []
    private var watchers: [Int: Watcher] = [:]
    private var lastWatcher = 0
    private(set) var isAway = false

    /// Changes between two backups.
    private static let backupInterval: Int64 = 40
    private static let backupLimit = 20

    init(clock: VirtualClock, record: Record, network: Network, fabric: Fabric) {
        self.clock = clock
        self.record = record
        self.network = network
        self.fabric = fabric
    }

    func change<R>(_ body: (inout MetadataTable) -> R) -> R {
        let older = table
        let result = body(&table)
        guard table.revision != older.revision else { return result }
        if table.revision % Self.backupInterval == 0 {
            backups = backups.suffix(Self.backupLimit - 1) + [table]
        }
        notify { self.table.differs(from: older, under: $0) }
        return result
    }

    // MARK: Faults

    /// Older backups are not used any more.
    func forgetBackups() { backups = [] }

    func lose() { isAway = true }

    func comeBack() {
        isAway = false
        notify { _ in true }
    }

    /// As an operator restores a backup.
    func rewind(_ random: any RandomSource) {
        guard !backups.isEmpty else { return }
        record.note(.metadataRewinds)
        table = backups[random.next(in: 0..<backups.count)]
        record.trace(Self.host, "is restored", UInt64(table.revision))
        notify { _ in true }
    }

    func isReachable(by process: NodeProcess) -> Bool {
        !isAway && !fabric.isCut(from: process.host, to: Self.host)
    }

    // MARK: Watching

    func watch(_ prefix: String, _ process: NodeProcess) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        lastWatcher += 1
        let number = lastWatcher
        watchers[number] = Watcher(prefix: prefix, process: process, continuation: continuation)
        continuation.onTermination = { _ in self.watchers[number] = nil }
        return stream
    }

    /// Who is out of reach now hears of it when it asks what it missed.
    func notify(_ isMeant: (String) -> Bool) {
        for (_, watcher) in watchers.sorted(by: { $0.key < $1.key }) where isMeant(watcher.prefix) {
            deliver(watcher)
        }
    }

    private func deliver(_ watcher: Watcher) {
        clock.schedule(at: clock.now + network.way()) {
            guard watcher.process.condition != .dead else { return }
            guard self.isReachable(by: watcher.process) else { return self.retry(watcher) }
            watcher.continuation.yield()
        }
    }

    private func retry(_ watcher: Watcher) {
        clock.schedule(at: clock.now + .seconds(1)) { self.deliver(watcher) }
    }
}

/// The store as one process sees it.
final class ClusterMetadataClient: MetadataStore {
    private let store: ClusterMetadata
    private let network: Network
    private let process: NodeProcess
    private let time: NodeTime
    private let leases: LeaseTable
    private let mutation: ClusterMutation?

    /// How long a request to a store that does not answer takes.
    private static let timeout = Duration.seconds(2)

    init(
        store: ClusterMetadata, network: Network, process: NodeProcess, time: NodeTime,
        mutation: ClusterMutation?
    ) {
        self.store = store
        self.network = network
        self.process = process
        self.time = time
        self.mutation = mutation
        leases = LeaseTable(clock: time)
    }

    func get(_ key: String) async throws -> VersionedValue? {
        let found = try await ask(key) { $0.entries[key] }
        guard let mutation else { return found }
        return mutation.read(key, found)
    }

    func list(prefix: String) async throws -> MetadataListing {
        try await ask(prefix) { $0.listing(prefix: prefix) }
    }

    func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        let value = mutation.map { $0.written(key, value) } ?? value
        return try await ask(key) {
            $0.compareAndSet(key, expected: expected, value: value)
        }
    }

    func watch(prefix: String) -> AsyncStream<Void> { store.watch(prefix, process) }

    func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease? {
        try await leases.acquire(name, holder: holder, duration: duration, in: self)
    }

    func renew(_ lease: Lease) async throws -> Lease? {
        try await leases.renew(lease, in: self)
    }

    func release(_ lease: Lease) async throws {
        try await leases.release(lease, in: self)
    }

    private func ask<R: Sendable>(
        _ key: String, _ body: (inout MetadataTable) -> R
    ) async throws -> R {
        try Task.checkCancellation()
        guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
        let fate = network.fate()
        await network.travel()
        guard store.isReachable(by: process), fate != .lost, fate != .late else {
            await network.pass(upTo: Self.timeout)
            guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
            throw Self.failure(key, "no answer")
        }
        if fate == .refused { throw Self.failure(key, "503") }
        let result = store.change(body)
        await network.travel()
        guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
        guard fate != .answerLost, store.isReachable(by: process) else {
            throw Self.failure(key, "the connection was closed")
        }
        return result
    }

    private static func failure(_ key: String, _ reason: String) -> MetadataError {
        MetadataError(key: key, reason: reason, remedy: "try again")
    }
}
