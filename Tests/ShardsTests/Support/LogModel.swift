// Several would-be owners of one log over a store that loses answers, delivers late and twice,
// while owners crash, sleep, follow one another and collect garbage. The owners are the real state
// machines.

import Storage

@testable import Shards

/// The store: what is in which slot, and creates that are still on their way.
struct ModelStore {
    var objects: [UInt64: [UInt8]] = [:]
    var late: [(slot: UInt64, bytes: [UInt8])] = []

    mutating func create(_ slot: UInt64, _ bytes: [UInt8]) -> CreateOutcome {
        guard objects[slot] == nil else { return .exists }
        objects[slot] = bytes
        return .created
    }

    /// A create over a bad network.
    mutating func createBadly(
        _ slot: UInt64, _ bytes: [UInt8], _ random: any RandomSource
    ) -> CreateOutcome {
        switch random.next(below: 10) {
        case 0: return .unknown("lost on the way")
        case 1:
            late.append((slot, bytes))
            return .unknown("late")
        case 2:
            _ = create(slot, bytes)
            return .unknown("the answer was lost")
        case 3:
            late.append((slot, bytes))
            return create(slot, bytes)
        default: return create(slot, bytes)
        }
    }

    mutating func deliverOne(_ random: any RandomSource) {
        guard !late.isEmpty else { return }
        let (slot, bytes) = late.remove(at: random.next(in: 0..<late.count))
        _ = create(slot, bytes)
    }

    var slots: [UInt64] { objects.keys.sorted() }
}

/// What the harness does wrong on purpose, to see that it is noticed.
enum Mutant: CaseIterable {
    case deletesFences, skipsConfirmation, acknowledgesUnknown, ignoresGaps
}

/// One would-be owner. Its "documents" are numbers; a batch holds one, a checkpoint all.
struct ModelOwner {
    enum Phase {
        case down
        case reading(LogReader, LogReader.Step)
        case owning(ShardLog)
        case following(LogPosition)
    }

    let name: String
    var phase = Phase.down
    var incarnation = 0
    var documents: [UInt64] = []
    var proposed: UInt64?
    var pendingCheckpoint: CheckpointBody?
    var collection = LogCollection()
    var toDelete: [UInt64] = []
    /// The first part of a list that takes two requests.
    var firstPage: [UInt64]?
    /// Where reading began; nil: from nothing.
    var position: LogPosition?
    /// Whether it reads in order to own the log.
    var wantsToOwn = false
    var recent = RecentLog(newest: 0)

    mutating func crash() {
        phase = .down
        position = nil
        recent = RecentLog(newest: 0)
        documents = []
        proposed = nil
        pendingCheckpoint = nil
        collection = LogCollection()
        toDelete = []
        firstPage = nil
    }

    mutating func read(from position: LogPosition? = nil, toOwn: Bool) {
        incarnation += 1
        self.position = position
        wantsToOwn = toOwn
        var reader = LogReader(
            place: "model", from: position, owner: toOwn ? "\(name)#\(incarnation)" : nil)
        let step = reader.start()
        phase = .reading(reader, step)
    }

    /// What it holds follows from the log up to where it stands.
    mutating func follow(_ log: ShardLog) {
        phase = .following(log.position)
        proposed = nil
        pendingCheckpoint = nil
        toDelete = []
    }

    /// A record after what the newest checkpoint covers; older checkpoints may be among them.
    mutating func replay(_ read: ReadRecord) throws {
        if read.record.kind == .batch { documents += try Self.decode(read.record.body) }
        collection.note(read.record.kind, slot: read.record.slot)
        recent.append(read.bytes, slot: read.record.slot)
    }

    /// A record that was followed.
    mutating func apply(_ read: ReadRecord) throws {
        try replay(read)
        guard read.record.kind == .checkpoint else { return }
        let body = try CheckpointBody(of: read.record)
        collection.note(
            checkpoint: .init(
                slot: read.record.slot, coveredSlot: body.coveredSlot, segments: []))
    }

    static func encode(_ documents: [UInt64]) -> [UInt8] {
        var writer = ByteWriter()
        for document in documents { writer.uint64(document) }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> [UInt64] {
        var reader = ByteReader(bytes, place: "model")
        var documents: [UInt64] = []
        while !reader.isAtEnd { documents.append(try reader.uint64()) }
        return documents
    }
}

struct LogModel {
    let random: any RandomSource
    let mutant: Mutant?
    var store = ModelStore()
    var owners = ["a", "b", "c"].map { ModelOwner(name: $0) }
    var nextDocument: UInt64 = 1
    var acknowledged: [UInt64] = []

