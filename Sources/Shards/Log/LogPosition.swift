// A place in a shard's log: the newest record somebody knows of, by its slot and its bytes.

import Storage

struct LogPosition: Sendable, Hashable {
    /// Before the first record.
    static let start = LogPosition(slot: 0, digest: .zero)

    let slot: UInt64
    /// Of the record in `slot`: what the next one must name as its predecessor.
    let digest: SHA256Digest
}

/// A record as it was read or made.
struct ReadRecord: Sendable, Hashable {
    let record: LogRecord
    let digest: SHA256Digest
    /// Nil when it is too old to be passed on to copies.
    let bytes: [UInt8]?

    var position: LogPosition { LogPosition(slot: record.slot, digest: digest) }
}
