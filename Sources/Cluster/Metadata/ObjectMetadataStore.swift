// A metadata store in an object store: a log of tables, one object per change. Creating the object
// of the next revision if it is absent is the change, as with the log of a shard.

import Storage
import Synchronization

public final class ObjectMetadataStore: MetadataStore {
    private let objects: any ObjectStore
    private let clock: any NodeClock
    private let random: any RandomSource
    private let watchers = WatcherTable()
    private let leases: LeaseTable
    private let newest = Mutex(MetadataRevision.none)

    /// How soon the changes of other nodes are noticed by watchers. Each look is one list.
    static let pollInterval = Duration.seconds(1)
    /// Older revisions stay for a while, so that somebody who was slow finds out.
    static let keptRevisions: Int64 = 16
    /// Of one change, against competing changes and a store that does not answer.
    static let maximumAttempts = 50
    private static let firstPause = Duration.milliseconds(20)
    private static let longestPause = Duration.seconds(1)

    public init(objects: any ObjectStore, clock: any NodeClock, random: any RandomSource) {
        self.objects = objects
        self.clock = clock
        self.random = random
        leases = LeaseTable(clock: clock)
    }

    public func get(_ key: String) async throws -> VersionedValue? {
        try await refreshed().table.entries[key]
    }

    public func list(prefix: String) async throws -> MetadataListing {
        try await refreshed().table.listing(prefix: prefix)
    }

    public func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        let author = random.nextName()
        var pause = Self.firstPause
        for _ in 0..<Self.maximumAttempts {
            let newest = try await refreshed()
            var table = newest.table
            guard
                case .stored(let version) = table.compareAndSet(
                    key, expected: expected, value: value)
            else { return .conflict }
            let next = MetadataRevision(table, after: newest, author: author)
            if try await commit(next, key) {
                take(next)
                await collectGarbage(upTo: version)
                return .stored(version)
            }
            try await clock.sleep(for: pause * random.nextUnit())
            pause = min(pause * 2, Self.longestPause)
        }
        throw MetadataError(
            key: key, reason: "\(Self.maximumAttempts) attempts to change it met other changes",
            remedy: "try again")
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
}

extension ObjectMetadataStore {
    /// The newest revision, whoever made it.
    @discardableResult
    private func refreshed() async throws -> MetadataRevision {
        for _ in 0..<Self.maximumAttempts {
            let known = newest.withLock { $0 }
            do {
                let slots = try await slots(after: known.number)
                guard let newest = slots.last else { return known }
                // Nothing there: it was overtaken and deleted meanwhile.
                guard let bytes = try await objects.read(Self.key(newest)) else { continue }
                return take(try MetadataRevision(encoded: bytes, number: newest))
            } catch let error as CorruptBytes {
                throw MetadataError(
                    key: error.place, reason: error.reason,
                    remedy: "restore this object from a backup, or delete it to go back to the "
                        + "revision before; documents are not in it and are safe")
            } catch let error as CancellationError {
                throw error
            } catch {
                throw Self.unavailable(MetadataRevision.prefix, "\(error)")
            }
        }
        throw Self.unavailable(MetadataRevision.prefix, "it changes faster than it can be read")
    }

    /// Remembers a revision unless a newer one is known, and tells those who watch.
    @discardableResult
    private func take(_ revision: MetadataRevision) -> MetadataRevision {
        newest.withLock { newest in
            guard revision.number > newest.number else { return newest }
            let older = newest
            newest = revision
            watchers.notify(from: older.table, to: revision.table)
            return revision
        }
    }

    /// Whether the revision is now the next one; false when somebody else's is.
    private func commit(_ revision: MetadataRevision, _ key: String) async throws -> Bool {
        let object = Self.key(revision.number)
        var pause = Self.firstPause
        var reason = ""
        for _ in 0..<Self.maximumAttempts {
            do {
                switch await objects.create(object, revision.encoded) {
                case .created: return try await isInPlace(revision, key)
                case .exists:
                    guard try await objects.read(object) == revision.encoded else { return false }
                    return try await isInPlace(revision, key)
                case .unknown(let why): reason = why
                }
            } catch let error as MetadataError {
                throw error
            } catch {
                reason = "\(error)"
            }
            try await clock.sleep(for: pause * random.nextUnit())
            pause = min(pause * 2, Self.longestPause)
        }
        throw Self.unavailable(key, reason)
    }

    /// A slow node may have created an object again that was deleted long ago. Then what follows
    /// does not follow from it.
    private func isInPlace(_ revision: MetadataRevision, _ key: String) async throws -> Bool {
        let later = try await slots(after: revision.number)
        guard let next = later.first else { return true }
        if next == revision.number + 1, let bytes = try await objects.read(Self.key(next)),
            let successor = try? MetadataRevision(encoded: bytes, number: next)
        {
            return successor.previous == revision.digest
        }
        throw Self.unavailable(
            key, "others made many changes meanwhile, and whether this one is among them is unknown"
        )
    }

    /// Ascending.
    private func slots(after number: Int64) async throws -> [Int64] {
        try await objects.list(prefix: MetadataRevision.prefix, after: Self.key(number))
            .compactMap { Int64($0.dropFirst(MetadataRevision.prefix.count)) }
    }

    /// Now and then. What cannot be deleted now is deleted another time.
    private func collectGarbage(upTo number: Int64) async {
        guard number % Self.keptRevisions == 0, let slots = try? await slots(after: 0) else {
            return
        }
        for slot in slots where slot <= number - Self.keptRevisions {
            do { try await objects.delete(Self.key(slot)) } catch { return }
        }
    }

    private static func key(_ number: Int64) -> String {
        let digits = String(number)
        return MetadataRevision.prefix
            + String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    private static func unavailable(_ key: String, _ reason: String) -> MetadataError {
        MetadataError(
            key: key, reason: reason, remedy: "see that the object store can be reached")
    }
}
