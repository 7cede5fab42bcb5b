// The Castagnoli cyclic redundancy check (polynomial 0x1EDC6F41, reflected), sixteen bytes a
// step: Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC
// Generation", 2008.

public enum CRC32C {
    /// Sixteen tables of 256: `tables[t][b]` is the check of byte b followed by t zero bytes.
    /// Written once, before anybody else can see it.
    private nonisolated(unsafe) static let tables: UnsafePointer<UInt32> = {
        let reflected: UInt32 = 0x82F6_3B78
        let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 16 * 256)
        for byte in 0..<256 {
            var check = UInt32(byte)
            for _ in 0..<8 {
                check = (check >> 1) ^ (check & 1 == 1 ? reflected : 0)
            }
            tables[byte] = check
        }
        for index in 256..<16 * 256 {
            let shorter = tables[index - 256]
            tables[index] = (shorter >> 8) ^ tables[Int(shorter & 0xFF)]
        }
        return UnsafePointer(tables)
    }()

    /// The check of `bytes`; `seed` is the check of what came before them.
    public static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        guard let start = bytes.baseAddress else { return seed }
        let table = tables
        var check = ~seed
        var at = start
        var left = bytes.count
        while left >= 16 {
            let low = UInt64(littleEndian: at.loadUnaligned(as: UInt64.self)) ^ UInt64(check)
            let high = UInt64(littleEndian: (at + 8).loadUnaligned(as: UInt64.self))
            check = eight(low, table + 8 * 256) ^ eight(high, table)
            at += 16
            left -= 16
        }
        while left > 0 {
            let byte = at.load(as: UInt8.self)
            check = (check >> 8) ^ table[Int((check ^ UInt32(byte)) & 0xFF)]
            at += 1
            left -= 1
        }
        return ~check
    }

    public static func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { checksum($0, seed: seed) }
    }

    @inline(__always)
    private static func eight(_ word: UInt64, _ table: UnsafePointer<UInt32>) -> UInt32 {
        let a = table[1792 &+ Int(word & 0xFF)] ^ table[1536 &+ Int(word >> 8 & 0xFF)]
        let b = table[1280 &+ Int(word >> 16 & 0xFF)] ^ table[1024 &+ Int(word >> 24 & 0xFF)]
        let c = table[768 &+ Int(word >> 32 & 0xFF)] ^ table[512 &+ Int(word >> 40 & 0xFF)]
        let d = table[256 &+ Int(word >> 48 & 0xFF)] ^ table[Int(word >> 56)]
        return (a ^ b) ^ (c ^ d)
    }
}
