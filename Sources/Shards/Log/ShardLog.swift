// The owner's end of the log, as a state machine: it says which create to issue and what the
// store's answer means. No input or output here, and no clock.

import Storage

struct ShardLog: Sendable {
    /// A create to issue, or to issue again, with exactly these bytes.
    struct Create: Sendable, Hashable {
        let slot: UInt64
        let bytes: [UInt8]
        let digest: SHA256Digest
    }

    /// What to do after an answer.
    enum Action: Sendable, Hashable {
        case committed(UInt64)
        /// The same create once more, after a pause.
        case retry(Create, reason: String)
        /// Read the slot: the object may be this owner's own.
        case readBack(UInt64)
        /// Another owner has the slot. Nothing may be written any more.
        case deposed
    }

    /// The slot of this owner's fence: its epoch, and the primary term of its writes.
    let fence: UInt64
    let owner: String
    /// The newest committed record. Slots are contiguous: the next create is for `slot + 1`.
    private(set) var position: LogPosition
    /// At most one create is in flight, and its slot is never given to other bytes.
    private(set) var inFlight: Create?
    private(set) var isDeposed = false

    init(fence: LogPosition, owner: String) {
        self.fence = fence.slot
        self.owner = owner
        position = fence
    }

    var slot: UInt64 { position.slot }

    mutating func append(
        _ kind: LogRecord.Kind, version: UInt16 = LogRecord.firstVersion, _ body: [UInt8]
    ) -> Create {
        precondition(inFlight == nil && !isDeposed, "one create at a time, and only by the owner")
        let record = LogRecord(
            kind: kind, version: version, slot: slot + 1, previous: position.digest, owner: owner,
            body: body)
        let bytes = record.encoded()
        let create = Create(slot: slot + 1, bytes: bytes, digest: SHA256Digest(of: bytes))
        inFlight = create
        return create
    }

    mutating func handle(_ outcome: CreateOutcome) -> Action {
        guard let create = inFlight else { return .deposed }
        switch outcome {
        case .created: return commit(create)
        case .exists: return .readBack(create.slot)
        case .unknown(let reason): return .retry(create, reason: reason)
        }
    }

    /// The bytes found in the slot of the create in flight. Nothing there, although it existed,
    /// means that a later owner has already collected it.
    mutating func handle(readBack bytes: [UInt8]?) -> Action {
        guard let create = inFlight else { return .deposed }
        if bytes == create.bytes { return commit(create) }
        isDeposed = true
        inFlight = nil
        return .deposed
    }

    private mutating func commit(_ create: Create) -> Action {
        position = LogPosition(slot: create.slot, digest: create.digest)
        inFlight = nil
        return .committed(create.slot)
    }
}
