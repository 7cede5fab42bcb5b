// The documents of one chunk of a source that go to one shard, as an object between the two phases
// of an offline build.

import Segments
import Storage

/// A document on its way to its shard.
struct PartDocument: Sendable, Hashable {
    /// Its place among the documents of the chunk, of all shards.
    var ordinal: Int
    var place: RecordPlace
    var id: String
    /// A JSON object.
    var source: [UInt8]
}

/// `magic(4) version(1) bytes(4) frame checksum(4)`: the zstd frame has `bytes` bytes of content,
/// the checksum is CRC32C of all before it. The content is the number of documents, then of each
/// its ordinal, its place's source and line, its id and its source, as varints and with lengths.
///
/// No document: `43 50 41 52 01 01 00 00 00`, the frame of one zero byte, the checksum.
enum PartFile {
    private static let magic: [UInt8] = Array("CPAR".utf8)
    private static let version: UInt8 = 1
    private static let headBytes = 9
    private static let checksumBytes = 4

    static func encoded(_ documents: [PartDocument]) throws -> [UInt8] {
        var content = ByteWriter(
            capacity: documents.reduce(64) { $0 + $1.source.count + $1.id.utf8.count + 64 })
        content.varint(documents.count)
        for document in documents {
            content.varint(document.ordinal)
            content.string(document.place.source)
            content.varint(Int(document.place.line))
            content.string(document.id)
            content.lengthPrefixed(document.source)
        }
        let frame = try CompressedBytes.compress(content.bytes)
        var file = ByteWriter(capacity: frame.count + headBytes + checksumBytes)
        file.raw(magic)
        file.uint8(version)
        file.uint32(UInt32(content.count))
        file.raw(frame)
        file.uint32(CRC32C.checksum(file.bytes))
        return file.bytes
    }

    /// - Throws: `CorruptBytes`.
    static func documents(_ bytes: [UInt8], key: String) throws -> [PartDocument] {
        var file = ByteReader(bytes, place: key)
        guard bytes.count >= headBytes + checksumBytes, bytes.starts(with: magic),
            bytes[magic.count] == version
        else { throw file.corrupt("it is no part of an offline build, or of another version") }
        try file.skip(magic.count + 1)
        let count = Int(try file.uint32())
        let body = Array(bytes[..<(bytes.count - checksumBytes)])
        try file.seek(to: body.count)
        guard try file.uint32() == CRC32C.checksum(body),
            let content = CompressedBytes.decompress(Array(body[headBytes...]), count: count)
        else { throw file.corrupt("its checksum does not match") }
        var reader = ByteReader(content, place: key)
        let documentCount = try reader.varint(upTo: content.count)
        var documents: [PartDocument] = []
        documents.reserveCapacity(documentCount)
        for _ in 0..<documentCount {
            let ordinal = try reader.varint(upTo: Int(Int32.max))
            let source = try reader.string()
            let line = Int64(try reader.varint(upTo: Int.max))
            documents.append(
                PartDocument(
                    ordinal: ordinal, place: RecordPlace(source: source, line: line),
                    id: try reader.string(), source: try reader.lengthPrefixed()))
        }
        try reader.expectEnd()
        return documents
    }
}
