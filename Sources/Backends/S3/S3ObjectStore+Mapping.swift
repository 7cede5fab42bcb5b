// Objects through local copies: fetched in parts, a few at a time, and verified as a whole.

import Storage

extension S3ObjectStore {
    /// What a HEAD says of an object.
    struct ObjectFacts: Sendable {
        let byteCount: Int
        /// Nil where another program made the object.
        let digest: SHA256Digest?
    }

    /// Parts are fetched and verified in memory.
    static let partBytes = 8 << 20
    /// Of one object, at once.
    static let partsInFlight = 4

    /// An object that was mapped before may be mapped again from its local copy although it was
    /// deleted since: names are not used twice.
    public func map(_ key: String) async throws -> MappedBytes? {
        _ = try objectKey(key)
        guard let cache else { return try await read(key).map { MappedBytes(owned: $0) } }
        return try await cache.map(cacheName(key)) { [self] in
            guard let facts = try await facts(key) else { return nil }
            return ObjectCache.Source(
                key: key, byteCount: facts.byteCount, digest: facts.digest
            ) { copy in
                try await self.fetch(key, facts, into: copy)
            }
        }
    }

    /// What tells this object from all others of all stores.
    func cacheName(_ key: String) -> String {
        let settings = client.settings
        let place = [settings.scheme, settings.host, settings.bucket, settings.prefix + key]
        return SHA256Digest(of: Array(place.joined(separator: "\n").utf8)).description
    }

    func facts(_ key: String) async throws -> ObjectFacts? {
        let request = S3Request(operation: .size, key: try objectKey(key))
        let reply = try await client.ask(request, of: key) { reply in
            let count = reply.headers["content-length"].flatMap { Int($0) } ?? -1
            return count >= 0 ? nil : "it does not say how long the object is"
        }
        guard let reply, let count = reply.headers["content-length"].flatMap({ Int($0) }) else {
            return nil
        }
        return ObjectFacts(
            byteCount: count,
            digest: reply.headers[S3Request.digestHeader].flatMap { .init(hexadecimal: $0) })
    }

    private func fetch(
        _ key: String, _ facts: ObjectFacts, into copy: PartialCopy
    ) async throws {
        let starts = Array(stride(from: 0, to: facts.byteCount, by: Self.partBytes))
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            func add(_ index: Int) {
                guard index < starts.count else { return }
                let end = min(starts[index] + Self.partBytes, facts.byteCount)
                group.addTask { (index, try await self.part(key, starts[index]..<end)) }
            }
            for index in 0..<Self.partsInFlight { add(index) }
            var early: [Int: [UInt8]] = [:]
            var next = 0
            while let (index, part) = try await group.next() {
                early[index] = part
                while let part = early.removeValue(forKey: next) {
                    try await copy.append(part)
                    add(next + Self.partsInFlight)
                    next += 1
                }
            }
        }
    }

    private func part(_ key: String, _ range: Range<Int>) async throws -> [UInt8] {
        let bytes = try await client.part(of: try objectKey(key), key: key, range)
        guard let bytes else {
            throw client.error(
                key, "it was deleted while it was fetched", "load the newest checkpoint")
        }
        return bytes
    }
}
