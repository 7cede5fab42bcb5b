// A metadata store for clusters that live in one process and leave nothing behind.

import Storage
import Synchronization

public final class InMemoryMetadataStore: MetadataStore {
    private let table = Mutex(MetadataTable())
    private let watchers = WatcherTable()
    private let leases: LeaseTable

    public init(clock: any NodeClock) {
        leases = LeaseTable(clock: clock)
    }

    public func get(_ key: String) async throws -> VersionedValue? {
        table.withLock { $0.entries[key] }
    }

    public func list(prefix: String) async throws -> MetadataListing {
        table.withLock { $0.listing(prefix: prefix) }
    }

    public func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        table.withLock { table in
            let older = table
            let outcome = table.compareAndSet(key, expected: expected, value: value)
            watchers.notify(from: older, to: table)
            return outcome
        }
    }

    public func watch(prefix: String) -> AsyncStream<Void> {
        watchers.add(prefix: prefix)
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
}
