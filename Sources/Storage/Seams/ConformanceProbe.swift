// Asks an object store, with objects of its own, for the promises the log rests on. A store that
// overwrites, or that lists what is no longer so, would lose acknowledged writes in silence.

public struct ConformanceProbe {
    private let store: any ObjectStore
    /// Unique, so that probes of several nodes do not meet.
    private let name: String

    private var key: String { "probe/" + name + "/first" }
    private var other: String { "probe/" + name + "/second" }

    public init(store: any ObjectStore, name: String) {
        self.store = store
        self.name = name
    }

    public func run() async throws {
        do {
            try await probe()
        } catch {
            try? await store.delete(key)
            try? await store.delete(other)
            throw error
        }
    }

    private func probe() async throws {
        let first = Array("first \(name)".utf8)
        let second = Array("second \(name)".utf8)
        try await expect(await store.create(key, first), .created, "creating a new object")
        try await expect(await store.create(key, second), .exists, "creating it again")
        guard try await store.read(key) == first else {
            throw lie("an object that existed was replaced, or reads back wrong")
        }
        guard try await store.size(key) == first.count else { throw lie("a size is wrong") }
        guard let mapped = try await store.map(key), mapped.copied() == first else {
            throw lie("a mapped object differs from what was created")
        }
        try await expect(await store.create(other, second), .created, "creating another")
        try await expectList([key, other], after: nil)
        try await expectList([other], after: key)
        try await store.delete(key)
        try await expectList([other], after: nil)
        guard try await store.read(key) == nil else { throw lie("a deleted object can be read") }
        try await store.delete(key)
        try await store.delete(other)
        try await expectList([], after: nil)
    }

    private func expect(
        _ outcome: CreateOutcome, _ expected: CreateOutcome, _ what: String
    ) async throws {
        if outcome == expected { return }
        if case .unknown(let reason) = outcome {
            throw ObjectStoreError(
                key: key, reason: "\(what) failed: \(reason)",
                remedy: "see that the store can be reached and written to")
        }
        throw lie("\(what) answered \(outcome) instead of \(expected)")
    }

    private func expectList(_ expected: [String], after: String?) async throws {
        let found = try await store.list(prefix: "probe/" + name + "/", after: after)
        guard found == expected else {
            throw lie("a list shows \(found) where \(expected) is right")
        }
    }

    private func lie(_ reason: String) -> ObjectStoreError {
        ObjectStoreError(
            key: key, reason: reason,
            remedy: "this store does not keep the conditions the log needs; use another")
    }
}
