// A place in a shard's log: the newest record somebody knows of, by its slot and its bytes.

import Storage

struct LogPosition: Sendable, Hashable {
    /// Before the first record.
    static let start = LogPosition(slot: 0, digest: .zero)

    let slot: UInt64
    /// Of the record in `slot`: what the next one must name as its predecessor.
    let digest: SHA256Digest
}
