// An object store that breaks one promise, which the conformance probe must notice.

import Storage
import Synchronization

final class LyingStore: ObjectStore {
    enum Lie: Sendable { case overwrites, listsStale, forgets, crownsMany }

    private let honest: any ObjectStore
    private let lie: Lie
    private let stale = Mutex<[String]>([])

    init(_ honest: any ObjectStore, _ lie: Lie) {
        self.honest = honest
        self.lie = lie
    }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        if lie == .forgets { return .created }
        if lie == .overwrites { try? await honest.delete(key) }
        let outcome = await honest.create(key, bytes)
        return lie == .crownsMany && key.hasSuffix("/contended") ? .created : outcome
    }

    func list(prefix: String, after: String?) async throws -> [String] {
        let now = try await honest.list(prefix: prefix, after: after)
        guard lie == .listsStale else { return now }
        return stale.withLock { old in
            defer { old = now }
            return old
        }
    }

    func read(_ key: String) async throws -> [UInt8]? { try await honest.read(key) }
    func delete(_ key: String) async throws { try await honest.delete(key) }
    func map(_ key: String) async throws -> MappedBytes? { try await honest.map(key) }
    func size(_ key: String) async throws -> Int? { try await honest.size(key) }
    func check() async throws { try await ConformanceProbe(store: self, name: "liar").run() }

    func checkContention() async throws {
        try await ConformanceProbe(store: self, name: "liar").runContended()
    }
}
