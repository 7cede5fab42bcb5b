// What requests that carried an idempotency key were answered, so that a repeated request gets
// the same answer and changes nothing.

import Analysis
import Storage

struct IdempotencyTable: Sendable {
    /// All remembered answers together, in bytes; the oldest go first.
    static let limitBytes = 512 << 10

    struct Entry: Sendable, Hashable {
        /// SHA-256 of the client's key.
        let key: SHA256Digest
        /// SHA-256 of the request's operations.
        let content: SHA256Digest
        let slot: UInt64
        /// `StoredAnswer.encode`.
        let outcomes: [UInt8]

        var byteCount: Int { outcomes.count + 2 * SHA256Digest.byteCount + 16 }

        func encode(_ writer: inout ByteWriter) {
            writer.raw(key.bytes)
            writer.raw(content.bytes)
            writer.varint(slot)
            writer.lengthPrefixed(outcomes)
        }
    }

    private var newest: [SHA256Digest: Entry] = [:]
    private var order: [SHA256Digest] = []
    private var head = 0
    private var byteCount = 0

    subscript(key: SHA256Digest) -> Entry? { newest[key] }

    /// A key is entered once; replaying the same record again changes nothing.
    mutating func insert(_ entry: Entry) {
        guard newest[entry.key] == nil else { return }
        newest[entry.key] = entry
        order.append(entry.key)
        byteCount += entry.byteCount
        while byteCount > Self.limitBytes, head < order.count - 1 {
            if let old = newest.removeValue(forKey: order[head]) { byteCount -= old.byteCount }
            head += 1
        }
        if head > 1024 && head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }

    /// Oldest first.
    var entries: [Entry] { order[head...].compactMap { newest[$0] } }
}

extension IdempotencyTable.Entry {
    init(_ reader: inout ByteReader) throws(CorruptBytes) {
        guard let key = SHA256Digest([UInt8](try reader.raw(SHA256Digest.byteCount))),
            let content = SHA256Digest([UInt8](try reader.raw(SHA256Digest.byteCount)))
        else { throw reader.corrupt("the digest is not one") }
        self.key = key
        self.content = content
        slot = try reader.varint()
        outcomes = try reader.lengthPrefixed()
    }
}
