// One object of an `ObjectMetadataStore`: the whole table after a change.
//
//     object = magic "CNPYMREV" | previous: SHA-256 of the object before | author string
//              | table bytes | CRC32C u32      (string and bytes: varint length, bytes)
//
// The checksum is of everything before it. `previous` is zero in the first. The author is a random
// name: two nodes never write the same bytes.

import Storage

struct MetadataRevision: Sendable {
    static let prefix = "metadata/"
    static let magic = Array("CNPYMREV".utf8)

    let table: MetadataTable
    let previous: SHA256Digest
    let encoded: [UInt8]
    let digest: SHA256Digest

    var number: Int64 { table.revision }

    /// Before the first change.
    static let none = MetadataRevision(
        table: MetadataTable(), previous: .zero, encoded: [], digest: .zero)

    init(_ table: MetadataTable, after older: MetadataRevision, author: String) {
        var writer = ByteWriter(capacity: 4096)
        writer.raw(Self.magic)
        writer.raw(older.digest.bytes)
        writer.string(author)
        writer.lengthPrefixed(table.encoded())
        writer.uint32(CRC32C.checksum(writer.bytes))
        self.init(
            table: table, previous: older.digest, encoded: writer.bytes,
            digest: SHA256Digest(of: writer.bytes))
    }

    init(encoded bytes: [UInt8], number: Int64) throws(CorruptBytes) {
        let place = "metadata revision \(number)"
        var reader = ByteReader(bytes, place: place)
        let checksumBytes = MetadataTable.checksumBytes
        guard bytes.count >= Self.magic.count + checksumBytes, bytes.starts(with: Self.magic) else {
            throw reader.corrupt("it does not begin as a revision of the metadata")
        }
        let body = Array(bytes.dropLast(checksumBytes))
        try reader.seek(to: body.count)
        guard try reader.uint32() == CRC32C.checksum(body) else {
            throw reader.corrupt("its checksum is wrong")
        }
        try reader.seek(to: Self.magic.count)
        guard let previous = SHA256Digest([UInt8](try reader.raw(SHA256Digest.byteCount))) else {
            throw reader.corrupt("it does not say what it follows")
        }
        _ = try reader.string()
        let table = try MetadataTable(encoded: try reader.lengthPrefixed(), place: place)
        guard reader.offset == body.count else { throw reader.corrupt("it has trailing bytes") }
        guard table.revision == number else {
            throw reader.corrupt("it holds revision \(table.revision)")
        }
        self.init(
            table: table, previous: previous, encoded: bytes, digest: SHA256Digest(of: bytes))
    }

    private init(
        table: MetadataTable, previous: SHA256Digest, encoded: [UInt8], digest: SHA256Digest
    ) {
        self.table = table
        self.previous = previous
        self.encoded = encoded
        self.digest = digest
    }
}
