// The sorted terms of one field, read in place: bisection over block separators, then a scan of
// one block of at most 32.

import Storage

/// Terms by number (their rank) and by bytes. Also the keys of a keyword column.
final class TermDictionary: Sendable {
    let shape: FieldShape
    let termCount: Int
    let documentCount: Int
    let terms: SectionBytes
    private let index: SectionBytes
    private let blockCount: Int
    private let separatorsStart: Int
    /// The first eight bytes of each block's separator, zeros behind a shorter one: ascending, and
    /// near each other where the separators themselves are not.
    private let prefixes: [UInt64]
    /// Bytes of postings and positions that entries may point to.
    let postingsLimit: Int
    let positionsLimit: Int

    init(
        _ field: FieldSummary, documentCount: Int, terms: SectionBytes, index: SectionBytes,
        postings: SectionBytes?, positions: SectionBytes?
    ) throws {
        shape = field.shape
        termCount = field.termCount
        self.documentCount = documentCount
        self.terms = terms
        self.index = index
        postingsLimit = try Self.limit(postings)
        positionsLimit = try Self.limit(positions)
        let size = DictionaryWriter.blockSize
        blockCount = (termCount + size - 1) / size
        separatorsStart = 4 + blockCount * 8
        guard index.count >= separatorsStart, Int(index.load(0, as: UInt32.self)) == blockCount
        else { throw index.corrupt("the number of blocks does not fit \(termCount) terms") }
        prefixes = try Self.verifiedPrefixes(
            index, blockCount: blockCount, separatorsStart: separatorsStart,
            termsCount: terms.count)
    }

    private static func limit(_ section: SectionBytes?) throws -> Int {
        guard let section else { return 0 }
        guard section.count >= HorizontalPacking.slack else {
            throw section.corrupt("the section is cut off")
        }
        return section.count - HorizontalPacking.slack
    }

    private static func verifiedPrefixes(
        _ index: SectionBytes, blockCount: Int, separatorsStart: Int, termsCount: Int
    ) throws -> [UInt64] {
        var prefixes: [UInt64] = []
        prefixes.reserveCapacity(blockCount)
        var offset = -1
        var end = 0
        for block in 0..<blockCount {
            let nextOffset = Int(index.load(4 + block * 8, as: UInt32.self))
            let nextEnd = Int(index.load(8 + block * 8, as: UInt32.self))
            guard nextOffset > offset, nextEnd >= end, separatorsStart + nextEnd <= index.count,
                block > 0 || nextOffset == 0
            else { throw index.corrupt("the blocks are not in order") }
            let separator = UnsafeBufferPointer(
                start: index.start + separatorsStart + end, count: nextEnd - end)
            prefixes.append(ByteOrder.prefix(separator))
            guard block == 0 || prefixes[block - 1] <= prefixes[block] else {
                throw index.corrupt("the separators are not in order")
            }
            offset = nextOffset
            end = nextEnd
        }
        guard offset < max(termsCount, 1), separatorsStart + end == index.count else {
            throw index.corrupt("a block lies outside the terms")
        }
        return prefixes
    }

    @inline(__always)
    private func blockOffset(_ block: Int) -> Int {
        Int(index.load(4 &+ block &* 8, as: UInt32.self))
    }

    @inline(__always)
    private func separatorEnd(_ block: Int) -> Int {
        Int(index.load(8 &+ block &* 8, as: UInt32.self))
    }

    func termCount(ofBlock block: Int) -> Int {
        min(DictionaryWriter.blockSize, termCount - block * DictionaryWriter.blockSize)
    }

    /// The keys of a block and what follows them.
    func block(_ block: Int) throws -> (keys: ByteScanner, entries: ByteScanner) {
        let end = block + 1 < blockCount ? blockOffset(block + 1) : terms.count
        var scanner = ByteScanner(terms.start + blockOffset(block), end: terms.start + end)
        let length = scanner.varint(upTo: terms.count)
        guard let keys = scanner.take(length), !scanner.isBroken else {
            throw terms.corrupt("the keys of block \(block) are longer than it")
        }
        return (ByteScanner(keys, end: keys + length), scanner)
    }

