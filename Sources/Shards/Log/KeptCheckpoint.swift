// A state of a shard that is kept until somebody lets it go: part of every checkpoint from then
// on, so that all owners know it and none deletes its segments.
//
//     kept = id, name, slot, document count, next sequence number, schema, segments, tombstones

import Storage

struct KeptCheckpoint: Sendable, Hashable {
    /// So many a shard has at most.
    static let limit = 64
    /// All of a shard together, encoded: they are repeated in every checkpoint.
    static let limitBytes = 32 << 20
    /// Of the id and of the name, in UTF-8.
    static let maximumNameBytes = 256

    /// Drawn by whoever asked for it; unique.
    let id: String
    /// For people.
    let name: String
    /// What is kept is what the records up to here wrote.
    let slot: UInt64
    /// Living ones.
    let documentCount: Int
    let nextSequenceNumber: Int64
    let schema: [UInt8]
    let segments: [CheckpointBody.Segment]
    let tombstones: [Tombstones.Entry]

    var byteCount: Int {
        segments.reduce(128 + schema.count) { $0 + $1.live.count + $1.name.utf8.count + 64 }
            + tombstones.reduce(0) { $0 + $1.id.count + 16 }
    }

    func encode(_ writer: inout ByteWriter) {
        writer.string(id)
        writer.string(name)
        writer.varint(slot)
        writer.varint(documentCount)
        writer.signedVarint(nextSequenceNumber)
        writer.lengthPrefixed(schema)
        CheckpointBody.encode(segments, &writer)
        CheckpointBody.encode(tombstones, &writer)
    }
}

extension KeptCheckpoint {
    init(_ reader: inout ByteReader) throws(CorruptBytes) {
        id = try reader.string()
        name = try reader.string()
        slot = try reader.varint()
        documentCount = try reader.varint(upTo: .max)
        nextSequenceNumber = try reader.signedVarint()
        guard slot < UInt64(LogRecord.numberLimit),
            (0..<LogRecord.numberLimit).contains(nextSequenceNumber)
        else { throw reader.corrupt("a slot or sequence number is too large") }
        schema = try reader.lengthPrefixed()
        segments = try CheckpointBody.segments(&reader)
        tombstones = try CheckpointBody.tombstones(&reader)
    }

    /// As a checkpoint to begin from; its digest is nobody's.
    var body: CheckpointBody {
        CheckpointBody(
            coveredSlot: slot, coveredDigest: .zero, newestBatch: slot,
            nextSequenceNumber: nextSequenceNumber, schema: schema, terms: PrimaryTerms(),
            segments: segments, tombstones: tombstones, answers: [])
    }
}
