// The objects of an offline build: parts, the fields they bring, and the mapping of all.

import Analysis
import Cluster
import Storage

struct BuildStore: Sendable {
    let objects: any ObjectStore
    let clock: any NodeClock
    let head: QueueHead
    let index: OfflineIndex

    private static let folder = "build/"
    private static let createAttempts = 8
    private static let firstPause: Duration = .milliseconds(50)
    /// Objects read or deleted at the same time.
    private static let width = 16

    init(_ objects: any ObjectStore, clock: any NodeClock, _ head: QueueHead, _ index: OfflineIndex)
    {
        (self.objects, self.clock, self.head, self.index) = (objects, clock, head, index)
    }

    // MARK: Keys

    /// `build/<queue>/`; the queue by its random id.
    var prefix: String { Self.folder + head.id + "/" }
    private var markKey: String { prefix + "made" }
    var mappingKey: String { prefix + "mapping" }

    /// `build/<queue>/<item>/<chunk>/<shard>`
    func partKey(_ number: ChunkNumber, shard: Int) -> String { key(number) + "\(shard)" }
    func growthKey(_ number: ChunkNumber) -> String { key(number) + "fields" }

    private func key(_ number: ChunkNumber) -> String {
        "\(prefix)\(number.item.page).\(number.item.place)/\(number.chunk)/"
    }

    // MARK: The store is everybody's

    func mark() async throws { try await create(markKey, Array(head.name.utf8)) }

    /// - Throws: `QueueError` when this store is not the one that the queue was made with.
    func checkMark() async throws {
        guard try await objects.read(markKey) == nil else { return }
        throw QueueError(
            place: "queue \(head.name)",
            reason: "its objects are not in this object store: a data folder that another machine "
                + "does not see, or another bucket",
            remedy: "Give every worker the store that the queue was made with: a shared folder, "
                + "or a bucket (objects.store: s3)")
    }

    // MARK: Objects

    /// Makes an object whose bytes follow from the queue: one that is there has them.
    func create(_ key: String, _ bytes: [UInt8]) async throws {
        var trouble = ""
        for attempt in 0..<Self.createAttempts {
            switch await objects.create(key, bytes) {
            case .created, .exists: return
            case .unknown(let reason): trouble = reason
            }
            try await clock.sleep(for: Self.firstPause * (1 << attempt))
        }
        throw ObjectStoreError(
            key: key, reason: trouble,
            remedy: "see that the object store can be reached and has room, then work on")
    }

    /// - Throws: `QueueError` when it is not there.
    func read(_ key: String) async throws -> [UInt8] {
        if let bytes = try await objects.read(key) { return bytes }
        throw QueueError(
            place: "object '\(key)'", reason: "a part of the build is gone",
            remedy: "Delete the queue and create it again")
    }

    func documents(_ number: ChunkNumber, shard: Int) async throws -> [PartDocument] {
        let key = partKey(number, shard: shard)
        return try PartFile.documents(try await read(key), key: key)
    }

    /// Of all shards, in the order of the source.
    func documents(_ number: ChunkNumber) async throws -> [PartDocument] {
        var documents: [PartDocument] = []
        for shard in 0..<index.description.shardCount {
            documents += try await self.documents(number, shard: shard)
        }
        return documents.sorted { $0.ordinal < $1.ordinal }
    }

    /// What each chunk makes of the mapping that the index begins with, in order; nil: nothing.
    func growths(_ chunks: ArraySlice<ChunkNumber>) async throws -> [Schema?] {
        let all = try await Self.wide(Array(chunks)) { chunk -> Schema? in
            let key = growthKey(chunk)
            let bytes = try await read(key)
            return bytes.isEmpty ? nil : try schema(bytes, key: key)
        }
        return all
    }

    func schema(_ bytes: [UInt8], key: String) throws -> Schema {
        do {
            return try Schema(encoded: bytes)
        } catch {
            throw QueueError(
                place: "object '\(key)'", reason: "it is no mapping, or damaged: \(error)",
                remedy: "Delete the queue and create it again")
        }
    }

    func remove(below prefix: String) async throws {
        _ = try await Self.wide(try await objects.list(prefix: prefix, after: nil)) { key in
            try await objects.delete(key)
        }
    }

    /// Parts and mapping.
    func removeParts() async throws { try await remove(below: prefix) }

    /// Everything of an index that nobody can search.
    func removeIndex(_ uuid: String) async throws { try await remove(below: uuid + "/") }

    /// Several at a time, results in order.
    private static func wide<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], _ body: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> [Output] {
        var outputs: [Output?] = Array(repeating: nil, count: inputs.count)
        try await withThrowingTaskGroup(of: (Int, Output).self) { group in
            for (place, input) in inputs.enumerated() {
                if place >= width, let (done, output) = try await group.next() {
                    outputs[done] = output
                }
                group.addTask { (place, try await body(input)) }
            }
            for try await (done, output) in group { outputs[done] = output }
        }
        return outputs.compactMap { $0 }
    }
}
