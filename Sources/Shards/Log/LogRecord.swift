// One object of a shard's log.
//
//     record   = magic "CLOG", version u16 (2: a checkpoint that keeps or replaces), kind u8,
//                reserved u8, slot u64,
//                previous: SHA-256 of the record in slot - 1 (zeros before the first),
//                owner: string, body: length-prefixed bytes, CRC32C u32 of all before it
//
// Numbers are little-endian; strings and bodies have a varint length. A fence "n1" in slot 1
// starts 43 4C 4F 47 01 00 01 00 01 00 00 00 00 00 00 00, then 32 zeros, 02 6E 31, 00, CRC.

import Storage

struct LogRecord: Sendable, Hashable {
    enum Kind: UInt8, Sendable {
        /// Begins the ownership of its writer. Never deleted.
        case fence = 1
        /// Documents: see `BatchBody`.
        case batch = 2
        /// What makes older batches unnecessary: see `CheckpointBody`.
        case checkpoint = 3
    }

    static let magic: [UInt8] = Array("CLOG".utf8)
    /// What all records were once, and most still are.
    static let firstVersion: UInt16 = 1
    /// Of checkpoints with what the first version has no place for: older builds refuse them.
    static let keepingVersion: UInt16 = 2
    /// Slots, sequence numbers and versions stay below, so that counting on never overflows.
    static let numberLimit: Int64 = 1 << 62
    /// No record is larger; a length beyond it is damage.
    static let maximumByteCount = 1 << 30

    let version: UInt16
    let kind: Kind
    let slot: UInt64
    let previous: SHA256Digest
    /// Names the owner and its incarnation, so that no two owners' records are equal.
    let owner: String
    let body: [UInt8]

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: body.count + owner.utf8.count + 80)
        writer.raw(Self.magic)
        writer.uint16(version)
        writer.uint8(kind.rawValue)
        writer.uint8(0)
        writer.uint64(slot)
        writer.raw(previous.bytes)
        writer.string(owner)
        writer.lengthPrefixed(body)
        writer.uint32(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    init(
        kind: Kind, version: UInt16 = LogRecord.firstVersion, slot: UInt64, previous: SHA256Digest,
        owner: String, body: [UInt8]
    ) {
        self.version = version
        self.kind = kind
        self.slot = slot
        self.previous = previous
        self.owner = owner
        self.body = body
    }

    /// Reads the object of `slot`.
    init(_ bytes: [UInt8], slot expected: UInt64) throws(CorruptBytes) {
        try self.init(bytes)
        guard slot == expected else {
            throw CorruptBytes(
                place: "log record",
                reason: "it says slot \(slot) but is stored as \(expected)")
        }
    }

    init(_ bytes: [UInt8]) throws(CorruptBytes) {
        let place = "log record"
        guard bytes.count >= Self.magic.count + 4, bytes.count <= Self.maximumByteCount else {
            throw CorruptBytes(place: place, reason: "\(bytes.count) bytes cannot be a record")
        }
        guard bytes.starts(with: Self.magic) else {
            throw CorruptBytes(place: place, reason: "the first bytes are not \"CLOG\"")
        }
        let contents = bytes.count - 4
        var reader = ByteReader(bytes, place: place)
        try reader.seek(to: contents)
        let check = try reader.uint32()
        let actual = bytes.withUnsafeBytes {
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[..<contents]))
        }
        guard check == actual else { throw reader.corrupt("the checksum does not match") }
        try reader.seek(to: Self.magic.count)
        version = try reader.uint16()
        guard version == Self.firstVersion || version == Self.keepingVersion else {
            throw reader.corrupt("format version \(version) is unknown to this build")
        }
        guard let kind = Kind(rawValue: try reader.uint8()) else {
            throw reader.corrupt("the kind of record is unknown to this build")
        }
        guard version == Self.firstVersion || kind == .checkpoint else {
            throw reader.corrupt("only checkpoints have format version \(version)")
        }
        _ = try reader.uint8()
        slot = try reader.uint64()
        guard let previous = SHA256Digest([UInt8](try reader.raw(SHA256Digest.byteCount))) else {
            throw reader.corrupt("the digest is not one")
        }
        self.kind = kind
        self.previous = previous
        owner = try reader.string()
        body = try reader.lengthPrefixed()
        try reader.skip(4)
        try reader.expectEnd()
    }
}
