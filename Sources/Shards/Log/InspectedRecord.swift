// A log record taken apart for people: what `canopy inspect` shows of it.

import Segments
import Storage

/// One record of a shard's log, verified and decoded.
public struct InspectedRecord: Sendable {
    public enum Content: Sendable {
        case fence
        case batch([Operation])
        case checkpoint(coveredSlot: UInt64, [Segment])
    }

    public struct Operation: Sendable {
        public let id: [UInt8]
        public let sequenceNumber: Int64
        public let version: Int64
        /// Nil for a deletion.
        public let sourceByteCount: Int?
    }

    public struct Segment: Sendable {
        public let name: String
        public let byteCount: Int
        public let digest: SHA256Digest
        public let documentCount: Int
        public let deletedCount: Int
    }

    public let slot: UInt64
    public let owner: String
    public let byteCount: Int
    /// Of the record's own bytes.
    public let digest: SHA256Digest
    /// Of the record in the slot before.
    public let previous: SHA256Digest
    public let content: Content
    /// Whether a checkpoint's segments replace what the records before it wrote.
    public let replaces: Bool
    /// What a checkpoint keeps, oldest first.
    public let kept: [KeptState]

    /// What every record begins with.
    public static let magic = LogRecord.magic

    /// - Parameter slot: the one its object's name says.
    /// - Throws: `CorruptBytes`, or an error of the deletions' decoder.
    public init(_ bytes: [UInt8], slot: UInt64) throws {
        let record = try LogRecord(bytes, slot: slot)
        self.slot = slot
        owner = record.owner
        byteCount = bytes.count
        digest = SHA256Digest(of: bytes)
        previous = record.previous
        let checkpoint =
            record.kind == .checkpoint
            ? try CheckpointBody(record.body, version: record.version) : nil
        replaces = checkpoint?.replaces ?? false
        kept = checkpoint?.kept.map { KeptState($0) } ?? []
        switch record.kind {
        case .fence:
            content = .fence
        case .batch:
            let body = try BatchBody(record.body)
            content = .batch(
                body.operations.map {
                    Operation(
                        id: $0.id, sequenceNumber: $0.sequenceNumber, version: $0.version,
                        sourceByteCount: $0.source?.count)
                })
        case .checkpoint:
            content = .checkpoint(
                coveredSlot: checkpoint?.coveredSlot ?? 0,
                try (checkpoint?.segments ?? []).map { segment in
                    let deleted =
                        segment.live.isEmpty
                        ? 0
                        : try LiveDocuments(
                            encoded: segment.live, documentCount: segment.documentCount
                        ).deletedCount
                    return Segment(
                        name: segment.name, byteCount: segment.byteCount, digest: segment.digest,
                        documentCount: segment.documentCount, deletedCount: deleted)
                })
        }
    }
}
