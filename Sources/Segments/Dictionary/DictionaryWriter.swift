// Writes the sorted terms of a field in blocks of shared prefixes, with an index of the blocks.

import Storage

/// The `terms` and `term index` sections of one field.
///
///     terms     := block*                     32 terms each, the last with fewer
///     block     := varint(bytes of keys) key* [start entry*]     entries only with postings
///     key       := u8 token [varint] [varint] suffix
///     token     := bytes shared with the key before (high 4 bits), bytes of suffix (low 4);
///                  15 in either means 15 plus a varint that follows, shared first
///     start     := varint(postings offset) [varint(positions offset)]
///     entry     := 0 document [position]                        one document, one occurrence
///                | 1 document varint(frequency - 2) [extent]    one document
///                | varint(df, at least 2) [varint(ttf - df)] extent [extent]
///     extent    := varint length: of the postings, then of the positions; each list starts
///                  where the one before ends
///     index     := u32 blocks, (u32 offset of the block, u32 end of its separator)*, separators
///     separator := shortest bytes above the last key of the block before and up to the first
///                  key of this one
///
/// Brackets around position parts: only with positions; around ttf: only with frequencies.
/// The keyword terms "aa" (in document 7) and "ab" (in two documents, 2 bytes of postings):
///
///     05  02 61 61  11 62   00   00 07   02 02
///
/// and the index `01 00 00 00  00 00 00 00 00 00 00 00`: the first separator is empty.
struct DictionaryWriter {
    static let blockSize = 32

    private let shape: FieldShape
    private var terms = ByteWriter()
    private var keys = ByteWriter()
    private var entries = ByteWriter()
    private var index = ByteWriter()
    private var separators: [UInt8] = []
    private var last: [UInt8] = []
    private(set) var termCount = 0
    private var blockCount = 0

    init(shape: FieldShape) { self.shape = shape }

    /// Terms ascend; `entry` is nil only for keys without postings.
    mutating func add(_ term: UnsafeBufferPointer<UInt8>, _ entry: TermEntry?) throws {
        var shared = 0
        let limit = min(term.count, last.count)
        while shared < limit, term[shared] == last[shared] { shared += 1 }
        if termCount % Self.blockSize == 0 {
            try beginBlock(separator: term.prefix(termCount == 0 ? 0 : shared + 1), entry)
            appendKey(term, shared: 0)
        } else {
            appendKey(term, shared: shared)
        }
        if let entry, shape.contains(.inverted) { append(entry) }
        last.removeLast(last.count - shared)
        last.append(contentsOf: UnsafeBufferPointer(rebasing: term[shared...]))
        termCount += 1
    }

    private mutating func beginBlock(
        separator: Slice<UnsafeBufferPointer<UInt8>>, _ entry: TermEntry?
    ) throws {
        endBlock()
        separators.append(contentsOf: separator)
        guard let offset = UInt32(exactly: terms.count),
            let separatorEnd = UInt32(exactly: separators.count)
        else {
            throw SegmentError(
                segment: "new", section: "terms", reason: "the terms of a field pass 4 GiB",
                remedy: "keep segments smaller")
        }
        index.uint32(offset)
        index.uint32(separatorEnd)
        blockCount += 1
        guard let entry, shape.contains(.inverted) else { return }
        entries.varint(entry.postings.offset)
        if shape.contains(.positions) { entries.varint(entry.positions.offset) }
    }

    private mutating func endBlock() {
        if keys.count == 0 { return }
        terms.varint(keys.count)
        terms.bytes += keys.bytes
        terms.bytes += entries.bytes
        keys.bytes.removeAll(keepingCapacity: true)
        entries.bytes.removeAll(keepingCapacity: true)
    }

    private mutating func appendKey(_ term: UnsafeBufferPointer<UInt8>, shared: Int) {
        let rest = term.count - shared
        keys.uint8(UInt8(min(shared, 15) << 4 | min(rest, 15)))
        if shared >= 15 { keys.varint(shared - 15) }
        if rest >= 15 { keys.varint(rest - 15) }
        keys.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: term[shared...]))
    }

    private mutating func append(_ entry: TermEntry) {
        if entry.documentFrequency > 1 {
            entries.varint(entry.documentFrequency)
            if shape.contains(.frequencies) {
                entries.varint(entry.totalTermFrequency - entry.documentFrequency)
            }
            entries.varint(entry.postings.count)
            if shape.contains(.positions) { entries.varint(entry.positions.count) }
            return
        }
        entries.uint8(entry.totalTermFrequency == 1 ? 0 : 1)
        entries.varint(UInt64(entry.singleDocument))
        if entry.totalTermFrequency > 1 {
            entries.varint(entry.totalTermFrequency - 2)
            if shape.contains(.positions) { entries.varint(entry.positions.count) }
        } else if shape.contains(.positions) {
            entries.varint(UInt64(entry.singlePosition))
        }
    }

    /// The finished sections.
    consuming func finish() -> (terms: [UInt8], index: [UInt8]) {
        endBlock()
        var whole = ByteWriter(capacity: index.count + separators.count + 4)
        whole.uint32(UInt32(blockCount))
        whole.raw(index.bytes)
        whole.raw(separators)
        return (terms.bytes, whole.bytes)
    }
}
