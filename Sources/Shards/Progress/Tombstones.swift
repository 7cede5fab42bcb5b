// The newest deletions, so that a version number goes on where the deleted document left off and
// a late external version does not bring it back. Bounded by number, not by time: what is
// remembered follows from the log alone.

import Storage

struct Tombstones: Sendable {
    static let limit = 4096

    struct Entry: Sendable, Hashable {
        let id: [UInt8]
        let version: Int64
        let sequenceNumber: Int64

        func encode(_ writer: inout ByteWriter) {
            writer.lengthPrefixed(id)
            writer.signedVarint(version)
            writer.signedVarint(sequenceNumber)
        }
    }

    private var newest: [DocumentKey: Entry] = [:]
    /// Sequence numbers in the order of deletion; stale ones are skipped.
    private var order: [(key: DocumentKey, sequenceNumber: Int64)] = []
    private var head = 0

    subscript(key: DocumentKey) -> Entry? { newest[key] }

    mutating func insert(_ key: DocumentKey, version: Int64, sequenceNumber: Int64) {
        newest[key] = Entry(id: key.id, version: version, sequenceNumber: sequenceNumber)
        order.append((key, sequenceNumber))
        while newest.count > Self.limit { forgetOldest() }
        if head > Self.limit && head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }

    /// The document is back.
    mutating func remove(_ key: DocumentKey) {
        newest[key] = nil
    }

    private mutating func forgetOldest() {
        let (key, sequenceNumber) = order[head]
        head += 1
        if newest[key]?.sequenceNumber == sequenceNumber { newest[key] = nil }
    }

    /// In the order of deletion.
    var entries: [Entry] {
        order[head...].compactMap { candidate in
            newest[candidate.key].flatMap {
                $0.sequenceNumber == candidate.sequenceNumber ? $0 : nil
            }
        }
    }
}

extension Tombstones.Entry {
    init(_ reader: inout ByteReader) throws(CorruptBytes) {
        id = try reader.lengthPrefixed()
        version = try reader.signedVarint()
        sequenceNumber = try reader.signedVarint()
    }
}
