// The contents of a metadata store as a value, and as a file.
//
//     file = magic "CNPYMETA" | revision i64 | entry count varint | entry* | CRC32C u32
//     entry = key string | version i64 | value bytes      (string and bytes: varint length, bytes)
//
// The checksum is of everything before it; entries are in the keys' byte order.

import Storage

struct MetadataTable: Sendable, Equatable {
    private(set) var revision: Int64 = 0
    private(set) var entries: [String: VersionedValue] = [:]

    static let magic = Array("CNPYMETA".utf8)
    static let checksumBytes = 4

    init() {}

    func listing(prefix: String) -> MetadataListing {
        MetadataListing(
            revision: revision,
            entries: entries.filter { $0.key.utf8.starts(with: prefix.utf8) }
                .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { MetadataEntry(key: $0.key, value: $0.value) })
    }

    mutating func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) -> CompareAndSetOutcome {
        guard entries[key]?.version == expected else { return .conflict }
        revision += 1
        entries[key] = value.map { VersionedValue(value: $0, version: revision) }
        return .stored(revision)
    }

    /// Whether something under the prefix differs from what it was.
    func differs(from older: MetadataTable, under prefix: String) -> Bool {
        guard revision != older.revision else { return false }
        return listing(prefix: prefix).entries != older.listing(prefix: prefix).entries
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 4096)
        writer.raw(Self.magic)
        writer.int64(revision)
        writer.varint(entries.count)
        for entry in listing(prefix: "").entries {
            writer.string(entry.key)
            writer.int64(entry.value.version)
            writer.lengthPrefixed(entry.value.value)
        }
        writer.uint32(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    init(encoded bytes: [UInt8], place: String) throws(CorruptBytes) {
        var reader = ByteReader(bytes, place: place)
        guard bytes.count >= Self.magic.count + Self.checksumBytes,
            bytes.starts(with: Self.magic)
        else { throw reader.corrupt("it does not begin as a metadata file") }
        let body = Array(bytes.dropLast(Self.checksumBytes))
        try reader.seek(to: body.count)
        guard try reader.uint32() == CRC32C.checksum(body) else {
            throw reader.corrupt("its checksum is wrong")
        }
        try reader.seek(to: Self.magic.count)
        revision = try reader.int64()
        for _ in 0..<(try reader.varint(upTo: body.count)) {
            let key = try reader.string()
            let version = try reader.int64()
            guard (1...revision).contains(version) else {
                throw reader.corrupt("version \(version) of '\(key)' is not up to \(revision)")
            }
            entries[key] = VersionedValue(value: try reader.lengthPrefixed(), version: version)
        }
        guard reader.offset == body.count else { throw reader.corrupt("it has trailing bytes") }
    }
}
