// Rules broken on purpose, to see that it is noticed. Each misbehaves in what lies between a shard
// and its store, as the shard would without the rule.

import Storage
import Synchronization

@testable import Shards

enum Mutant: String, CaseIterable, Sendable {
    /// Records that do not continue the one before them are taken for ones that do.
    case skipsTheChain
    case deletesFences
    /// Acknowledges before it is known what became of the create.
    case acknowledgesEarly
    /// Does not look whether the log went on after the fence.
    case skipsTheSecondList
    /// Tries a create of which it did not hear at the next slot.
    case retriesAtTheNextSlot
    /// Does a repeated request again.
    case forgetsAnswers
    /// Lists segments in a checkpoint before they are durable.
    case trustsUnwrittenSegments
    /// Takes another owner's record for its own.
    case takesOthersForItsOwn
    /// Leaves fdatasync and fsync out.
    case skipsSynchronizing
    /// Deletes segments that the newest checkpoint does not list, without asking who uses them.
    case collectsTooEarly
    /// Streams another record than the one in the log.
    case streamsOtherRecords
}

/// The store as a mutant of the shard uses it.
final class MutantStore: ObjectStore, @unchecked Sendable {
    private let base: any ObjectStore
    private let mutant: Mutant
    private let location: ShardLocation
    /// What is stored now, without asking.
    private let stored: (String) -> [UInt8]?
    private let process: NodeProcess
    private var unresolved: UInt64?
    private var shift: UInt64 = 0
    private var newestDigest = SHA256Digest.zero
    /// Segments that are not written yet.
    private var unwritten: [String: [UInt8]] = [:]

    init(
        _ base: any ObjectStore, mutant: Mutant, location: ShardLocation, process: NodeProcess,
        stored: @escaping (String) -> [UInt8]?
    ) {
        self.base = base
        self.mutant = mutant
        self.location = location
        self.process = process
        self.stored = stored
    }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        guard let slot = location.slot(ofKey: key) else {
            guard mutant == .trustsUnwrittenSegments else { return await base.create(key, bytes) }
            unwritten[key] = bytes
            writeInBackground(key, bytes)
            return .created
        }
        switch mutant {
        case .acknowledgesEarly:
            let record = try? LogRecord(bytes, slot: slot)
            guard record?.kind == .batch else { return await base.create(key, bytes) }
            writeInBackground(key, bytes)
            return .created
        case .takesOthersForItsOwn:
            let outcome = await base.create(key, bytes)
            return outcome == .exists ? .created : outcome
        case .retriesAtTheNextSlot: return await createShifted(slot, bytes)
        default: return await base.create(key, bytes)
        }
    }

    private func writeInBackground(_ key: String, _ bytes: [UInt8]) {
        Task {
            while process.condition != .dead {
                let outcome = await base.create(key, bytes)
                if outcome == .created || outcome == .exists { break }
            }
            unwritten[key] = nil
        }
    }

    private func createShifted(_ slot: UInt64, _ bytes: [UInt8]) async -> CreateOutcome {
        if unresolved == slot { shift += 1 }
        var bytes = bytes
        if shift > 0, let record = try? LogRecord(bytes, slot: slot) {
            bytes =
                LogRecord(
                    kind: record.kind, version: record.version, slot: slot + shift,
                    previous: newestDigest, owner: record.owner, body: record.body
                ).encoded()
        }
        let outcome = await base.create(location.logKey(slot + shift), bytes)
        if case .unknown = outcome { unresolved = slot } else { unresolved = nil }
        if outcome == .created { newestDigest = SHA256Digest(of: bytes) }
        return outcome
    }

    func read(_ key: String) async throws -> [UInt8]? {
        guard let slot = location.slot(ofKey: key) else { return try await base.read(key) }
        if shift > 0 { return try await base.read(location.logKey(slot + shift)) }
        let bytes = try await base.read(key)
        guard mutant == .skipsTheChain, let bytes else { return bytes }
        return chained(slot, bytes)
    }

    /// The record as one that continues what is stored before it, whatever it continued.
    private func chained(_ slot: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        var first = slot
        var records = [bytes]
        while first > 1, let before = stored(location.logKey(first - 1)) {
            records.append(before)
            first -= 1
        }
        var previous: SHA256Digest?
        for (place, bytes) in zip(first...slot, records.reversed()) {
            var bytes = bytes
            if let previous, let record = try? LogRecord(bytes, slot: place),
                record.previous != previous
            {
                bytes =
                    LogRecord(
                        kind: record.kind, version: record.version, slot: place,
                        previous: previous, owner: record.owner, body: record.body
                    ).encoded()
            }
            previous = SHA256Digest(of: bytes)
            if place == slot { return bytes }
        }
        return bytes
    }

    func list(prefix: String, after: String?) async throws -> [String] {
        if mutant == .skipsTheSecondList, let slot = after.flatMap({ location.slot(ofKey: $0) }),
            slot > 0
        {
            return []
        }
        return try await base.list(prefix: prefix, after: after)
    }

    func delete(_ key: String) async throws { try await base.delete(key) }

    func map(_ key: String) async throws -> MappedBytes? {
        if let bytes = unwritten[key] { return MappedBytes(owned: bytes) }
        return try await base.map(key)
    }

    func size(_ key: String) async throws -> Int? { try await base.size(key) }
    func check() async throws {}
    func checkContention() async throws {}
}
