// Metadata in an object store: nodes that race, answers that are lost, a node that was asleep.

import Storage
import Synchronization
import Testing

@testable import Cluster

@Suite(.timeLimit(.minutes(5)))
struct ObjectMetadataStoreTests {
    private func make(_ objects: any ObjectStore, seed: UInt64 = 1) -> ObjectMetadataStore {
        ObjectMetadataStore(
            objects: objects, clock: JumpingClock(), random: SeededRandom(seed: seed))
    }

    /// Adds numbers to one entry until each is there.
    private func append(_ number: UInt8, to store: some MetadataStore) async throws {
        while true {
            let old = try await store.get("count")
            let outcome = try await store.compareAndSet(
                "count", expected: old?.version, value: (old?.value ?? []) + [number])
            if outcome != .conflict { return }
        }
    }

    @Test func racingNodesLoseNothing() async throws {
        for seed in UInt64(0)..<10 {
            let objects = LossyObjects(random: SeededRandom(seed: seed), lossPercent: 0)
            let stores = (0..<3).map { make(objects, seed: seed &* 3 &+ $0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in UInt8(0)..<45 {
                    group.addTask { try await append(number, to: stores[Int(number) % 3]) }
                }
                try await group.waitForAll()
            }
            for store in stores {
                let value = try #require(try await store.get("count")).value
                #expect(value.sorted() == (0..<45).map { UInt8($0) }, "seed \(seed)")
            }
            #expect(objects.count <= 2 * Int(ObjectMetadataStore.keptRevisions))
        }
    }

    @Test func lostAnswersChangeNothingTwice() async throws {
        for seed in UInt64(0)..<40 {
            let objects = LossyObjects(random: SeededRandom(seed: seed), lossPercent: 30)
            let stores = (0..<2).map { make(objects, seed: seed &* 2 &+ $0) }
            let numbers = Array(UInt8(0)..<20)
            await withTaskGroup(of: Void.self) { group in
                for number in numbers {
                    group.addTask {
                        // A store that cannot be listed is reported, and the change is not made.
                        while (try? await append(number, to: stores[Int(number) % 2])) == nil {}
                    }
                }
            }
            objects.isCalm.store(true, ordering: .relaxed)
            let value = try #require(try await make(objects).get("count")).value
            #expect(value.sorted() == numbers, "seed \(seed)")
        }
    }

    /// A node that was asleep creates a revision that was deleted long ago: it must not believe
    /// that its change was made.
    @Test func aNodeThatSleptIsNotBelieved() async throws {
        for count in [3, 20, 40, 100] {
            let objects = LossyObjects(random: SeededRandom(seed: 1), lossPercent: 0)
            let sleeper = make(objects, seed: 2)
            _ = try await sleeper.compareAndSet("mine", expected: nil, value: [1])
            let others = make(objects, seed: 3)
            objects.beforeNextCreate {
                for number in 0..<count {
                    _ = try await others.compareAndSet("other/\(number)", expected: nil, value: [])
                }
            }
            let outcome = try? await sleeper.compareAndSet("mine", expected: 1, value: [2])
            let value = try await make(objects).get("mine")?.value
            switch outcome {
            case .stored: #expect(value == [2], "after \(count)")
            case .conflict, nil: #expect(value == [1], "after \(count)")
            }
            #expect(try await others.list(prefix: "other/").entries.count == count)
        }
    }

    @Test func damageIsNamed() async throws {
        let objects = LossyObjects(random: SeededRandom(seed: 1), lossPercent: 0)
        _ = try await make(objects).compareAndSet("a", expected: nil, value: [1])
        let key = "metadata/00000000000000000001"
        let whole = try #require(try await objects.read(key))
        #expect(try MetadataRevision(encoded: whole, number: 1).table.revision == 1)
        #expect(throws: CorruptBytes.self) { try MetadataRevision(encoded: whole, number: 2) }
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 1
            #expect(throws: CorruptBytes.self, "byte \(place)") {
                try MetadataRevision(encoded: damaged, number: 1)
            }
            #expect(throws: CorruptBytes.self, "cut at \(place)") {
                try MetadataRevision(encoded: Array(whole[..<place]), number: 1)
            }
        }
        try await objects.delete(key)
        #expect(await objects.create(key, Array(whole.dropLast())) == .created)
        await #expect {
            try await make(objects).get("a")
        } throws: { error in
            "\(error)".contains("metadata revision 1") && "\(error)".contains("restore this object")
        }
    }
}

/// Objects in memory, behind a network that loses answers: of creates before or after they are
/// made, of everything else always.
final class LossyObjects: ObjectStore {
    let isCalm = Atomic(false)
    private let random: any RandomSource
    private let lossPercent: UInt64
    private let objects = Mutex<[String: [UInt8]]>([:])
    private let hook = Mutex<(@Sendable () async throws -> Void)?>(nil)

    init(random: any RandomSource, lossPercent: UInt64) {
        self.random = random
        self.lossPercent = lossPercent
    }

    var count: Int { objects.withLock { $0.count } }

    /// Runs `body` when the next create is asked for, before it is made.
    func beforeNextCreate(_ body: @escaping @Sendable () async throws -> Void) {
        hook.withLock { $0 = body }
    }

    private func loses() -> Bool {
        !isCalm.load(ordering: .relaxed) && random.next(below: 100) < lossPercent
    }

    private func step(_ key: String) async throws {
        await Task.yield()
        if loses() { throw ObjectStoreError(key: key, reason: "lost", remedy: "none") }
    }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        await Task.yield()
        let body = hook.withLock { hook in
            defer { hook = nil }
            return hook
        }
        do { try await body?() } catch { return .unknown("\(error)") }
        if loses() { return .unknown("lost before") }
        let isNew = objects.withLock { objects in
            guard objects[key] == nil else { return false }
            objects[key] = bytes
            return true
        }
        if loses() { return .unknown("lost after") }
        return isNew ? .created : .exists
    }

    func read(_ key: String) async throws -> [UInt8]? {
        try await step(key)
        return objects.withLock { $0[key] }
    }

    func list(prefix: String, after: String?) async throws -> [String] {
        try await step(prefix)
        return objects.withLock { objects in
            objects.keys.filter { $0.hasPrefix(prefix) && $0 > after ?? "" }.sorted()
        }
    }

    func delete(_ key: String) async throws {
        try await step(key)
        objects.withLock { $0[key] = nil }
    }

    func map(_ key: String) async throws -> MappedBytes? {
        try await read(key).map { MappedBytes(owned: $0) }
    }

    func size(_ key: String) async throws -> Int? { try await read(key)?.count }
    func check() async throws {}
    func checkContention() async throws {}
}