    init(seed: UInt64, mutant: Mutant? = nil) {
        random = SeededRandom(seed: seed)
        self.mutant = mutant
    }

    /// Runs; returns what a last, undisturbed owner finds.
    mutating func run(steps: Int) throws -> [UInt64] {
        for _ in 0..<steps {
            if random.next(below: 12) == 0 { store.deliverOne(random) }
            try step(random.next(in: 0..<owners.count))
        }
        for _ in 0..<random.next(in: 0..<store.late.count + 1) { store.deliverOne(random) }
        return try recover()
    }

    private mutating func step(_ index: Int) throws {
        // Long sleeps: an owner that is not chosen for a while wakes up with old beliefs.
        if random.next(below: 60) == 0 {
            owners[index].crash()
            return
        }
        switch owners[index].phase {
        case .down:
            if random.next(below: 8) == 0 { owners[index].read(toOwn: random.next(below: 3) > 0) }
        case .reading(let reader, let step): try read(index, reader, step)
        case .owning(let log): try own(index, log)
        case .following(let position): try follow(index, position)
        }
    }

    // MARK: Reading and following

    private mutating func follow(_ index: Int, _ position: LogPosition) throws {
        switch random.next(below: 12) {
        case 0: owners[index].read(from: position, toOwn: true)
        case 1, 2: owners[index].read(from: position, toOwn: false)
        default:
            let other = owners[random.next(in: 0..<owners.count)]
            guard
                case .records(let records) = other.recent.records(
                    after: position.slot, byteLimit: 300)
            else { return }
            // Sometimes the first is lost on the way.
            for bytes in records.dropFirst(random.next(below: 8) == 0 ? 1 : 0) {
                guard case .following(let position) = owners[index].phase else { return }
                let read = ReadRecord(
                    record: try LogRecord(bytes), digest: SHA256Digest(of: bytes), bytes: bytes)
                let isNext =
                    read.record.slot == position.slot + 1
                    && read.record.previous == position.digest
                guard isNext || mutant == .ignoresGaps else { return }
                try owners[index].apply(read)
                owners[index].phase = .following(read.position)
            }
        }
    }

    private mutating func read(
        _ index: Int, _ reader: LogReader, _ step: LogReader.Step
    ) throws {
        var reader = reader
        let answer: LogReader.Answer
        switch step {
        case .list(let after):
            guard let slots = list(index, after: after) else { return }
            answer = .slots(slots)
        case .read(let slots): answer = .objects(slots.map { store.objects[$0] })
        case .create(let slot, let bytes), .retry(let slot, let bytes, _):
            answer = .outcome(store.createBadly(slot, bytes, random))
        case .finished(let recovered): return try finish(index, recovered)
        case .lost: return owners[index].read(toOwn: owners[index].wantsToOwn)
        }
        do {
            let next = try reader.handle(answer)
            owners[index].phase = .reading(reader, next)
        } catch {
            // Too much contention; it tries again as a new incarnation.
            owners[index].crash()
        }
    }

    /// A list of two requests, between which anything may happen; nil after the first.
    private mutating func list(_ index: Int, after: UInt64) -> [UInt64]? {
        if after > 0 && mutant == .skipsConfirmation { return [] }
        let slots = store.slots.filter { $0 > after }
        if let first = owners[index].firstPage {
            owners[index].firstPage = nil
            let last = first.last ?? after
            return first + slots.filter { $0 > last }
        }
        guard slots.count > 3, random.next(below: 3) == 0 else { return slots }
        owners[index].firstPage = Array(slots[..<(slots.count / 2)])
        return nil
    }

    private mutating func finish(_ index: Int, _ recovered: LogReader.Recovered) throws {
        var owner = owners[index]
        if owner.position == nil {
            owner.documents =
                try recovered.checkpoint.map { try ModelOwner.decode($0.schema) } ?? []
            owner.collection = LogCollection()
            if let checkpoint = recovered.checkpoint {
                owner.collection.note(
                    checkpoint: .init(
                        slot: recovered.checkpointSlot, coveredSlot: checkpoint.coveredSlot,
                        segments: []))
            }
            for read in recovered.records { try owner.replay(read) }
        } else {
            for read in recovered.records { try owner.apply(read) }
        }
        owner.phase =
            owner.wantsToOwn
            ? .owning(
                ShardLog(fence: recovered.end, owner: "\(owner.name)#\(owner.incarnation)"))
            : .following(recovered.end)
        owners[index] = owner
    }

