// Asks an object store, with objects of its own, for the promises the log rests on. A store that
// overwrites, or that lists what is no longer so, would lose acknowledged writes in silence.

public struct ConformanceProbe: Sendable {
    private let store: any ObjectStore
    /// Unique, so that probes of several nodes do not meet.
    private let name: String

    private var key: String { "probe/" + name + "/first" }
    private var other: String { "probe/" + name + "/second" }
    private var contended: String { "probe/" + name + "/contended" }

    /// How many create one object at once.
    private static let contenders = 4

    public init(store: any ObjectStore, name: String) {
        self.store = store
        self.name = name
    }

    public func run() async throws {
        do {
            try await probe()
        } catch {
            for key in [key, other] { try? await store.delete(key) }
            throw error
        }
    }

    /// A store that looks first and writes then keeps its promise only while nobody else is there.
    public func runContended() async throws {
        do {
            try await expectOneWinner()
        } catch {
            try? await store.delete(contended)
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

    private func expectOneWinner() async throws {
        let outcomes = await withTaskGroup(of: (Int, CreateOutcome).self) { group in
            for number in 0..<Self.contenders {
                group.addTask { (number, await store.create(contended, bytes(of: number))) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (_, outcome) in outcomes where outcome != .created {
            try await expect(outcome, .exists, "creating one object several times at once")
        }
        let winners = outcomes.filter { $0.1 == .created }.map(\.0)
        guard winners.count == 1, try await store.read(contended) == bytes(of: winners[0]) else {
            throw lie("of \(Self.contenders) creators of one object, \(winners.count) won")
        }
        try await store.delete(contended)
    }

    private func bytes(of contender: Int) -> [UInt8] { Array("contender \(contender)".utf8) }

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
