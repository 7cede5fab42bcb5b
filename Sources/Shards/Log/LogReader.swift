// Reading a log to its end, and becoming its owner there, as a state machine: list, read back to
// the newest checkpoint or to where the reader stands, check the chain; an owner then creates a
// fence in the first empty slot, and lists again. All three safety rules are here: the chain of
// digests, fences that are kept, and the empty list after the fence.

import Storage

struct LogReader: Sendable {
    /// What to do next; the answer goes to `handle`.
    enum Step: Sendable, Hashable {
        /// List the slots after this one, ascending.
        case list(after: UInt64)
        /// Read these slots; the answer is in the same order.
        case read([UInt64])
        case create(UInt64, [UInt8])
        /// The same create again, after a pause.
        case retry(UInt64, [UInt8], reason: String)
        case finished(Recovered)
        /// The log does not go on from the position given: it was collected beyond it. Only
        /// reading from nothing helps.
        case lost
    }

    enum Answer: Sendable {
        case slots([UInt64])
        case objects([[UInt8]?])
        case outcome(CreateOutcome)
    }

    /// The log as its reader finds it.
    struct Recovered: Sendable, Hashable {
        /// The newest checkpoint and its slot; nil when reading went on from a position.
        var checkpoint: CheckpointBody?
        var checkpointSlot: UInt64 = 0
        /// All records after the position given or after what the checkpoint covers, in order;
        /// the last is this owner's fence where one was to be made.
        var records: [ReadRecord] = []
        /// Where the log ends.
        var end = LogPosition.start
    }

    private enum Phase {
        case listing
        case reading([UInt64])
        case fencing(ReadRecord)
        case comparing(ReadRecord)
        case confirming(ReadRecord)
    }

    private let place: String
    private let position: LogPosition?
    private let owner: String?
    private let end: UInt64
    private var phase = Phase.listing
    private var attempts = 0
    /// Slots of the last list, ascending.
    private var slots: [UInt64] = []
    private var records: [UInt64: ReadRecord] = [:]
    /// What is wrong with records of the last list. Nobody needs those that a checkpoint covers.
    private var damaged: [UInt64: String] = [:]
    private var keptBytes = 0
    private var recovered = Recovered()

    /// Slots read at once: enough to hide a remote store's latency.
    static let readsAtOnce = 32
    /// How often a damaged or contended log is read again.
    private static let maximumAttempts = 20

    /// - Parameters:
    ///   - position: what is known already; nil reads from the newest checkpoint on.
    ///   - owner: whose fence to create at the end; nil only reads.
    ///   - end: slots from here on count as if they were not there; only for who only reads.
    init(
        place: String, from position: LogPosition? = nil, owner: String? = nil,
        before end: UInt64 = .max
    ) {
        self.end = end
        self.place = place
        self.position = position
        self.owner = owner
    }

    mutating func start() -> Step {
        phase = .listing
        records = [:]
        damaged = [:]
        keptBytes = 0
        recovered = Recovered()
        return .list(after: position?.slot ?? 0)
    }

    mutating func handle(_ answer: Answer) throws(ShardError) -> Step {
        switch (phase, answer) {
        case (.listing, .slots(let found)):
            slots = found.filter { $0 < end }
            guard slots.last ?? 0 < UInt64(LogRecord.numberLimit) else {
                throw corrupt("the log has a record in slot \(slots.last ?? 0)")
            }
            return try readMore()
        case (.reading(let asked), .objects(let objects)):
            guard keep(asked, objects) else { return try broken("a record has gone") }
            return try readMore()
        case (.fencing(let fence), .outcome(let outcome)):
            switch outcome {
            case .created: return confirm(fence)
            case .exists:
                phase = .comparing(fence)
                return .read([fence.record.slot])
            case .unknown(let reason):
                return .retry(fence.record.slot, fence.bytes ?? [], reason: reason)
            }
        case (.comparing(let fence), .objects(let objects)):
            guard objects == [fence.bytes] else { return try again("another owner wrote a record") }
            return confirm(fence)
        case (.confirming(let fence), .slots(let later)):
            guard later.isEmpty else { return try again("the log went on after the fence") }
            recovered.records.append(fence)
            recovered.end = fence.position
            return .finished(recovered)
        default:
            return try again("an answer came out of turn")
        }
    }

