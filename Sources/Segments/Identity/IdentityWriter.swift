// Collects documents' ids, tie keys, sequence numbers and versions.

import Analysis
import Storage

/// The sections that say who a document is.
///
///     ids              := u32 end*, bytes        one end per document
///     tie keys         := u64*                   hash of each document's id
///     id order         := u32*                   documents by (tie key, sequence number,
///                                                document)
///     sequence numbers := dense integer `ColumnLayout`
///     versions         := dense integer `ColumnLayout`
///
/// Ids "b" and "ca": `01 00 00 00  03 00 00 00  62 63 61`.
struct IdentityWriter {
    private var ends: [Int] = []
    private var bytes: [UInt8] = []
    private var tieKeys: [UInt64] = []
    private var sequenceNumbers: [Int64] = []
    private var versions: [Int64] = []
    private(set) var maximumSequenceNumber: Int64 = -1

    var documentCount: Int { ends.count }
    var byteCount: Int { bytes.count + ends.count * 32 }

    mutating func add(
        _ id: UnsafeRawBufferPointer, tieKey: UInt64, sequenceNumber: Int64, version: Int64
    ) {
        bytes.append(contentsOf: id)
        ends.append(bytes.count)
        tieKeys.append(tieKey)
        sequenceNumbers.append(sequenceNumber)
        versions.append(version)
        maximumSequenceNumber = max(maximumSequenceNumber, sequenceNumber)
    }

    func write(to image: inout ImageWriter) throws {
        guard bytes.count <= Int(UInt32.max) else {
            throw SegmentError(
                segment: "new", section: "ids", reason: "the ids pass 4 GiB",
                remedy: "keep segments smaller")
        }
        var ids = ByteWriter(capacity: ends.count * 4 + bytes.count)
        for end in ends { ids.uint32(UInt32(end)) }
        ids.raw(bytes)
        image.add(.ids, ids.bytes)
        var keys = ByteWriter(capacity: ends.count * 8)
        for key in tieKeys { keys.uint64(key) }
        image.add(.tieKeys, keys.bytes)
        var ranked = tieKeys.indices.map { (key: tieKeys[$0], document: UInt32($0)) }
        ranked.sort { one, other in
            if one.key != other.key { return one.key < other.key }
            let (age, otherAge) = (
                sequenceNumbers[Int(one.document)], sequenceNumbers[Int(other.document)]
            )
            return age != otherAge ? age < otherAge : one.document < other.document
        }
        var order = ByteWriter(capacity: ends.count * 4)
        for entry in ranked { order.uint32(entry.document) }
        image.add(.idOrder, order.bytes)
        image.add(.sequenceNumbers, ColumnWriter.dense(sequenceNumbers))
        image.add(.versions, ColumnWriter.dense(versions))
    }
}
