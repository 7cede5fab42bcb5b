// What a record says, decoded.

import Analysis
import Storage

enum LogContent: Sendable {
    case fence
    /// With the schema that is in force from it on, when it names one.
    case batch(BatchBody, Schema?)
    case checkpoint(FollowedCheckpoint, Schema)

    /// Throws `CorruptBytes` or `SchemaError`.
    init(_ record: LogRecord) throws {
        switch record.kind {
        case .fence: self = .fence
        case .batch:
            let body = try BatchBody(record.body)
            self = .batch(
                body, body.schema.isEmpty ? nil : try Schema(encoded: body.schema))
        case .checkpoint:
            let body = try CheckpointBody(of: record)
            self = .checkpoint(
                FollowedCheckpoint(slot: record.slot, body: body),
                try Schema(encoded: body.schema))
        }
    }
}

/// A checkpoint and where it is in the log.
struct FollowedCheckpoint: Sendable {
    let slot: UInt64
    let body: CheckpointBody

    var mark: LogCollection.Mark {
        LogCollection.Mark(
            slot: slot, coveredSlot: body.coveredSlot, segments: body.segmentNames)
    }
}
