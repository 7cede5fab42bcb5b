// A world for shards without threads or real time: an object store in memory with faults, a clock
// that jumps to whatever is waited for, and computing where it is asked for.

import Analysis
import Logging
import Storage
import Synchronization

@testable import Shards

final class TestObjectStore: ObjectStore {
    struct State: Sendable {
        var objects: [String: [UInt8]] = [:]
        var outcomes: [CreateOutcome] = []
        var refusals = 0
        var creates = 0
        var reads: [String] = []
        /// Reading and listing keys with this part fails.
        var unreadable: String?
        /// Local copies that have decayed.
        var decayed: [String: [UInt8]] = [:]
    }

    private let state = Mutex(State())
    /// Runs before a segment object is created: the moment for racing writes.
    let beforeSegment = Mutex<(@Sendable () async -> Void)?>(nil)
    /// Runs before a record is created.
    let beforeLog = Mutex<(@Sendable () async -> Void)?>(nil)
    /// Runs before a segment object is mapped.
    let beforeMap = Mutex<(@Sendable () async -> Void)?>(nil)

    /// What a read gives instead of the bytes that are there.
    let alteration = Mutex<(@Sendable (_ key: String, _ bytes: [UInt8]) -> [UInt8])?>(nil)

    /// Creates answer with these, in order, before they work: `.created` does create but counts
    /// as unknown to the caller, others do nothing.
    func answerNext(_ outcomes: [CreateOutcome]) {
        state.withLock { $0.outcomes += outcomes }
    }

    /// So many creates from now on are refused.
    func refuse(_ count: Int) { state.withLock { $0.refusals = count } }

    /// Reading, mapping and listing keys with this part in them fails from now on.
    func refuseReads(of part: String?) { state.withLock { $0.unreadable = part } }

    var creates: Int { state.withLock { $0.creates } }
    /// The keys that were read or mapped since this was asked last.
    func takeReads() -> [String] {
        state.withLock { state in
            defer { state.reads = [] }
            return state.reads
        }
    }
    var keys: [String] { state.withLock { $0.objects.keys.sorted() } }

    func replace(_ key: String, _ bytes: [UInt8]?) {
        state.withLock { $0.objects[key] = bytes }
    }

    /// Mapping the object gives these bytes until the local copy is discarded.
    func decay(_ key: String, _ bytes: [UInt8]) { state.withLock { $0.decayed[key] = bytes } }

    var decayed: [String] { state.withLock { $0.decayed.keys.sorted() } }

    func discardCopy(of key: String) async { state.withLock { $0.decayed[key] = nil } }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        if key.contains("/segments/"), let hook = beforeSegment.withLock({ $0 }) { await hook() }
        if key.contains("/log/"), let hook = beforeLog.withLock({ $0 }) { await hook() }
        return state.withLock { state in
            state.creates += 1
            if state.refusals > 0 {
                state.refusals -= 1
                return .unknown("no space left")
            }
            let forced = state.outcomes.isEmpty ? nil : state.outcomes.removeFirst()
            if let forced, forced != .created { return forced }
            guard state.objects[key] == nil else { return .exists }
            state.objects[key] = bytes
            return forced == nil ? .created : .unknown("the answer was lost")
        }
    }

    func read(_ key: String) async throws -> [UInt8]? {
        try state.withLock { state in
            try Self.check(key, state)
            state.reads.append(key)
            return state.objects[key]
        }.map { bytes in alteration.withLock { $0 }?(key, bytes) ?? bytes }
    }

    private static func check(_ key: String, _ state: State) throws {
        guard let part = state.unreadable, key.contains(part) else { return }
        throw ObjectStoreError(key: key, reason: "no answer", remedy: "wait")
    }

    func list(prefix: String, after: String?) async throws -> [String] {
        try state.withLock { try Self.check(prefix, $0) }
        return keys.filter { $0.hasPrefix(prefix) && $0 > (after ?? "") }
    }

    func delete(_ key: String) async throws { state.withLock { $0.objects[key] = nil } }

    func map(_ key: String) async throws -> MappedBytes? {
        if let hook = beforeMap.withLock({ $0 }) { await hook() }
        if let copy = state.withLock({ $0.decayed[key] }) { return MappedBytes(owned: copy) }
        return try await read(key).map { MappedBytes(owned: $0) }
    }

    func size(_ key: String) async throws -> Int? { try await read(key)?.count }
    func check() async throws {}
    func checkContention() async throws {}
}

