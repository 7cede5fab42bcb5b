// Which objects of a shard nobody needs any more. No clocks: only what the two newest checkpoints
// say, and never a fence, since a fence is what stops an owner that wakes up late.

struct LogCollection: Sendable {
    private(set) var newest: Mark?
    private(set) var secondNewest: Mark?
    /// Slots known to be fences: never deleted, so never read again either.
    private var fences: Set<UInt64> = []
    /// Slots below the limit known to be deletable.
    private var kinds: [UInt64: LogRecord.Kind] = [:]

    /// What a checkpoint protects.
    struct Mark: Sendable, Hashable {
        let slot: UInt64
        let coveredSlot: UInt64
        let segments: Set<String>
    }

    mutating func note(_ kind: LogRecord.Kind, slot: UInt64) {
        if kind == .fence { fences.insert(slot) } else { kinds[slot] = kind }
    }

    func isFence(_ slot: UInt64) -> Bool { fences.contains(slot) }

    /// Whether another checkpoint like the newest would make objects deletable: the one before it
    /// still protects segments that have been rewritten since.
    var wantsAnother: Bool {
        guard let newest, let secondNewest else { return false }
        return !secondNewest.segments.isSubset(of: newest.segments)
    }

    mutating func note(checkpoint: Mark) {
        note(.checkpoint, slot: checkpoint.slot)
        secondNewest = newest
        newest = checkpoint
    }

    /// Forgets what the owner deletes; a copy has no other use for it.
    mutating func forgetCollected() {
        guard let limit else { return }
        kinds = kinds.filter { $0.key > limit }
    }

    /// Batches and checkpoints up to this slot may go; nil while there is one checkpoint only.
    var limit: UInt64? { secondNewest?.coveredSlot }

    /// Of the listed slots, those to delete, ascending, and those whose kind must be read first.
    func deletable(_ listed: [UInt64]) -> (delete: [UInt64], unknown: [UInt64]) {
        guard let limit else { return ([], []) }
        let candidates = listed.filter { $0 <= limit && !fences.contains($0) }.sorted()
        return (
            candidates.filter { kinds[$0] != nil }, candidates.filter { kinds[$0] == nil }
        )
    }

    mutating func deleted(_ slot: UInt64) {
        kinds[slot] = nil
    }

    /// Whether a segment object may go: no checkpoint of the last two lists it, and it was named
    /// by an older owner, or by this one, which says what it still uses.
    func isGarbage(segment: String, fence: UInt64?, owner: UInt64, inUse: Set<String>) -> Bool {
        guard let newest, let secondNewest, let fence, fence <= owner else { return false }
        return !newest.segments.contains(segment) && !secondNewest.segments.contains(segment)
            && !inUse.contains(segment)
    }
}
