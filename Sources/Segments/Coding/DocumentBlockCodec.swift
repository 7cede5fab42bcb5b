// 128 ascending document numbers: packed stride-4 differences, or a bit set where that is
// smaller.

import Storage

/// Writes and reads one full block of document numbers.
///
///     block := token data
///     token := 0…32: the width of vertically packed stride-4 differences (`StrideSums`)
///            | 64 + (words - 1): a bit set of so many 64-bit words, whose first bit is the
///              number after the base
///
/// The base is the last document of the block before. 128 neighbours take the one byte `00`;
/// every second document of 256 makes a bit set: `43` and 32 bytes of 55.
enum DocumentBlockCodec {
    static let count = 128
    static let bitSetToken = 64
    static let maximumWords = 64
    /// A bit set is expanded eight documents at a time and may write so many too many, and
    /// eight end marks follow a block.
    static let capacity = count + 64

    static func append(
        _ documents: UnsafePointer<UInt32>, after base: UInt32, into writer: inout ByteWriter
    ) {
        let span = Int(documents[count - 1] &- base)
        let words = (span + 63) / 64
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { scratch in
            guard let differences = scratch.baseAddress else { return }
            VerticalPacking.strideDifferences(documents, after: base, into: differences)
            let width = VerticalPacking.width(differences)
            if words <= maximumWords, words * 8 < VerticalPacking.byteCount(width: width) {
                writer.uint8(UInt8(bitSetToken + words - 1))
                appendBitSet(documents, after: base, words: words, into: &writer)
            } else {
                writer.uint8(UInt8(width))
                VerticalPacking.pack(differences, width: width, into: &writer.bytes)
            }
        }
    }

    private static func appendBitSet(
        _ documents: UnsafePointer<UInt32>, after base: UInt32, words: Int,
        into writer: inout ByteWriter
    ) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words) { set in
            set.initialize(repeating: 0)
            for index in 0..<count {
                let bit = Int(documents[index] &- base &- 1)
                set[bit / 64] |= 1 << UInt64(bit % 64)
            }
            for word in set { writer.uint64(word) }
        }
    }

    /// 128 bits that are set.
    nonisolated(unsafe) private static let neighbours: UnsafePointer<UInt8> = {
        let bits = UnsafeMutablePointer<UInt8>.allocate(capacity: count / 8)
        bits.initialize(repeating: .max, count: count / 8)
        return UnsafePointer(bits)
    }()

    /// Steps over a block. Nil: it is damaged.
    @inline(__always)
    static func take(_ scanner: inout ByteScanner) -> DocumentBlock? {
        let token = Int(scanner.byte())
        if token == 0 {
            return scanner.isBroken ? nil : DocumentBlock(data: neighbours, width: 0, words: 2)
        }
        if token >= bitSetToken {
            let words = token - bitSetToken + 1
            guard words <= maximumWords, let data = scanner.take(words * 8) else { return nil }
            return DocumentBlock(data: data, width: 0, words: words)
        }
        guard token <= VerticalPacking.maximumWidth, !scanner.isBroken,
            let data = scanner.take(VerticalPacking.byteCount(width: token))
        else { return nil }
        return DocumentBlock(data: data, width: token, words: 0)
    }

    /// Reads a block into memory of `capacity` numbers. False: it is damaged, or the numbers do
    /// not ascend from above `base` to `last`, which must be below 2^31.
    @inline(__always)
    static func decode(
        _ block: DocumentBlock, after base: UInt32, last: UInt32,
        into documents: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        if block.words > 0 {
            guard expand(block.data, block.words, from: base &+ 1, into: documents) == count
            else { return false }
        } else {
            VerticalPacking.unpack(
                block.data, width: block.width, StrideSums(after: base), into: documents)
        }
        endMarks(documents + count)
        return ascend(documents) && documents[count - 1] == last
            && (base == .max || documents[0] > base)
    }

    /// Eight numbers that none is above, for searches that look at eight at a time.
    @inline(__always)
    static func endMarks(_ end: UnsafeMutablePointer<UInt32>) {
        UnsafeMutableRawPointer(end).storeBytes(
            of: SIMD8<UInt32>(repeating: UInt32(Int32.max)), as: SIMD8<UInt32>.self)
    }

    /// Whether each of 128 numbers, and the mark after them, is larger than the one before and
    /// below 2^31.
    @inline(__always)
    private static func ascend(_ documents: UnsafeMutablePointer<UInt32>) -> Bool {
        let rows = UnsafeRawPointer(documents)
        var bad = SIMD4<UInt32>.zero
        let one = SIMD4<UInt32>(repeating: 1)
        for row in 0..<(count / 4) {
            let here = rows.loadUnaligned(fromByteOffset: row &* 16, as: SIMD4<UInt32>.self)
            let next = rows.loadUnaligned(
                fromByteOffset: row &* 16 &+ 4, as: SIMD4<UInt32>.self)
            bad |= here | (next &- here &- one)
        }
        return (bad[0] | bad[1] | bad[2] | bad[3]) >> 31 == 0
    }

    /// Writes the numbers of the set bits, in steps of eight without a branch per bit; stops
    /// after a word that fills the block. Returns how many bits are set.
    @inline(never)
    private static func expand(
        _ bits: UnsafePointer<UInt8>, _ words: Int, from first: UInt32,
        into documents: UnsafeMutablePointer<UInt32>
    ) -> Int {
        var total = 0
        var base = first
        for index in 0..<words {
            var word = UInt64(
                littleEndian: UnsafeRawPointer(bits).loadUnaligned(
                    fromByteOffset: index &* 8, as: UInt64.self))
            let ones = word.nonzeroBitCount
            if total &+ ones > count { return total &+ ones }
            var target = documents + total
            let stop = target + ones
            while target < stop {
                for place in 0..<8 {
                    target[place] = base &+ UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
                    word &= word &- 1
                }
                target += 8
            }
            total &+= ones
            base &+= 64
        }
        return total
    }
}

/// A full block of document numbers, still encoded.
struct DocumentBlock {
    let data: UnsafePointer<UInt8>
    let width: Int
    /// 64-bit words of a bit set; 0: packed differences.
    let words: Int
}
