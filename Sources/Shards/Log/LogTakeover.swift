// Becoming the owner of a log, as a state machine: list, read back to the newest checkpoint,
// check the chain, create a fence in the first empty slot, and list again. All three safety
// rules are here: the chain of digests, fences that are kept, and the empty list after the fence.

import Storage

struct LogTakeover: Sendable {
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
    }

    enum Answer: Sendable {
        case slots([UInt64])
        case objects([[UInt8]?])
        case outcome(CreateOutcome)
    }

    /// The log as its new owner finds it.
    struct Recovered: Sendable, Hashable {
        /// The newest checkpoint and its slot.
        var checkpoint: CheckpointBody?
        var checkpointSlot: UInt64 = 0
        /// All records after what the checkpoint covers, in order, without this owner's fence.
        var records: [LogRecord] = []
        var fence: UInt64 = 0
        var fenceDigest = SHA256Digest.zero
    }

    private enum Phase {
        case listing
        case reading([UInt64])
        case fencing([UInt8])
        case comparing([UInt8])
        case confirming([UInt8])
    }

    private let place: String
    private let owner: String
    private var phase = Phase.listing
    private var attempts = 0
    /// Slots of the last list, ascending.
    private var slots: [UInt64] = []
    private var records: [UInt64: LogRecord] = [:]
    private var digests: [UInt64: SHA256Digest] = [:]
    private var recovered = Recovered()

    /// Slots read at once: enough to hide a remote store's latency.
    private static let readsAtOnce = 32
    /// How often a damaged or contended take-over is tried again.
    private static let maximumAttempts = 20

    init(place: String, owner: String) {
        self.place = place
        self.owner = owner
    }

    mutating func start() -> Step {
        phase = .listing
        records = [:]
        digests = [:]
        recovered = Recovered()
        return .list(after: 0)
    }

    mutating func handle(_ answer: Answer) throws(ShardError) -> Step {
        switch (phase, answer) {
        case (.listing, .slots(let found)):
            slots = found
            guard slots.last ?? 0 < UInt64(LogRecord.numberLimit) else {
                throw corrupt("the log has a record in slot \(slots.last ?? 0)")
            }
            return try readMore()
        case (.reading(let asked), .objects(let objects)):
            guard try keep(asked, objects) else { return try again("a record has gone") }
            return try readMore()
        case (.fencing(let bytes), .outcome(let outcome)):
            switch outcome {
            case .created: return confirm(bytes)
            case .exists:
                phase = .comparing(bytes)
                return .read([recovered.fence])
            case .unknown(let reason): return .retry(recovered.fence, bytes, reason: reason)
            }
        case (.comparing(let bytes), .objects(let objects)):
            guard objects == [bytes] else { return try again("another owner wrote a record") }
            return confirm(bytes)
        case (.confirming, .slots(let later)):
            guard later.isEmpty else { return try again("the log went on after the fence") }
            return .finished(recovered)
        default:
            return try again("an answer came out of turn")
        }
    }

    // MARK: Reading

    /// Asks for records from the newest down to the newest checkpoint, then for the older ones
    /// that it does not cover; once all are there, checks them and makes the fence.
    private mutating func readMore() throws(ShardError) -> Step {
        var first: UInt64 = 1
        var missing: [UInt64] = []
        if let checkpoint = try newestCheckpoint() {
            recovered.checkpoint = checkpoint.body
            recovered.checkpointSlot = checkpoint.slot
            first = checkpoint.body.coveredSlot + 1
            missing = slots.reversed().filter { $0 >= first && records[$0] == nil }
        } else {
            missing = slots.reversed().filter { records[$0] == nil }
        }
        if !missing.isEmpty {
            let chunk = Array(missing.prefix(Self.readsAtOnce))
            phase = .reading(chunk)
            return .read(chunk)
        }
        if let fault = chainFault(from: first) { return try again(fault) }
        return makeFence()
    }

    private mutating func keep(
        _ asked: [UInt64], _ objects: [[UInt8]?]
    ) throws(ShardError) -> Bool {
        for (slot, object) in zip(asked, objects) {
            guard let object else { return false }
            do throws(CorruptBytes) {
                records[slot] = try LogRecord(object, slot: slot)
            } catch {
                throw corrupt("slot \(slot) of the log is damaged: \(error)")
            }
            digests[slot] = SHA256Digest(of: object)
        }
        return asked.count == objects.count
    }

    private func newestCheckpoint() throws(ShardError) -> (slot: UInt64, body: CheckpointBody)? {
        for slot in slots.reversed() {
            // Records are read from the newest down, so the first gap ends the search.
            guard let record = records[slot] else { return nil }
            guard record.kind == .checkpoint else { continue }
            do throws(CorruptBytes) {
                let body = try CheckpointBody(record.body)
                guard body.coveredSlot < slot else {
                    throw CorruptBytes(place: "checkpoint", reason: "it covers itself")
                }
                return (slot, body)
            } catch {
                throw corrupt("the checkpoint in slot \(slot) is damaged: \(error)")
            }
        }
        return nil
    }

    /// Collects the records from `first` on into `recovered`, in order, each continuing the one
    /// before it.
    private mutating func chainFault(from first: UInt64) -> String? {
        var previous = recovered.checkpoint?.coveredDigest ?? .zero
        let last = slots.last ?? 0
        recovered.records = []
        guard last >= first else { return last == 0 ? nil : "the log ends before it begins" }
        for slot in first...last {
            guard let record = records[slot], let digest = digests[slot] else {
                return "slot \(slot) of the log is missing"
            }
            guard record.previous == previous else {
                return "slot \(slot) of the log does not continue the one before it"
            }
            recovered.records.append(record)
            previous = digest
        }
        recovered.fenceDigest = previous
        return nil
    }

    // MARK: Fencing

    private mutating func makeFence() -> Step {
        let slot = (slots.last ?? 0) + 1
        let record = LogRecord(
            kind: .fence, slot: slot, previous: recovered.fenceDigest, owner: owner, body: [])
        let bytes = record.encoded()
        recovered.fence = slot
        recovered.fenceDigest = SHA256Digest(of: bytes)
        phase = .fencing(bytes)
        return .create(slot, bytes)
    }

    private mutating func confirm(_ bytes: [UInt8]) -> Step {
        phase = .confirming(bytes)
        return .list(after: recovered.fence)
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
