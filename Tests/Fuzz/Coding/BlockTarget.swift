// Full blocks of document numbers: packed differences and bit sets, against the plain way.

import Storage

@testable import Segments

enum BlockTarget {
    static let target = FuzzTarget(
        name: "block", reads: "DocumentBlockCodec and BlockBits: blocks of 128 document numbers",
        seeds: seeds, run: run)

    /// base, last document (0: whatever comes out), the block.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let base = input.number(UInt32.self)
        let wantedLast = input.number(UInt32.self)
        let data = input.rest.assumingMemoryBound(to: UInt8.self)
        guard let start = data.baseAddress else { return }
        var scanner = ByteScanner(start, end: start + data.count)
        guard let block = DocumentBlockCodec.take(&scanner) else { return }
        let documents = UnsafeMutablePointer<UInt32>.allocate(capacity: DocumentBlockCodec.capacity)
        defer { documents.deallocate() }
        documents.initialize(repeating: 0, count: DocumentBlockCodec.capacity)
        let plain = plainNumbers(block, after: base)
        let last = wantedLast == 0 ? plain.last ?? 0 : wantedLast
        let isFine = DocumentBlockCodec.decode(block, after: base, last: last, into: documents)
        try require(isFine == isRight(plain, base, last), "\(isFine) is wrong for \(plain)")
        guard isFine else { return }
        for index in 0..<128 {
            try require(documents[index] == plain[index], "document \(index)")
        }
        if block.words > 0 { try compare(block, base, plain) }
    }

    private static func plainNumbers(_ block: DocumentBlock, after base: UInt32) -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(128)
        if block.words == 0 {
            for index in 0..<128 {
                let before = index < 4 ? base &+ UInt32(index + 1) : numbers[index - 4] &+ 4
                numbers.append(
                    before &+ PlainCoding.vertical(block.data, index, width: block.width))
            }
            return numbers
        }
        for byte in 0..<(block.words * 8) where block.data[byte] != 0 {
            for bit in 0..<8 where block.data[byte] >> UInt8(bit) & 1 != 0 {
                numbers.append(base &+ 1 &+ UInt32(byte * 8 + bit))
            }
        }
        return numbers
    }

    private static func isRight(_ numbers: [UInt32], _ base: UInt32, _ last: UInt32) -> Bool {
        guard numbers.count == 128, numbers[127] == last, last < UInt32(Int32.max) else {
            return false
        }
        for index in 1..<128 where numbers[index] <= numbers[index - 1] { return false }
        return base == .max || numbers[0] > base
    }

    private static func compare(
        _ block: DocumentBlock, _ base: UInt32, _ documents: [UInt32]
    ) throws {
        let bits = BlockBits(
            words: block.data, wordCount: block.words, first: base &+ 1, last: documents[127])
        var place = 0
        for index in 0..<bits.wordCount {
            var word = bits.word(index)
            while word != 0 {
                let document = bits.first + UInt32(index * 64 + word.trailingZeroBitCount)
                try require(place < 128 && document == documents[place], "bit \(document)")
                place += 1
                word &= word - 1
            }
        }
        try require(place == 128, "\(place) bits")
    }

    static func seeds() -> [[UInt8]] {
        var random = FuzzRandom(seed: 3)
        var seeds: [[UInt8]] = []
        for gap in [1, 2, 3, 5, 9, 40, 1000, 9_000_000] {
            for base in [UInt32.max, 0, 12_345] {
                var document = base
                let documents = (0..<128).map { index -> UInt32 in
                    document &+= 1 + UInt32(random.below(gap))
                    return document
                }
                var writer = ByteWriter()
                writer.uint32(base)
                writer.uint32(base == 0 ? documents[127] : 0)
                documents.withUnsafeBufferPointer { documents in
                    guard let documents = documents.baseAddress else { return }
                    DocumentBlockCodec.append(documents, after: base, into: &writer)
                }
                seeds.append(writer.bytes)
            }
        }
        return seeds
    }
}
