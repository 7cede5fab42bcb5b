// The checksums against published values and against bit-by-bit oracles.

import Storage
import Testing

@Suite struct ChecksumTests {
    @Test func publishedValues() {
        // RFC 3720, B.4, and the usual check string.
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum([]) == 0)
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SHA256Digest(of: Array("abc".utf8)).description == abc)
    }

    @Test func equalsTheBitwiseOracle() {
        let random = SeededRandom(seed: 2)
        for length in Array(0...70) + [255, 256, 1000] {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(CRC32C.checksum(bytes) == bitwise(bytes), "seed 2, length \(length)")
            let cut = length == 0 ? 0 : random.next(in: 0..<length)
            let first = CRC32C.checksum(Array(bytes[..<cut]))
            #expect(CRC32C.checksum(Array(bytes[cut...]), seed: first) == bitwise(bytes))
        }
    }

    @Test func digestsAreThirtyTwoBytes() {
        #expect(SHA256Digest([1, 2, 3]) == nil)
        #expect(SHA256Digest([UInt8](repeating: 0, count: 32)) == .zero)
    }

    private func bitwise(_ bytes: [UInt8]) -> UInt32 {
        var check: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            check ^= UInt32(byte)
            for _ in 0..<8 { check = (check >> 1) ^ (check & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~check
    }
}
