// Sees the logs of all shards, and holds what clients are told against them.

import Analysis
import Queries
import Storage

@testable import Cluster
@testable import Shards

/// One shard's part of a client's request.
struct RequestPart {
    let shard: Int
    /// In the client's order.
    let places: [Int]
    let request: ClientRequest
}

/// Touched by one thread only.
final class ClusterWitness: ObjectObserver, @unchecked Sendable {
    private let record: Record
    /// What is stored now.
    var stored: (String) -> [UInt8]? = { _ in nil } {
        didSet { for witness in shards.values { witness.stored = stored } }
    }
    private(set) var shards: [ShardLocation: Witness] = [:]
    /// Parts of requests by the first document they bring, which no other brings.
    private var parts: [String: ClientRequest] = [:]

    init(record: Record) {
        self.record = record
    }

    func shard(_ location: ShardLocation) -> Witness {
        if let known = shards[location] { return known }
        let witness = Witness(location: location, record: record)
        witness.stored = stored
        shards[location] = witness
        return witness
    }

    // MARK: Objects

    func created(_ key: String, _ bytes: [UInt8]) {
        location(of: key).map { shard($0).created(key, bytes) }
    }

    func deleted(_ key: String) {
        location(of: key).map { shard($0).deleted(key) }
    }

    private func location(of key: String) -> ShardLocation? {
        let words = key.split(separator: "/")
        guard words.count == 4, words[2] == "log" || words[2] == "segments",
            let number = Int(words[1])
        else { return nil }
        return ShardLocation(indexUUID: String(words[0]), shard: number)
    }

    // MARK: Requests

    func expect(_ part: RequestPart) {
        guard let first = part.request.operations.first(where: { !$0.source.isEmpty }) else {
            return
        }
        parts[String(decoding: first.source, as: UTF8.self)] = part.request
    }

    /// A write that some root sent, under the key that it gave it.
    func sent(_ request: LeafWriteRequest) {
        for group in request.groups {
            let first = group.operations.first { !$0.source.isEmpty }
            let text = first.map { String(decoding: $0.source, as: UTF8.self) } ?? ""
            guard let known = parts[text], let key = group.idempotencyKey else {
                return record.violated("only what was asked", "a root sent \(text)")
            }
            let location = ShardLocation(indexUUID: request.indexUUID, shard: group.shard)
            shard(location).model.expect(known, key: SHA256Digest(of: Array(key.utf8)))
        }
    }
}
