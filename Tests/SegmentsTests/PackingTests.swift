// The block codecs against codecs that move one bit at a time.

import Storage
import Testing

@testable import Segments

struct PackingTests {
    /// Number i: bit b of row i / 4 of width w is bit (i / 4) * w + b of lane i % 4.
    static func naiveVertical(_ values: [UInt32], width: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 * width)
        for (index, value) in values.enumerated() {
            for bit in 0..<width where value >> UInt32(bit) & 1 == 1 {
                let place = index / 4 * width + bit
                let word = place / 32 * 4 + index % 4
                bytes[word * 4 + place % 32 / 8] |= 1 << UInt8(place % 8)
            }
        }
        return bytes
    }

    static func unpacked(
        _ bytes: [UInt8], width: Int, _ transform: some RowTransform
    ) -> [UInt32] {
        var values = [UInt32](repeating: 0, count: 128)
        values.withUnsafeMutableBufferPointer { target in
            (bytes + [0]).withUnsafeBufferPointer { source in
                VerticalPacking.unpack(
                    source.baseAddress!, width: width, transform, into: target.baseAddress!)
            }
        }
        return values
    }

    @Test(arguments: 0...32)
    func verticalPackingAgreesWithBits(width: Int) {
        var random = SeededGenerator(seed: UInt64(width))
        let mask = width == 0 ? 0 : UInt32.max >> UInt32(32 - width)
        let values = (0..<128).map { _ in UInt32(truncatingIfNeeded: random.next()) & mask }
        var packed: [UInt8] = []
        VerticalPacking.pack(values, width: width, into: &packed)
        #expect(packed == Self.naiveVertical(values, width: width))
        #expect(Self.unpacked(packed, width: width, AddConstant(0)) == values)
        #expect(Self.unpacked(packed, width: width, AddConstant(7)) == values.map { $0 &+ 7 })
        #expect(VerticalPacking.width(values) <= width)
    }

    @Test func theVerticalExampleOfTheDocumentation() {
        let values: [UInt32] = [1, 2, 3, 4, 5] + [UInt32](repeating: 0, count: 123)
        var packed: [UInt8] = []
        VerticalPacking.pack(values, width: 3, into: &packed)
        #expect(packed.prefix(16) == [0x29, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0])
    }

    @Test(arguments: Array(0...56) + [64])
    func horizontalPackingReadsEveryValue(width: Int) {
        var random = SeededGenerator(seed: UInt64(width))
        let mask = width == 0 ? 0 : UInt64.max >> UInt64(64 - width)
        let values = (0..<77).map { _ in random.next() & mask }
        var packed: [UInt8] = []
        HorizontalPacking.append(values, width: width, into: &packed)
        #expect(packed.count == HorizontalPacking.byteCount(77, width: width))
        packed += [UInt8](repeating: 0xFF, count: HorizontalPacking.slack)
        packed.withUnsafeBufferPointer { source in
            for index in values.indices {
                let value = HorizontalPacking.value(source.baseAddress!, index, width: width)
                #expect(value == values[index])
            }
        }
    }

    @Test func theHorizontalExampleOfTheDocumentation() {
        var packed: [UInt8] = []
        HorizontalPacking.append([1, 2, 3], width: 3, into: &packed)
        #expect(packed == [0xD1, 0x00])
    }

    static func decodeChunk(_ bytes: [UInt8], count: Int, adding: UInt32) -> [UInt32]? {
        var values = [UInt32](repeating: 0, count: 128)
        let padded = bytes + [UInt8](repeating: 0xFF, count: HorizontalPacking.slack)
        let isFine = padded.withUnsafeBufferPointer { source in
            values.withUnsafeMutableBufferPointer { target in
                let start = source.baseAddress!
                var scanner = ByteScanner(start, end: start + bytes.count)
                var skipper = scanner
                let isFine = ChunkCodec.decode(
                    &scanner, count: count, adding: adding, into: target.baseAddress!)
                let isSkipped = ChunkCodec.skip(&skipper, count: count)
                #expect(!isFine || (isSkipped && scanner.remaining == skipper.remaining))
                return isFine && scanner.remaining == 0
            }
        }
        return isFine ? Array(values.prefix(count)) : nil
    }

    @Test func theChunkExampleOfTheDocumentation() {
        var writer = ByteWriter()
        ChunkCodec.append([1, 0, 300, 1], count: 4, into: &writer)
        #expect(writer.bytes == [0x22, 0x02, 0x4B, 0x41])
        #expect(Self.decodeChunk(writer.bytes, count: 4, adding: 0) == [1, 0, 300, 1])
    }

    @Test func chunksOfAllSizesComeBack() {
        var random = SeededGenerator(seed: 11)
        for round in 0..<400 {
            let count = round % 3 == 0 ? 128 : 1 + random.below(128)
            let bits = random.below(12)
            let values = (0..<count).map { _ in
                UInt32(random.number(bits: random.chance(3) ? 31 : bits))
            }
            var writer = ByteWriter()
            ChunkCodec.append(values, count: count, into: &writer)
            let back = Self.decodeChunk(writer.bytes, count: count, adding: 1)
            #expect(back == values.map { $0 + 1 }, "round \(round)")
            let widest = values.map { 32 - $0.leadingZeroBitCount }.max() ?? 0
            #expect(writer.count <= 1 + (count * widest + 7) / 8)
            #expect(Self.decodeChunk(writer.bytes.dropLast(), count: count, adding: 1) == nil)
        }
    }

    @Test func chunksRefuseExceptionsOutsideThem() {
        #expect(Self.decodeChunk([0x22, 0x04, 0x4B, 0x41], count: 4, adding: 0) == nil)
        let tooHigh: [UInt8] = [0x3F, 0x00, 0x02] + [UInt8](repeating: 0, count: 16)
        #expect(Self.decodeChunk(tooHigh, count: 4, adding: 0) == nil)
        #expect(Self.decodeChunk([], count: 4, adding: 0) == nil)
    }

    static func decodeDocuments(_ bytes: [UInt8], after base: UInt32, last: UInt32) -> [UInt32]? {
        var values = [UInt32](repeating: 0, count: DocumentBlockCodec.capacity)
        let isFine = (bytes + [0]).withUnsafeBufferPointer { source in
            values.withUnsafeMutableBufferPointer { target in
                let start = source.baseAddress!
                var scanner = ByteScanner(start, end: start + bytes.count)
                guard let block = DocumentBlockCodec.take(&scanner) else { return false }
                return DocumentBlockCodec.decode(
                    block, after: base, last: last, into: target.baseAddress!)
            }
        }
        return isFine ? Array(values.prefix(128)) : nil
    }

    @Test func bitsBehindTheLastDocumentOfABlockAreNotThere() {
        let full = [UInt8](repeating: 0xFF, count: 24)
        full.withUnsafeBufferPointer { bytes in
            for (first, last) in [(0, 0), (5, 68), (5, 69), (0, 191), (7, 198), (9, 300)] {
                let bits = BlockBits(
                    words: bytes.baseAddress!, wordCount: 3, first: UInt32(first),
                    last: UInt32(last))
                let count = (-1...5).reduce(0) { $0 + bits.word($1).nonzeroBitCount }
                #expect(count == min(last - first + 1, 192))
            }
            let none = BlockBits(words: bytes.baseAddress!, wordCount: 3, first: 9, last: 8)
            #expect((0...3).allSatisfy { none.word($0) == 0 })
        }
    }

    @Test func blocksOfDocumentsComeBack() {
        var random = SeededGenerator(seed: 12)
        var tokens: Set<UInt8> = []
        for round in 0..<600 {
            let base = round % 5 == 0 ? UInt32.max : UInt32(random.number(bits: 20))
            let gapBits = random.below(23)
            var next = base &+ 1
            let documents = (0..<128).map { _ in
                next += UInt32(random.number(bits: gapBits))
                defer { next += 1 }
                return next
            }
            var writer = ByteWriter()
            DocumentBlockCodec.append(documents, after: base, into: &writer)
            tokens.insert(writer.bytes[0])
            let back = Self.decodeDocuments(writer.bytes, after: base, last: documents[127])
            #expect(back == documents, "round \(round)")
            let wrong = documents[127] + 1
            #expect(Self.decodeDocuments(writer.bytes, after: base, last: wrong) == nil)
            let short = Array(writer.bytes.dropLast())
            #expect(Self.decodeDocuments(short, after: base, last: documents[127]) == nil)
        }
        #expect(tokens.contains { $0 < 33 } && tokens.contains { $0 >= 64 })
    }

    @Test func denseBlocksAreSmall() {
        var writer = ByteWriter()
        DocumentBlockCodec.append((0..<128).map { $0 }, after: .max, into: &writer)
        #expect(writer.bytes == [0])
        writer = ByteWriter()
        DocumentBlockCodec.append((0..<128).map { $0 * 2 }, after: .max, into: &writer)
        #expect(writer.bytes == [0x43] + [UInt8](repeating: 0x55, count: 32))
    }

    @Test func blocksThatDoNotAscendAreRefused() {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<300 {
            let width = 1 + random.below(32)
            let bytes = [UInt8(width)] + (0..<(16 * width)).map { _ in UInt8(random.below(256)) }
            let last = UInt32(truncatingIfNeeded: random.next()) >> 1
            guard let documents = Self.decodeDocuments(bytes, after: 5, last: last) else {
                continue
            }
            #expect(zip(documents, documents.dropFirst()).allSatisfy { $0 < $1 })
            #expect(documents[0] > 5 && documents[127] == last)
        }
    }
}
