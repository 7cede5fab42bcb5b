// A metadata store that can be taken away.

import Storage
import Synchronization

@testable import Cluster

final class FadingStore: MetadataStore {
    let inner: InMemoryMetadataStore
    private let isAway = Mutex(false)
    let refused = Mutex(0)

    init(clock: any NodeClock) { inner = InMemoryMetadataStore(clock: clock) }

    func setAway(_ isAway: Bool) { self.isAway.withLock { $0 = isAway } }

    private func reach() throws {
        guard isAway.withLock({ $0 }) else { return }
        refused.withLock { $0 += 1 }
        throw MetadataError(key: "any", reason: "it is away", remedy: "wait")
    }

    func get(_ key: String) async throws -> VersionedValue? {
        try reach()
        return try await inner.get(key)
    }

    func list(prefix: String) async throws -> MetadataListing {
        try reach()
        return try await inner.list(prefix: prefix)
    }

    func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        try reach()
        return try await inner.compareAndSet(key, expected: expected, value: value)
    }

    func watch(prefix: String) -> AsyncStream<Void> { inner.watch(prefix: prefix) }

    func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease? {
        try reach()
        return try await inner.acquireLease(name, holder: holder, duration: duration)
    }

    func renew(_ lease: Lease) async throws -> Lease? {
        try reach()
        return try await inner.renew(lease)
    }

    func release(_ lease: Lease) async throws { try await inner.release(lease) }
}
