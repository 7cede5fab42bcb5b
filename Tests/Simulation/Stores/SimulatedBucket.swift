// A bucket as S3 promises it: creates and deletes happen at one moment, a list shows what is there
// at the moment of each of its pages. And how a node reaches it.

import Shards
import Storage

/// Who sees objects appear and disappear.
protocol ObjectObserver: AnyObject {
    func created(_ key: String, _ bytes: [UInt8])
    func deleted(_ key: String)
}

/// Touched by one thread only.
final class SimulatedBucket: @unchecked Sendable {
    private(set) var objects: [String: [UInt8]] = [:]
    private let observer: any ObjectObserver

    init(_ observer: any ObjectObserver) {
        self.observer = observer
    }

    func create(_ key: String, _ bytes: [UInt8]) -> CreateOutcome {
        guard objects[key] == nil else { return .exists }
        objects[key] = bytes
        observer.created(key, bytes)
        return .created
    }

    func delete(_ key: String) {
        guard objects.removeValue(forKey: key) != nil else { return }
        observer.deleted(key)
    }

    /// Without anybody's having asked for it.
    func damage(_ key: String, _ bytes: [UInt8]) { objects[key] = bytes }

    func page(prefix: String, after: String?, limit: Int) -> [String] {
        Array(
            objects.keys.filter { $0.hasPrefix(prefix) && $0 > (after ?? "") }
                .sorted().prefix(limit))
    }
}

/// The bucket as one process sees it.
final class BucketClient: ObjectStore {
    private let bucket: SimulatedBucket
    private let network: Network
    private let process: NodeProcess
    /// Keys in an answer to a list.
    private let pageSize: Int

    init(bucket: SimulatedBucket, network: Network, process: NodeProcess, pageSize: Int) {
        self.bucket = bucket
        self.network = network
        self.process = process
        self.pageSize = pageSize
    }

    private static func failure(_ key: String, _ reason: String) -> ObjectStoreError {
        ObjectStoreError(key: key, reason: reason, remedy: "try again")
    }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        guard await process.isThere() else { return .unknown("the node is dead") }
        if let delay = network.hauntedDelay(process) {
            network.deliver(after: delay) { [bucket] in _ = bucket.create(key, bytes) }
            await network.travel()
            return .unknown("time-out")
        }
        let fate = network.fate()
        await network.travel()
        let outcome: CreateOutcome
        switch fate {
        case .fine: outcome = bucket.create(key, bytes)
        case .lost: outcome = .unknown("no answer")
        case .refused: outcome = .unknown("503")
        case .late:
            network.deliverLate { [bucket] in _ = bucket.create(key, bytes) }
            outcome = .unknown("time-out")
        case .answerLost:
            _ = bucket.create(key, bytes)
            outcome = .unknown("the connection was closed")
        case .duplicated:
            outcome = bucket.create(key, bytes)
            network.deliverLate { [bucket] in _ = bucket.create(key, bytes) }
        }
        await network.travel()
        return await process.isThere() ? outcome : .unknown("the node is dead")
    }

    func read(_ key: String) async throws -> [UInt8]? {
        try await ask(key) { [bucket] in bucket.objects[key] }
    }

    func map(_ key: String) async throws -> MappedBytes? {
        try await read(key).map { MappedBytes(owned: $0) }
    }

    func size(_ key: String) async throws -> Int? { try await read(key)?.count }

    func list(prefix: String, after: String?) async throws -> [String] {
        var keys: [String] = []
        while true {
            let start = keys.last ?? after
            let page = try await ask(prefix) { [bucket, pageSize] in
                bucket.page(prefix: prefix, after: start, limit: pageSize)
            }
            keys += page
            if page.count < pageSize { return keys }
        }
    }

    func delete(_ key: String) async throws {
        guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
        let fate = network.fate()
        await network.travel()
        switch fate {
        case .fine, .answerLost: bucket.delete(key)
        case .lost, .refused: break
        case .late: network.deliverLate { [bucket] in bucket.delete(key) }
        case .duplicated:
            bucket.delete(key)
            network.deliverLate { [bucket] in bucket.delete(key) }
        }
        await network.travel()
        guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
        switch fate {
        case .fine, .duplicated: return
        default: throw Self.failure(key, "no answer")
        }
    }

    func check() async throws {}
    func checkContention() async throws {}

    private func ask<R: Sendable>(_ key: String, _ answer: () -> R) async throws -> R {
        guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
        let fate = network.fate()
        await network.travel()
        let found = answer()
        await network.travel()
        guard await process.isThere() else { throw Self.failure(key, "the node is dead") }
        switch fate {
        case .fine, .duplicated: return found
        default: throw Self.failure(key, "no answer")
        }
    }
}