    static func documents(of recovered: LogReader.Recovered) throws -> [UInt64] {
        var documents = try recovered.checkpoint.map { try ModelOwner.decode($0.schema) } ?? []
        for read in recovered.records where read.record.kind == .batch {
            documents += try ModelOwner.decode(read.record.body)
        }
        return documents
    }

    // MARK: Owning

    private mutating func own(_ index: Int, _ log: ShardLog) throws {
        var log = log
        if random.next(below: 40) == 0 {
            // Steps down; what is in flight may take place or not, now or much later.
            owners[index].follow(log)
            return
        }
        if let create = log.inFlight {
            resolve(index, &log, create)
        } else if let slot = owners[index].toDelete.first {
            owners[index].toDelete.removeFirst()
            store.objects[slot] = nil
            owners[index].collection.deleted(slot)
        } else if random.next(below: 6) == 0 {
            checkpoint(index, &log)
        } else {
            owners[index].proposed = nextDocument
            _ = log.append(.batch, ModelOwner.encode([nextDocument]))
            nextDocument += 1
        }
        if !log.isDeposed {
            if case .owning = owners[index].phase { owners[index].phase = .owning(log) }
        } else if random.next(below: 2) == 0 {
            owners[index].crash()
        } else {
            owners[index].follow(log)
        }
    }

    private mutating func checkpoint(_ index: Int, _ log: inout ShardLog) {
        let body = CheckpointBody(
            coveredSlot: log.slot, coveredDigest: log.position.digest, newestBatch: 0,
            nextSequenceNumber: 0, schema: ModelOwner.encode(owners[index].documents),
            terms: PrimaryTerms(), segments: [], tombstones: [], answers: [])
        owners[index].pendingCheckpoint = body
        _ = log.append(.checkpoint, body.encoded())
    }

    private mutating func resolve(_ index: Int, _ log: inout ShardLog, _ create: ShardLog.Create) {
        var outcome = store.createBadly(create.slot, create.bytes, random)
        if mutant == .acknowledgesUnknown, case .unknown = outcome { outcome = .created }
        var action = log.handle(outcome)
        if case .readBack(let slot) = action {
            action = log.handle(readBack: store.objects[slot])
        }
        if case .committed(let slot) = action {
            owners[index].recent.append(create.bytes, slot: slot)
            committed(index, slot)
        }
    }

    private mutating func committed(_ index: Int, _ slot: UInt64) {
        if let document = owners[index].proposed {
            owners[index].documents.append(document)
            owners[index].collection.note(.batch, slot: slot)
            owners[index].proposed = nil
            acknowledged.append(document)
        } else if let body = owners[index].pendingCheckpoint {
            owners[index].pendingCheckpoint = nil
            owners[index].collection.note(
                checkpoint: .init(slot: slot, coveredSlot: body.coveredSlot, segments: []))
            collect(index)
        }
    }

    private mutating func collect(_ index: Int) {
        for slot in owners[index].collection.deletable(store.slots).unknown {
            if let record = store.objects[slot].flatMap({ try? LogRecord($0, slot: slot) }) {
                owners[index].collection.note(record.kind, slot: slot)
            }
        }
        owners[index].toDelete = owners[index].collection.deletable(store.slots).delete
        if mutant == .deletesFences, let limit = owners[index].collection.limit {
            owners[index].toDelete = store.slots.filter { $0 <= limit }
        }
    }

    // MARK: The end

    private mutating func recover() throws -> [UInt64] {
        var reader = LogReader(place: "model", owner: "last")
        var step = reader.start()
        while true {
            switch step {
            case .list(let after):
                step = try reader.handle(.slots(store.slots.filter { $0 > after }))
            case .read(let slots):
                step = try reader.handle(.objects(slots.map { store.objects[$0] }))
            case .create(let slot, let bytes), .retry(let slot, let bytes, _):
                step = try reader.handle(.outcome(store.create(slot, bytes)))
            case .finished(let recovered): return try Self.documents(of: recovered)
            case .lost: return []
            }
        }
    }

    /// Whoever held anything but a beginning of what was found.
    func strays(_ found: [UInt64]) -> [String] {
        owners.filter { !found.starts(with: $0.documents) }.map {
            "\($0.name) holds \($0.documents)"
        }
    }
}
