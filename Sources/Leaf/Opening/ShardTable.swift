// The shards of this leaf: open ones, those being opened, and why others cannot be opened.

import Cluster
import Queries
import Shards
import Storage
import Synchronization

/// Why a shard cannot be used now, as it is reported to roots and people.
struct ShardUnavailable: Error, Sendable, Hashable {
    let type: String
    let reason: String
    let status: Int

    init(type: String, reason: String, status: Int = 503) {
        self.type = type
        self.reason = reason
        self.status = status
    }

    init(_ error: any Error) {
        switch error {
        case let error as ShardUnavailable: self = error
        case let error as ShardError:
            // Others may have the shard, or the owner may have changed; or it is as bad everywhere.
            let type =
                switch error.kind {
                case .deposed, .closed: RemoteError.noShardType
                case .corrupt: RemoteError.corruptShardType
                case .overloaded: "rejected_execution_exception"
                case .unavailable: RemoteError.unavailableType
                case .notKept: "snapshot_missing_exception"
                case .keyReused, .refused: "illegal_argument_exception"
                }
            self.init(
                type: type, reason: "\(error)", status: error.kind == .corrupt ? 503 : error.status)
        case let error as RequestError:
            self.init(type: error.type, reason: error.reason, status: error.status)
        default: self.init(type: RemoteError.noShardType, reason: "\(error)")
        }
    }
}

/// Opens each shard once, whoever asks first; a failure is remembered for a while.
final class ShardTable: Sendable {
    private enum Entry {
        case opening(Task<Shard, any Error>)
        case open(Shard)
        case failed(ShardUnavailable, retryAt: Instant)
    }

    /// A shard that could not be opened is tried again after this.
    static let retryAfter = Duration.seconds(5)

    private let clock: any NodeClock
    private let entries = Mutex<[ShardKey: Entry]>([:])
    private let isClosed = Atomic(false)

    init(clock: any NodeClock) {
        self.clock = clock
    }

    /// The shard if it is open; no waiting.
    func openShard(_ key: ShardKey) -> Shard? {
        entries.withLock {
            if case .open(let shard) = $0[key] { shard } else { nil }
        }
    }

    /// The open shard, opened by `make` when nobody did.
    /// - Throws: `ShardUnavailable`.
    func shard(
        _ key: ShardKey, make: @escaping @Sendable () async throws -> Shard
    ) async throws -> Shard {
        let now = clock.now
        let task = try entries.withLock { entries -> Task<Shard, any Error> in
            if isClosed.load(ordering: .relaxed) {
                throw ShardUnavailable(
                    type: RemoteError.noShardType, reason: "the leaf is stopping")
            }
            switch entries[key] {
            case .open(let shard): return Task { shard }
            case .opening(let task): return task
            case .failed(let failure, let retryAt) where now < retryAt: throw failure
            case .failed, nil:
                let task = Task { try await make() }
                entries[key] = .opening(task)
                return task
            }
        }
        do {
            let shard = try await task.value
            entries.withLock { entries in
                if case .opening(let current) = entries[key], current == task {
                    entries[key] = .open(shard)
                }
            }
            return shard
        } catch {
            let failure = ShardUnavailable(error)
            entries.withLock { entries in
                if case .opening(let current) = entries[key], current == task {
                    entries[key] = .failed(failure, retryAt: now + Self.retryAfter)
                }
            }
            throw failure
        }
    }

    /// Nothing is opened any more. What is open or being opened is to be removed.
    /// - Returns: its keys, in their order.
    func close() -> [ShardKey] {
        entries.withLock { entries in
            isClosed.store(true, ordering: .relaxed)
            return entries.keys.sorted()
        }
    }

    /// Takes the shard out, to be opened anew or never.
    func remove(_ key: ShardKey) async -> Shard? {
        let entry = entries.withLock { $0.removeValue(forKey: key) }
        switch entry {
        case .open(let shard): return shard
        case .opening(let task): return try? await task.value
        case .failed, nil: return nil
        }
    }

    /// Remembers that an open shard turned out unusable.
    func fail(_ key: ShardKey, _ failure: ShardUnavailable) {
        let retryAt = clock.now + Self.retryAfter
        entries.withLock { $0[key] = .failed(failure, retryAt: retryAt) }
    }

    /// In the keys' order.
    var openShards: [(key: ShardKey, shard: Shard)] {
        let open: [(key: ShardKey, shard: Shard)] = entries.withLock { entries in
            entries.compactMap { key, entry in
                if case .open(let shard) = entry { (key, shard) } else { nil }
            }
        }
        return open.sorted { $0.key < $1.key }
    }

    /// State of every known shard that is not open.
    var closedShards: [(key: ShardKey, failure: ShardUnavailable?)] {
        entries.withLock { entries in
            entries.compactMap { key, entry in
                switch entry {
                case .open: nil
                case .opening: (key, nil)
                case .failed(let failure, _): (key, failure)
                }
            }
        }
    }

    var keys: [ShardKey] { entries.withLock { $0.keys.sorted() } }
}
