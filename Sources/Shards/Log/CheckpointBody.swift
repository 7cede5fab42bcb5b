// The body of a checkpoint: everything needed to go on without the records up to `coveredSlot`.
//
//     checkpoint = covered slot, its digest 32, newest batch's slot, next sequence number, schema,
//                  terms { first sequence number, term }, segments { name, length, SHA-256 32,
//                  document count, deletions }, tombstones, answers;
//                  in version 2 also: replaces u8, { kept }

import Storage

struct CheckpointBody: Sendable, Hashable {
    struct Segment: Sendable, Hashable {
        /// The last part of the object's key: `<fence>-<random>`.
        var name: String
        var byteCount: Int
        var digest: SHA256Digest
        var documentCount: Int
        /// `LiveDocuments.encoded()`, or empty when all are alive.
        var live: [UInt8]
    }

    /// The segments hold exactly what the records up to here wrote (and what later ones deleted).
    var coveredSlot: UInt64
    var coveredDigest: SHA256Digest
    /// Of the batches up to the covered slot.
    var newestBatch: UInt64
    var nextSequenceNumber: Int64
    var schema: [UInt8]
    var terms: PrimaryTerms
    var segments: [Segment]
    var tombstones: [Tombstones.Entry]
    var answers: [IdempotencyTable.Entry]
    /// Whether what it lists is something else than what the records before it wrote: whoever
    /// follows the log begins anew from it. It covers every slot before its own then.
    var replaces = false
    /// Earlier states whose segments stay too, oldest first.
    var kept: [KeptCheckpoint] = []

    /// Of the record that holds it.
    var version: UInt16 {
        replaces || !kept.isEmpty ? LogRecord.keepingVersion : LogRecord.firstVersion
    }

    /// Of the segments that must stay as long as this checkpoint does.
    var segmentNames: Set<String> {
        Set(segments.map(\.name)).union(kept.flatMap { $0.segments.map(\.name) })
    }

    var covered: LogPosition { LogPosition(slot: coveredSlot, digest: coveredDigest) }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 4096)
        writer.varint(coveredSlot)
        writer.raw(coveredDigest.bytes)
        writer.varint(newestBatch)
        writer.signedVarint(nextSequenceNumber)
        writer.lengthPrefixed(schema)
        terms.encode(&writer)
        Self.encode(segments, &writer)
        Self.encode(tombstones, &writer)
        writer.varint(answers.count)
        for answer in answers { answer.encode(&writer) }
        if version != LogRecord.firstVersion {
            writer.uint8(replaces ? 1 : 0)
            writer.varint(kept.count)
            for checkpoint in kept { checkpoint.encode(&writer) }
        }
        return writer.bytes
    }

    static func encode(_ segments: [Segment], _ writer: inout ByteWriter) {
        writer.varint(segments.count)
        for segment in segments {
            writer.string(segment.name)
            writer.varint(segment.byteCount)
            writer.raw(segment.digest.bytes)
            writer.varint(segment.documentCount)
            writer.lengthPrefixed(segment.live)
        }
    }

    static func encode(_ tombstones: [Tombstones.Entry], _ writer: inout ByteWriter) {
        writer.varint(tombstones.count)
        for tombstone in tombstones { tombstone.encode(&writer) }
    }
}

extension CheckpointBody {
    init(of record: LogRecord) throws(CorruptBytes) {
        try self.init(record.body, version: record.version)
        guard coveredSlot < record.slot else {
            throw CorruptBytes(place: "checkpoint", reason: "it covers itself")
        }
        guard !replaces || coveredSlot + 1 == record.slot else {
            throw CorruptBytes(place: "checkpoint", reason: "it replaces what it does not cover")
        }
    }

    init(
        _ bytes: [UInt8], version: UInt16 = LogRecord.firstVersion
    ) throws(CorruptBytes) {
        var reader = ByteReader(bytes, place: "checkpoint")
        coveredSlot = try reader.varint()
        coveredDigest = try Self.digest(&reader)
        newestBatch = try reader.varint()
        nextSequenceNumber = try reader.signedVarint()
        guard max(coveredSlot, newestBatch) < UInt64(LogRecord.numberLimit),
            (0..<LogRecord.numberLimit).contains(nextSequenceNumber)
        else { throw reader.corrupt("a slot or sequence number is too large") }
        schema = try reader.lengthPrefixed()
        terms = try PrimaryTerms(&reader)
        segments = try Self.segments(&reader)
        tombstones = try Self.tombstones(&reader)
        answers = []
        for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
            answers.append(try IdempotencyTable.Entry(&reader))
        }
        if version != LogRecord.firstVersion {
            let flag = try reader.uint8()
            guard flag <= 1 else { throw reader.corrupt("it says neither yes nor no") }
            replaces = flag == 1
            for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
                kept.append(try KeptCheckpoint(&reader))
            }
        }
        try reader.expectEnd()
    }

    static func segments(_ reader: inout ByteReader) throws(CorruptBytes) -> [Segment] {
        var segments: [Segment] = []
        for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
            let name = try reader.string()
            let byteCount = try reader.varint(upTo: .max)
            let digest = try Self.digest(&reader)
            let documentCount = try reader.varint(upTo: Int(UInt32.max))
            segments.append(
                Segment(
                    name: name, byteCount: byteCount, digest: digest,
                    documentCount: documentCount, live: try reader.lengthPrefixed()))
        }
        return segments
    }

    static func tombstones(
        _ reader: inout ByteReader
    ) throws(CorruptBytes) -> [Tombstones.Entry] {
        var tombstones: [Tombstones.Entry] = []
        for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
            tombstones.append(try Tombstones.Entry(&reader))
        }
        return tombstones
    }

    private static func digest(_ reader: inout ByteReader) throws(CorruptBytes) -> SHA256Digest {
        guard let digest = SHA256Digest([UInt8](try reader.raw(SHA256Digest.byteCount))) else {
            throw reader.corrupt("the digest is not one")
        }
        return digest
    }
}
