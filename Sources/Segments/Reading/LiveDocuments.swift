// Which documents of a segment were not deleted since it was written.

import Storage

/// A bit per document, set while it lives. A value: a search keeps the one it began with.
///
///     encoded := varint(documents) varint(deleted) u64 word*, u32 CRC32C of all before
///
/// Three documents of which number 1 is deleted: `03 01  05 00 00 00 00 00 00 00` and the
/// checksum.
public struct LiveDocuments: Sendable, Hashable {
    public let documentCount: Int
    public private(set) var deletedCount = 0
    /// 64 documents per word, the lowest bit first; bits beyond the last document are 0.
    public private(set) var words: [UInt64]

    /// All are alive.
    public init(documentCount: Int) {
        self.documentCount = documentCount
        words = [UInt64](repeating: .max, count: (documentCount + 63) / 64)
        if documentCount % 64 != 0 { words[words.count - 1] = Self.lastMask(documentCount) }
    }

    private static func lastMask(_ documentCount: Int) -> UInt64 {
        documentCount % 64 == 0 ? .max : (1 << UInt64(documentCount % 64)) - 1
    }

    public var liveCount: Int { documentCount - deletedCount }

    /// Returns whether the document was alive.
    @discardableResult
    public mutating func delete(_ document: UInt32) -> Bool {
        guard isLive(document) else { return false }
        words[Int(document >> 6)] &= ~(1 << UInt64(document & 63))
        deletedCount += 1
        return true
    }

    /// False also for documents that are not in the segment.
    @inlinable
    public func isLive(_ document: UInt32) -> Bool {
        let word = Int(document >> 6)
        return word < words.count && words[word] & (1 << UInt64(document & 63)) != 0
    }

    /// Ascending.
    public var deleted: [UInt32] {
        if deletedCount == 0 { return [] }
        return (0..<UInt32(documentCount)).filter { !isLive($0) }
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: words.count * 8 + 16)
        writer.varint(documentCount)
        writer.varint(deletedCount)
        for word in words { writer.uint64(word) }
        writer.uint32(writer.bytes.withUnsafeBytes { CRC32C.checksum($0) })
        return writer.bytes
    }

    /// Throws `SegmentError` when the bytes are damaged or belong to a segment with another
    /// number of documents.
    public init(encoded: [UInt8], documentCount: Int) throws {
        do {
            try self.init(verifying: encoded, documentCount)
        } catch {
            throw SegmentError(
                segment: "?", section: "live documents", reason: error.description,
                remedy: "read an older state or fetch the shard again")
        }
    }

    private init(verifying encoded: [UInt8], _ documentCount: Int) throws(CorruptBytes) {
        var reader = ByteReader(encoded, place: "live documents")
        let covered = max(encoded.count - 4, 0)
        try reader.seek(to: covered)
        let checksum = encoded[..<covered].withUnsafeBytes { CRC32C.checksum($0) }
        guard try reader.uint32() == checksum else {
            throw reader.corrupt("the checksum does not match")
        }
        try reader.seek(to: 0)
        guard try reader.varint() == UInt64(documentCount) else {
            throw reader.corrupt("they belong to another segment")
        }
        let deleted = try reader.varint(upTo: documentCount)
        self.init(documentCount: documentCount)
        for index in words.indices { words[index] &= try reader.uint64() }
        deletedCount = documentCount - words.reduce(0) { $0 + $1.nonzeroBitCount }
        guard deletedCount == deleted, reader.offset == covered else {
            throw reader.corrupt("the number of deleted documents is wrong")
        }
    }
}
