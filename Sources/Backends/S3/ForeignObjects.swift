// Objects that other programs put into the bucket: any key, read only, in ranges.

import Storage

public struct ForeignObject: Sendable, Hashable {
    public var key: String
    public var byteCount: Int64
}

/// Reads what is in a bucket beside, or far from, the cluster's own prefix.
public struct ForeignObjects: Sendable {
    private let client: S3Client

    /// - Parameter settings: Those of the cluster; their prefix does not matter here.
    public init(_ settings: S3Settings, clock: any NodeClock, random: any RandomSource) {
        self.init(settings, http: HTTPClientExchange(), clock: clock, random: random)
    }

    init(
        _ settings: S3Settings, http: any HTTPExchange, clock: any NodeClock,
        random: any RandomSource, policy: RetryPolicy = RetryPolicy()
    ) {
        client = S3Client(
            settings: settings, http: http, clock: clock, random: random, policy: policy)
    }

    /// All objects whose keys begin with the prefix, by the bytes of their keys.
    /// - Throws: `ObjectStoreError`.
    public func list(prefix: String) async throws -> [ForeignObject] {
        var found: [String: Int64] = [:]
        var continuation: String?
        repeat {
            let page = try await client.page(prefix: prefix, after: nil, continuation)
            for entry in page.entries where entry.key.hasPrefix(prefix) {
                guard let count = entry.byteCount else {
                    throw client.error(
                        entry.key, "the list does not say how long the object is",
                        "use another store")
                }
                found[entry.key] = count
            }
            if let token = page.continuation, token == continuation {
                throw client.error(prefix, "its list does not go on", "use another store")
            }
            continuation = page.continuation
        } while continuation != nil
        return found.map { ForeignObject(key: $0.key, byteCount: $0.value) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// Nil when there is no such object.
    public func size(_ key: String) async throws -> Int64? {
        let reply = try await client.ask(S3Request(operation: .size, key: key), of: key) { reply in
            reply.headers["content-length"].flatMap { Int64($0) } == nil
                ? "it does not say how long the object is" : nil
        }
        return reply?.headers["content-length"].flatMap { Int64($0) }
    }

    /// A range of an object's bytes.
    /// - Throws: `ObjectStoreError`, also when the object is gone.
    public func read(_ key: String, _ range: Range<Int>) async throws -> [UInt8] {
        guard let bytes = try await client.part(of: key, key: key, range) else {
            throw client.error(key, "there is no such object", "see who removed it")
        }
        return bytes
    }
}
