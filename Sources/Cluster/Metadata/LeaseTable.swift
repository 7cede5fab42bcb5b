// Leases kept as entries of a metadata store, without clocks that agree: a lease has run out when
// its entry stayed the same for its duration by the clock of whoever wants it.

import Analysis
import Storage
import Synchronization

final class LeaseTable: Sendable {
    private struct Sighting {
        let version: Int64
        let since: Instant
    }

    static let prefix = "lease/"

    private let clock: any NodeClock
    private let sightings = Mutex<[String: Sighting]>([:])

    init(clock: any NodeClock) {
        self.clock = clock
    }

    func acquire(
        _ name: String, holder: String, duration: Duration, in store: some MetadataStore
    ) async throws -> Lease? {
        let current = try await store.get(Self.prefix + name)
        if let current, let held = Self.decode(current.value), held.holder != holder {
            let now = clock.now
            let since = sightings.withLock { sightings in
                if let sighting = sightings[name], sighting.version == current.version {
                    return sighting.since
                }
                sightings[name] = Sighting(version: current.version, since: now)
                return now
            }
            guard now - since >= held.duration else { return nil }
        }
        return try await write(name, holder, duration, expected: current?.version, store)
    }

    func renew(_ lease: Lease, in store: some MetadataStore) async throws -> Lease? {
        try await write(lease.name, lease.holder, lease.duration, expected: lease.version, store)
    }

    func release(_ lease: Lease, in store: some MetadataStore) async throws {
        // A conflict means that somebody else has it already.
        _ = try await store.compareAndSet(
            Self.prefix + lease.name, expected: lease.version, value: nil)
    }

    private func write(
        _ name: String, _ holder: String, _ duration: Duration, expected: Int64?,
        _ store: some MetadataStore
    ) async throws -> Lease? {
        let value: JSONValue = [
            "holder": .string(holder), "nanoseconds": .integer(duration.wholeNanoseconds),
        ]
        let outcome = try await store.compareAndSet(
            Self.prefix + name, expected: expected, value: value.encoded())
        guard case .stored(let version) = outcome else { return nil }
        return Lease(name: name, holder: holder, duration: duration, version: version)
    }

    /// Nil for an entry nobody can hold.
    private static func decode(_ bytes: [UInt8]) -> (holder: String, duration: Duration)? {
        guard let json = try? JSONParser.parse(bytes), let holder = json["holder"]?.stringValue,
            let nanoseconds = json["nanoseconds"]?.integerValue
        else { return nil }
        return (holder, .nanoseconds(nanoseconds))
    }
}
