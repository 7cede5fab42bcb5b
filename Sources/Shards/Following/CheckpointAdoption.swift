// Which checkpoint a copy's stored segments should become those of, and what has changed since.
// Opening its segments takes a while; newer checkpoints and batches arrive meanwhile.

struct CheckpointAdoption: Sendable {
    /// The newest checkpoint followed, while the stored segments are not its own.
    private(set) var newest: FollowedCheckpoint?
    /// The one whose segments are being opened: the newest, or an older one.
    private(set) var opening: FollowedCheckpoint?
    /// What batches changed after the older of the two, in order.
    private var changes: [(slot: UInt64, keys: [DocumentKey])] = []

    mutating func note(_ checkpoint: FollowedCheckpoint) {
        newest = checkpoint
        forget()
    }

    mutating func note(batch slot: UInt64, _ keys: [DocumentKey]) {
        if newest != nil { changes.append((slot, keys)) }
    }

    /// The checkpoint to open next; `end` must follow.
    mutating func begin() -> FollowedCheckpoint? {
        opening = newest
        return opening
    }

    /// Whether the checkpoint is still to be adopted: the shard may have begun anew meanwhile.
    func isOpening(_ checkpoint: FollowedCheckpoint) -> Bool { opening?.slot == checkpoint.slot }

    func changed(after slot: UInt64) -> [DocumentKey] {
        changes.flatMap { $0.slot > slot ? $0.keys : [] }
    }

    mutating func end(adopted: Bool) {
        if adopted, newest?.slot == opening?.slot { newest = nil }
        opening = nil
        forget()
    }

    private mutating func forget() {
        guard let newest else {
            changes = []
            return
        }
        let oldest = opening?.slot ?? newest.slot
        changes.removeAll { $0.slot <= oldest }
    }
}