struct InlineComputePool: ComputePool {
    func run<R: Sendable>(
        _ priority: ComputePriority, _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        try body()
    }
}

/// Waiting takes no time: the clock jumps to the end of the wait.
final class JumpingClock: NodeClock {
    private let time = Mutex(Instant.zero)

    var now: Instant { time.withLock { $0 } }
    var wallMilliseconds: Int64 { now.nanoseconds / 1_000_000 }

    func advance(_ duration: Duration) { time.withLock { $0 += duration } }

    func sleep(until deadline: Instant) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = max($0, deadline) }
        await Task.yield()
    }
}

/// Opens shards over one store, one after the other.
struct TestWorld: Sendable {
    var objects: any ObjectStore = TestObjectStore()
    let clock = JumpingClock()
    var random: any RandomSource = SeededRandom(seed: 1)
    var settings: ShardSettings = {
        var settings = ShardSettings()
        settings.worksInBackground = false
        return settings
    }()
    var location = ShardLocation(indexUUID: "test", shard: 0)

    func open(
        owner: String = "n1", schema: Schema = Schema(), as role: Shard.Role = .owner,
        notes: Recorder? = nil, origin: ShardOrigin? = nil
    ) async throws -> Shard {
        try await Shard.open(
            location: location, settings: settings, schema: schema, objects: objects,
            clock: clock, random: random, compute: InlineComputePool(), owner: owner,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            as: role, origin: origin, onCommitted: { notes?.note("committed") },
            onDeposed: { notes?.note("deposed") })
    }
}

extension Shard {
    /// Writes with every grown schema accepted.
    @discardableResult
    func write(
        _ operations: [DocumentOperation], key: String? = nil
    ) async throws(ShardError) -> [DocumentOutcome] {
        try await write(operations, idempotencyKey: key, schemaFor: { $0 })
    }

    /// Follows what the other has in memory; false when it has that no more.
    func follow(_ other: Shard, byteLimit: Int = 1 << 20) async throws -> Bool {
        while true {
            switch other.records(after: appliedSlot, byteLimit: byteLimit) {
            case .none: return true
            case .behind: return false
            case .records(let records): try await follow(records)
            }
        }
    }

    func text(_ id: String) async throws -> String? {
        try await get(id: id).map { String(decoding: $0.source, as: UTF8.self) }
    }
}

extension ShardSnapshot {
    /// What searches see: id to source. Nil when an id is seen twice.
    func documents() throws -> [String: String]? {
        var found: [String: String] = [:]
        for view in segments {
            for document in UInt32(0)..<UInt32(view.segment.documentCount)
            where view.live?.isLive(document) ?? true {
                let id = String(decoding: view.segment.id(document), as: UTF8.self)
                let source = String(decoding: try view.segment.source(document), as: UTF8.self)
                if found.updateValue(source, forKey: id) != nil { return nil }
            }
        }
        return found
    }

    /// What a search for the term finds, ascending.
    func ids(with term: String, in path: String) throws -> [String] {
        var found: [String] = []
        for view in segments {
            guard let field = view.segment.field(path),
                let entry = try field.find(Array(term.utf8))
            else { continue }
            let postings = try field.postings(entry, positions: false)
            while try postings.nextBlock() {
                for index in 0..<postings.count {
                    let document = postings.documents[index]
                    guard view.live?.isLive(document) ?? true else { continue }
                    found.append(String(decoding: view.segment.id(document), as: UTF8.self))
                }
            }
        }
        return found.sorted()
    }

    /// Tokens of the field in all living documents.
    func tokenCount(of path: String) -> Int {
        segments.reduce(0) { sum, view in
            guard let field = view.segment.field(path) else { return sum }
            return (0..<UInt32(view.segment.documentCount))
                .filter { view.live?.isLive($0) ?? true }
                .reduce(sum) { $0 + field.length($1) }
        }
    }
}

func index(_ id: String, _ source: String) -> DocumentOperation {
    DocumentOperation(action: .index, id: id, source: Array(source.utf8))
}

func create(_ id: String, _ source: String) -> DocumentOperation {
    DocumentOperation(action: .create, id: id, source: Array(source.utf8))
}

func update(_ id: String, _ source: String) -> DocumentOperation {
    DocumentOperation(action: .update, id: id, source: Array(source.utf8))
}

func delete(_ id: String) -> DocumentOperation {
    DocumentOperation(action: .delete, id: id)
}
