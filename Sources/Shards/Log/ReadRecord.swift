// A record of a log with what following it takes.

import Storage

/// A record as it was read or made.
struct ReadRecord: Sendable, Hashable {
    let record: LogRecord
    let digest: SHA256Digest
    /// Nil when it is too old to be passed on to copies.
    let bytes: [UInt8]?

    var position: LogPosition { LogPosition(slot: record.slot, digest: digest) }
}
