// Compressed bodies: there and back, in pieces, and damaged.
import Testing

@testable import Front

@Suite struct GzipTests {
    private func decompress(_ bytes: [UInt8]) throws -> [UInt8] {
        var content: [UInt8] = []
        try Gzip.decompress(bytes) { content.append(contentsOf: $0) }
        return content
    }

    @Test(arguments: [0, 1, 1_000, 65_536, 300_000])
    func whatIsCompressedComesBack(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let compressed = try #require(Gzip.compress(bytes))
        #expect(try decompress(compressed) == bytes)
        // Members one after the other are one content.
        #expect(try decompress(compressed + compressed) == bytes + bytes)
    }

    @Test func damageIsNamed() throws {
        let compressed = try #require(Gzip.compress(Array("a document".utf8)))
        for length in 0..<compressed.count {
            #expect(throws: Gzip.Damage(reason: "it is cut off")) {
                try decompress(Array(compressed[..<length]))
            }
        }
        for place in compressed.indices where !(4...9).contains(place) {
            var damaged = compressed
            damaged[place] ^= 0x55
            #expect(throws: Gzip.Damage.self, "byte \(place)") { try decompress(damaged) }
        }
        #expect(throws: Gzip.Damage.self) { try decompress(compressed + [1, 2, 3]) }
    }

    @Test func theReaderMayStop() throws {
        struct Enough: Error {}
        let bomb = try #require(Gzip.compress([UInt8](repeating: 0, count: 10 << 20)))
        var read = 0
        #expect(throws: Enough.self) {
            try Gzip.decompress(bomb) { piece in
                read += piece.count
                if read > 1 << 20 { throw Enough() }
            }
        }
        #expect(read < 2 << 20)
    }
}