    /// The last block whose separator is not above `key`.
    private func block(for key: UnsafeBufferPointer<UInt8>) -> Int {
        let prefix = ByteOrder.prefix(key)
        // Below `low` all prefixes are smaller, from `high` on all are larger: only blocks whose
        // prefix is the key's have to be compared in full.
        var (low, high) = prefixes.withUnsafeBufferPointer { prefixes in
            let low = Self.first(in: prefixes, from: 0) { $0 >= prefix }
            guard low < prefixes.count, prefixes[low] == prefix else { return (low, low) }
            return (low, Self.first(in: prefixes, from: low) { $0 > prefix })
        }
        low = max(low - 1, 0)
        high = max(high - 1, 0)
        while low < high {
            let middle = (low + high + 1) / 2
            let start = separatorEnd(middle - 1)
            let separator = UnsafeBufferPointer(
                start: index.start + separatorsStart + start, count: separatorEnd(middle) - start)
            if ByteOrder.compare(separator, key) <= 0 { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The first place for which the condition holds, as it does for all after it.
    @inline(__always)
    private static func first(
        in prefixes: UnsafeBufferPointer<UInt64>, from start: Int, where holds: (UInt64) -> Bool
    ) -> Int {
        var low = start
        var count = prefixes.count - start
        while count > 0 {
            let half = count / 2
            let isBelow = !holds(prefixes[low + half])
            low += isBelow ? half + 1 : 0
            count = isBelow ? count - half - 1 : half
        }
        return low
    }

    /// The number of the block that `key` is in, if it is a term at all.
    func block(for key: [UInt8]) -> Int {
        termCount == 0 ? 0 : key.withUnsafeBufferPointer { block(for: $0) }
    }

    /// The number of the first term not below `key`, and whether it is `key`.
    func lowerBound(_ key: [UInt8]) throws -> (ordinal: Int, found: Bool) {
        if termCount == 0 { return (0, false) }
        return try key.withUnsafeBufferPointer { key in
            let number = block(for: key)
            let (index, found) = try search(key, in: number, try block(number).keys)
            return (number * DictionaryWriter.blockSize + index, found)
        }
    }

    /// Scans without assembling the keys: `matched` bytes of the wanted key agree with the key
    /// at hand, so that a key sharing more than those with its predecessor is still too small
    /// and one sharing fewer is already too large.
    private func search(
        _ key: UnsafeBufferPointer<UInt8>, in block: Int, _ keys: ByteScanner
    ) throws -> (index: Int, found: Bool) {
        var scanner = keys
        let count = termCount(ofBlock: block)
        var matched = 0
        for index in 0..<count {
            let (shared, length) = KeyScanner.header(&scanner)
            guard let suffix = scanner.take(length), !scanner.isBroken else {
                throw terms.corrupt("key \(index) of block \(block) is cut off")
            }
            if shared > matched { continue }
            if shared < matched { return (index, false) }
            var place = 0
            while place < length, matched < key.count, suffix[place] == key[matched] {
                place += 1
                matched += 1
            }
            if matched == key.count {
                return (index, place == length)
            }
            if place < length, suffix[place] > key[matched] { return (index, false) }
        }
        return (count, false)
    }

    func find(_ key: [UInt8]) throws -> TermEntry? {
        if termCount == 0 { return nil }
        return try key.withUnsafeBufferPointer { key in
            let number = block(for: key)
            let (keys, entries) = try block(number)
            let (index, found) = try search(key, in: number, keys)
            return found ? try entry(index, of: entries) : nil
        }
    }

    func entry(_ ordinal: Int) throws -> TermEntry {
        let (block, index) = ordinal.quotientAndRemainder(dividingBy: DictionaryWriter.blockSize)
        return try entry(index, of: try self.block(block).entries)
    }

    /// The entry at `index` of a block.
    private func entry(_ index: Int, of entries: ByteScanner) throws -> TermEntry {
        var entries = EntryScanner(self, entries)
        entries.skip(index)
        return try entries.next()
    }

    /// The bytes of term `ordinal`, which must be below `termCount`.
    func key(_ ordinal: Int) throws -> [UInt8] {
        precondition(ordinal >= 0 && ordinal < termCount, "there is no such term")
        let block = ordinal / DictionaryWriter.blockSize
        var keys = KeyScanner(self, try self.block(block).keys)
        for _ in 0...(ordinal % DictionaryWriter.blockSize) { try keys.advance() }
        return keys.key
    }
}

/// The order of terms: byte by byte, a prefix before what it is a prefix of.
enum ByteOrder {
    /// The first eight bytes as a number, zeros behind a shorter string: what has the smaller
    /// number comes first.
    @inline(__always)
    static func prefix(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return 0 }
        if bytes.count >= 8 {
            return UInt64(bigEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
        }
        var prefix: UInt64 = 0
        for byte in bytes { prefix = prefix << 8 | UInt64(byte) }
        return prefix << UInt64(64 - 8 * bytes.count)
    }

    static func compare(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let count = min(left.count, right.count)
        var index = 0
        while index < count, left[index] == right[index] { index += 1 }
        if index < count { return left[index] < right[index] ? -1 : 1 }
        return left.count - right.count
    }

    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBufferPointer { precedes($0, right) }
    }

    static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Bool {
        right.withUnsafeBufferPointer { compare(left, $0) < 0 }
    }
}