    // MARK: Reading

    /// Asks for records from the newest down to the newest checkpoint, then for the older ones
    /// that it does not cover, or for all after the position; once all are there, checks them.
    private mutating func readMore() throws(ShardError) -> Step {
        var known = position ?? .start
        if position == nil, let (slot, checkpoint) = try newestCheckpoint() {
            recovered.checkpoint = checkpoint
            recovered.checkpointSlot = slot
            known = checkpoint.covered
        }
        // What is damaged and was read before any checkpoint is newer than all of them.
        if let slot = damaged.keys.filter({ $0 > known.slot }).max() {
            throw corrupt("slot \(slot) of the log is damaged: \(damaged[slot] ?? "")")
        }
        let missing = slots.reversed().filter { $0 > known.slot && records[$0] == nil }
        if !missing.isEmpty {
            let chunk = Array(missing.prefix(Self.readsAtOnce))
            phase = .reading(chunk)
            return .read(chunk)
        }
        if let fault = chainFault(after: known) { return try broken(fault) }
        guard let owner else { return .finished(recovered) }
        return makeFence(owner)
    }

    private mutating func keep(_ asked: [UInt64], _ objects: [[UInt8]?]) -> Bool {
        for (slot, object) in zip(asked, objects) {
            guard let object else { return false }
            keptBytes += object.count
            do throws(CorruptBytes) {
                records[slot] = ReadRecord(
                    record: try LogRecord(object, slot: slot), digest: SHA256Digest(of: object),
                    bytes: keptBytes <= RecentLog.limitBytes ? object : nil)
            } catch {
                damaged[slot] = "\(error)"
            }
        }
        return asked.count == objects.count
    }

    private func newestCheckpoint() throws(ShardError) -> (slot: UInt64, body: CheckpointBody)? {
        for slot in slots.reversed() {
            // Records are read from the newest down, so the first gap ends the search.
            guard let record = records[slot]?.record else { return nil }
            guard record.kind == .checkpoint else { continue }
            do throws(CorruptBytes) {
                return (slot, try CheckpointBody(of: record))
            } catch {
                throw corrupt("the checkpoint in slot \(slot) is damaged: \(error)")
            }
        }
        return nil
    }

    /// Collects the records after `known` into `recovered`, in order, each continuing the one
    /// before it.
    private mutating func chainFault(after known: LogPosition) -> String? {
        recovered.records = []
        recovered.end = known
        guard let last = slots.last else { return nil }
        guard last > known.slot else { return "the log ends before it begins" }
        for slot in known.slot + 1...last {
            guard let record = records[slot] else { return "slot \(slot) of the log is missing" }
            guard record.record.previous == recovered.end.digest else {
                return "slot \(slot) of the log does not continue the one before it"
            }
            recovered.records.append(record)
            recovered.end = record.position
        }
        return nil
    }

    // MARK: Fencing

    private mutating func makeFence(_ owner: String) -> Step {
        let record = LogRecord(
            kind: .fence, slot: recovered.end.slot + 1, previous: recovered.end.digest,
            owner: owner, body: [])
        let bytes = record.encoded()
        phase = .fencing(
            ReadRecord(record: record, digest: SHA256Digest(of: bytes), bytes: bytes))
        return .create(record.slot, bytes)
    }

    private mutating func confirm(_ fence: ReadRecord) -> Step {
        phase = .confirming(fence)
        return .list(after: fence.record.slot)
    }

    /// What was listed makes no log: it changed meanwhile, or has gone on beyond the position.
    private mutating func broken(_ fault: String) throws(ShardError) -> Step {
        position == nil ? try again(fault) : .lost
    }

    private mutating func again(_ fault: String) throws(ShardError) -> Step {
        attempts += 1
        guard attempts < Self.maximumAttempts else {
            throw corrupt("\(fault), \(attempts) times over")
        }
        return start()
    }

    private func corrupt(_ reason: String) -> ShardError {
        ShardError(
            .corrupt, place: place, reason: reason,
            remedy: "restore the shard's log objects from a backup, or delete the index")
    }
}
