// Metadata in etcd. A change is one transaction that compares the entry's revision.

import Analysis
import Cluster
import Storage
import Synchronization

public final class EtcdMetadataStore: MetadataStore {
    let client: EtcdClient
    private let watches: EtcdClient
    /// What this process holds, by name.
    private let leases = Mutex<[String: Held]>([:])

    private struct Held {
        /// etcd's own of the lease.
        let number: Int64
        let version: Int64
    }

    private static let leasePrefix = "lease/"

    public convenience init(
        _ settings: EtcdSettings, clock: any NodeClock, random: any RandomSource
    ) {
        self.init(
            settings, http: HTTPClientExchange(), watching: HTTPClientExchange(isFollowing: true),
            clock: clock, random: random)
    }

    init(
        _ settings: EtcdSettings, http: any HTTPExchange, watching: any HTTPExchange,
        clock: any NodeClock, random: any RandomSource, policy: RetryPolicy = RetryPolicy()
    ) {
        client = EtcdClient(
            settings: settings, http: http, clock: clock, random: random, policy: policy)
        watches = EtcdClient(
            settings: settings, http: watching, clock: clock, random: random, policy: policy)
    }

    public func get(_ key: String) async throws -> VersionedValue? {
        let answer = try await client.ask(
            "/v3/kv/range", ["key": EtcdJSON.bytes(whole(key).utf8)], key: key)
        return try entries(answer, key).first?.value
    }

    public func list(prefix: String) async throws -> MetadataListing {
        let answer = try await client.ask("/v3/kv/range", range(prefix), key: prefix)
        return MetadataListing(
            revision: Self.revision(answer), entries: try entries(answer, prefix))
    }

    public func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome {
        let name = EtcdJSON.bytes(whole(key).utf8)
        let change: JSONValue =
            if let value {
                ["request_put": ["key": name, "value": EtcdJSON.bytes(value)]]
            } else {
                ["request_delete_range": ["key": name]]
            }
        return try await transact(key, expected: expected, change) { $0 == value }
    }

    public func watch(prefix: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let request: JSONValue = ["create_request": range(prefix)]
        let task = Task { [watches] in
            var failures = 0
            while !Task.isCancelled {
                let hasHeard = Mutex(false)
                // Also when the watch is made: changes before it may have been missed.
                try? await watches.follow("/v3/watch", request) { line in
                    guard let result = line["result"], result["canceled"] == nil else {
                        return false
                    }
                    hasHeard.withLock { $0 = true }
                    continuation.yield()
                    return true
                }
                failures = hasHeard.withLock { $0 } ? 0 : failures + 1
                guard (try? await watches.retrier.pause(after: failures)) != nil else { return }
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    // MARK: Leases

    /// A lease is an entry that etcd deletes when it was not kept alive for as long.
    public func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease? {
        let key = Self.leasePrefix + name
        let current = try await get(key)
        if let current, current.value != Array(holder.utf8) { return nil }
        let seconds = max(1, Int64(duration.inSeconds.rounded(.up)))
        let grant = try await client.ask(
            "/v3/lease/grant", ["TTL": EtcdJSON.number(seconds)], key: key)
        let number = EtcdJSON.number(grant["ID"])
        let change: JSONValue = [
            "request_put": [
                "key": EtcdJSON.bytes(whole(key).utf8), "value": EtcdJSON.bytes(holder.utf8),
                "lease": EtcdJSON.number(number),
            ]
        ]
        // An attempt in doubt is this one's if the entry belongs to the lease just granted.
        let outcome = try await transact(
            key, expected: current?.version, change, lease: number
        ) { $0 == Array(holder.utf8) }
        guard case .stored(let version) = outcome else {
            await revoke(number)
            return nil
        }
        leases.withLock { $0[name] = Held(number: number, version: version) }
        return Lease(name: name, holder: holder, duration: duration, version: version)
    }

    public func renew(_ lease: Lease) async throws -> Lease? {
        guard let number = held(lease) else { return nil }
        let key = Self.leasePrefix + lease.name
        let answer = try await client.ask(
            "/v3/lease/keepalive", ["ID": EtcdJSON.number(number)], key: key)
        // A lease that ran out is answered like one that did not, but for its time.
        guard EtcdJSON.number(answer["result"]?["TTL"]) > 0,
            try await get(key)?.version == lease.version
        else { return nil }
        return lease
    }

    public func release(_ lease: Lease) async throws {
        guard let number = held(lease) else { return }
        leases.withLock { $0[lease.name] = nil }
        await revoke(number)
    }

    private func held(_ lease: Lease) -> Int64? {
        leases.withLock { leases in
            leases[lease.name].flatMap { $0.version == lease.version ? $0.number : nil }
        }
    }

    /// Refused, it ran out before; and where etcd does not answer, it runs out by itself.
    private func revoke(_ number: Int64) async {
        _ = await client.attempt("/v3/lease/revoke", ["ID": EtcdJSON.number(number)])
    }
}

extension EtcdMetadataStore {
    private func whole(_ key: String) -> String { client.settings.prefix + key }

    private func range(_ prefix: String) -> JSONValue {
        [
            "key": EtcdJSON.bytes(whole(prefix).utf8),
            "range_end": EtcdJSON.bytes(EtcdJSON.end(ofPrefix: whole(prefix))),
        ]
    }

    private static func revision(_ answer: JSONValue) -> Int64 {
        EtcdJSON.number(answer["header"]?["revision"])
    }

    /// - Parameters:
    ///   - change: Made where the entry has the expected revision.
    ///   - lease: The lease the entry must belong to, to be this change.
    ///   - isMine: Whether a value (nil: no entry) is what the change leaves.
    private func transact(
        _ key: String, expected: Int64?, _ change: JSONValue, lease: Int64? = nil,
        isMine: ([UInt8]?) -> Bool
    ) async throws -> CompareAndSetOutcome {
        let name = EtcdJSON.bytes(whole(key).utf8)
        var isInDoubt = false
        let answer = try await client.ask(
            "/v3/kv/txn",
            [
                "compare": [
                    [
                        "key": name, "target": "MOD",
                        "mod_revision": EtcdJSON.number(expected ?? 0),
                    ]
                ],
                "success": [change],
                "failure": [["request_range": ["key": name]]],
            ], key: key
        ) { isInDoubt = true }
        if answer["succeeded"]?.boolValue == true { return .stored(Self.revision(answer)) }
        guard isInDoubt else { return .conflict }
        // An attempt before this one may have made the change, and be what this one met.
        let found = answer["responses"]?.arrayValue?.first?["response_range"] ?? [:]
        let entry = found["kvs"]?.arrayValue?.first
        let value = try entries(found, key).first?.value
        guard isMine(value?.value), lease.map({ $0 == EtcdJSON.number(entry?["lease"]) }) ?? true
        else { return .conflict }
        return .stored(value?.version ?? Self.revision(answer))
    }

    private func entries(_ answer: JSONValue, _ key: String) throws -> [MetadataEntry] {
        try (answer["kvs"]?.arrayValue ?? []).map { entry in
            guard let bytes = EtcdJSON.bytes(entry["key"]),
                let name = String(validating: bytes, as: UTF8.self),
                name.hasPrefix(client.settings.prefix), let value = EtcdJSON.bytes(entry["value"])
            else {
                throw client.error(key, "an entry cannot be read", "check metadata.endpoints")
            }
            return MetadataEntry(
                key: String(name.dropFirst(client.settings.prefix.count)),
                value: VersionedValue(
                    value: value, version: EtcdJSON.number(entry["mod_revision"])))
        }
    }
}
