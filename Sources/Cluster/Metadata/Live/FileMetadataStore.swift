// A metadata store in one file that several processes of a machine share. A change is a new file
// that takes the old one's name, made under a lock; a crash leaves the old file or the new one.

import NIOPosix
import Storage
import Synchronization

public final class FileMetadataStore: MetadataStore {
    private let files: MetadataFiles
    private let clock: any NodeClock
    private let threads: NIOThreadPool
    private let watchers = WatcherTable()
    private let leases: LeaseTable
    private let state: Mutex<State>

    private struct State {
        var table: MetadataTable
        var identity: MetadataFiles.Identity?
    }

    /// How soon the changes of other processes are noticed by watchers.
    static let pollInterval = Duration.milliseconds(200)

    /// - Parameter folder: Made if it does not exist; its parent must.
    /// - Throws: `MetadataError` when the file is damaged or the folder cannot be used.
    public init(folder: String, clock: any NodeClock, disk: any Disk = LiveDisk()) throws {
        self.clock = clock
        threads = .singleton
        leases = LeaseTable(clock: clock)
        files = try MetadataFiles(folder: folder, disk: disk)
        let loaded = try files.load()
        state = Mutex(State(table: loaded.table, identity: loaded.identity))
    }

    public func get(_ key: String) async throws -> VersionedValue? {
        try await refreshed().entries[key]
    }

    public func list(prefix: String) async throws -> MetadataListing {
        try await refreshed().listing(prefix: prefix)
    }

    public func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        try await onThread { [self] in
            try files.withLock {
                let loaded = try files.load()
                var table = loaded.table
                let outcome = table.compareAndSet(key, expected: expected, value: value)
                let identity =
                    outcome == .conflict ? loaded.identity : try files.replace(with: table, key)
                take(table, identity)
                return outcome
            }
        }
    }

    public func watch(prefix: String) -> AsyncStream<Void> {
        watchers.add(prefix: prefix, lookingEvery: Self.pollInterval, by: clock) { [weak self] in
            guard let self else { return false }
            // What cannot be read now is looked at again, and `get` reports it.
            _ = try? await refreshed()
            return true
        }
    }

    public func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease? {
        try await leases.acquire(name, holder: holder, duration: duration, in: self)
    }

    public func renew(_ lease: Lease) async throws -> Lease? {
        try await leases.renew(lease, in: self)
    }

    public func release(_ lease: Lease) async throws {
        try await leases.release(lease, in: self)
    }

    /// The table as it is now, whoever changed it last.
    @discardableResult
    private func refreshed() async throws -> MetadataTable {
        try await onThread { [self] in
            let known = state.withLock { ($0.identity, $0.table) }
            if let identity = files.identity(), identity == known.0 { return known.1 }
            let loaded = try files.load()
            return take(loaded.table, loaded.identity)
        }
    }

    /// Remembers a table unless a newer one is known, and tells those who watch.
    @discardableResult
    private func take(
        _ table: MetadataTable, _ identity: MetadataFiles.Identity?
    ) -> MetadataTable {
        state.withLock { state in
            guard table.revision >= state.table.revision else { return state.table }
            let older = state.table
            state.table = table
            state.identity = identity
            watchers.notify(from: older, to: table)
            return table
        }
    }

    private func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R
    {
        try await threads.runIfActive(body)
    }
}
