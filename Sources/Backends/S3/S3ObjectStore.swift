// Objects in a bucket of S3 or of a store that speaks its protocol. Create-if-absent is a PUT with
// `If-None-Match: *`; the SHA-256 of an object travels and is kept beside it.

import Storage

public final class S3ObjectStore: ObjectStore {
    let client: S3Client
    let cache: ObjectCache?
    private let compute: any ComputePool
    private let isMappedLater: @Sendable (String) -> Bool
    private let probeName: String

    /// Larger bytes are digested on the compute pool.
    static let smallObject = 1 << 20
    /// How much a read of unknown size is given time for.
    static let largeObject = 64 << 20

    /// - Parameters:
    ///   - cache: Local copies for `map`; nil maps objects in memory.
    ///   - isMappedLater: Which keys are worth a local copy when they are created.
    public convenience init(
        _ settings: S3Settings, cache: ObjectCache?, clock: any NodeClock,
        random: any RandomSource, compute: any ComputePool,
        isMappedLater: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.init(
            settings, http: HTTPClientExchange(), cache: cache, clock: clock, random: random,
            compute: compute, isMappedLater: isMappedLater)
    }

    init(
        _ settings: S3Settings, http: any HTTPExchange, cache: ObjectCache?,
        clock: any NodeClock, random: any RandomSource, compute: any ComputePool,
        policy: RetryPolicy = RetryPolicy(),
        isMappedLater: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        client = S3Client(
            settings: settings, http: http, clock: clock, random: random, policy: policy)
        self.cache = cache
        self.compute = compute
        self.isMappedLater = isMappedLater
        probeName = random.nextName()
    }

    public func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        if let fault = ObjectKey.fault(in: key) {
            return .unknown("\(client.error(key, fault, Self.keyRemedy))")
        }
        guard bytes.count <= S3Request.objectLimit else {
            return .unknown("\(client.error(key, "it is larger than 5 GiB", "make it smaller"))")
        }
        do {
            let (digest, checksum) = try await digests(of: bytes)
            let outcome = await put(key, bytes, digest, checksum)
            if outcome == .created, isMappedLater(key) {
                // Only saves fetching it: what is missing is fetched.
                try? await cache?.keep(cacheName(key), key, bytes, digest)
            }
            guard case .unknown(let reason) = outcome else { return outcome }
            return .unknown("\(client.settings.place): \(reason)")
        } catch {
            return .unknown("\(error)")
        }
    }

    public func read(_ key: String) async throws -> [UInt8]? {
        try await client.ask(
            S3Request(
                operation: .read, key: try objectKey(key), answerLimit: S3Request.objectLimit),
            of: key, expecting: Self.largeObject, check: Self.damage
        )?.body
    }

    /// - Parameter range: Of bytes that are there.
    public func read(_ key: String, _ range: Range<Int>) async throws -> [UInt8]? {
        if range.isEmpty { return [] }
        return try await client.part(of: try objectKey(key), key: key, range)
    }

    /// The store's order is not relied on: some sort folders, not keys.
    public func list(prefix: String, after: String?) async throws -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        if !folder.isEmpty, let fault = ObjectKey.fault(in: folder) {
            throw client.error(prefix, fault, Self.keyRemedy)
        }
        let before = client.settings.prefix
        var found = Set<String>()
        var continuation: String?
        repeat {
            let page = try await client.page(
                prefix: before + prefix, after: after.map { before + $0 }, continuation)
            for whole in page.keys where whole.hasPrefix(before + prefix) {
                let key = String(whole.dropFirst(before.count))
                guard ObjectKey.fault(in: key) == nil else { continue }
                if let after, !after.utf8.lexicographicallyPrecedes(key.utf8) { continue }
                found.insert(key)
            }
            if let token = page.continuation, token == continuation {
                throw client.error(prefix, "its list does not go on", "use another store")
            }
            continuation = page.continuation
        } while continuation != nil
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A local copy goes too; other nodes' copies go when they need the room.
    public func delete(_ key: String) async throws {
        _ = try await client.ask(S3Request(operation: .delete, key: try objectKey(key)), of: key)
        await cache?.forget(cacheName(key))
    }

    public func discardCopy(of key: String) async {
        await cache?.forget(cacheName(key))
    }

    public func size(_ key: String) async throws -> Int? {
        try await facts(key)?.byteCount
    }

    public func check() async throws {
        try await tellPlace { try await ConformanceProbe(store: self, name: probeName).run() }
    }

    public func checkContention() async throws {
        try await tellPlace {
            try await ConformanceProbe(store: self, name: probeName + "-contended").runContended()
        }
    }

    private func tellPlace(_ probe: () async throws -> Void) async throws {
        do {
            try await probe()
        } catch let error as ObjectStoreError where !error.reason.contains(client.settings.place) {
            throw client.error(error.key, error.reason, error.remedy)
        }
    }
}

extension S3ObjectStore {
    static let keyRemedy = "object names come from generated ids"

    func objectKey(_ key: String) throws -> String {
        if let fault = ObjectKey.fault(in: key) { throw client.error(key, fault, Self.keyRemedy) }
        return client.settings.prefix + key
    }

    private func digests(of bytes: [UInt8]) async throws -> (SHA256Digest, ContentMD5) {
        guard bytes.count > Self.smallObject else {
            return (SHA256Digest(of: bytes), ContentMD5(of: bytes))
        }
        return try await compute.run(.write) { (SHA256Digest(of: bytes), ContentMD5(of: bytes)) }
    }

    private func put(
        _ key: String, _ bytes: [UInt8], _ digest: SHA256Digest, _ checksum: ContentMD5
    ) async -> CreateOutcome {
        let request = S3Request(
            operation: .create, key: client.settings.prefix + key,
            headers: [
                ("if-none-match", "*"), (ContentMD5.header, checksum.text),
                (S3Request.digestHeader, digest.description),
            ], body: bytes, bodyDigest: digest)
        var machine = CreateStateMachine()
        var retries = client.retrier.begin()
        var action = machine.start()
        while true {
            switch action {
            case .put: action = machine.handle(put: await client.attempt(request).verdict)
            case .readBack: action = machine.handle(readBack: await readBack(key, bytes))
            case .pause(let reason):
                guard await client.retrier.pause(&retries) else { return .unknown(reason) }
                action = machine.resume()
            case .finished(let outcome): return outcome
            }
        }
    }

    private func readBack(_ key: String, _ bytes: [UInt8]) async -> CreateStateMachine.ReadBack {
        do {
            guard let found = try await read(key) else { return .absent }
            return found == bytes ? .same : .other
        } catch {
            return .failed("it cannot be read back: \(error)")
        }
    }

    /// What is wrong with a whole object as it arrived.
    static func damage(_ reply: HTTPReply) -> String? {
        if let length = reply.headers["content-length"], length != String(reply.body.count) {
            return "\(reply.body.count) bytes arrived of \(length)"
        }
        guard let text = reply.headers[S3Request.digestHeader] else { return nil }
        return SHA256Digest(of: reply.body).description == text
            ? nil : "the bytes that arrived are not those that were stored"
    }
}
