// A metadata store that an operator replaces by another while nodes use it.

import Cluster
import Synchronization

final class ReplacedMetadata: MetadataStore {
    private let store: Mutex<any MetadataStore>

    init(_ store: any MetadataStore) {
        self.store = Mutex(store)
    }

    private var current: any MetadataStore { store.withLock { $0 } }

    func replace(by other: any MetadataStore) { store.withLock { $0 = other } }

    func get(_ key: String) async throws -> VersionedValue? { try await current.get(key) }

    func list(prefix: String) async throws -> MetadataListing {
        try await current.list(prefix: prefix)
    }

    func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        try await current.compareAndSet(key, expected: expected, value: value)
    }

    func watch(prefix: String) -> AsyncStream<Void> { current.watch(prefix: prefix) }

    func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease? {
        try await current.acquireLease(name, holder: holder, duration: duration)
    }

    func renew(_ lease: Lease) async throws -> Lease? { try await current.renew(lease) }
    func release(_ lease: Lease) async throws { try await current.release(lease) }
}
