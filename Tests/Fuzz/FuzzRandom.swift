// Numbers for seeds: the same in every process.

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
struct FuzzRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Small numbers are likelier: a number of `0 ..< 2^bits` of a random width.
    mutating func skewed(bits: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: next() & ((1 << UInt64(below(bits + 1))) - 1))
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A copy with one to four edits, as a fuzzer without coverage would make them.
    mutating func mutated(_ seed: [UInt8]) -> [UInt8] {
        let interesting: [UInt8] = [0, 1, 0x1F, 0x20, 0x40, 0x7F, 0x80, 0xFE, 0xFF]
        var bytes = seed
        for _ in 0..<(1 + below(4)) where !bytes.isEmpty {
            let place = below(bytes.count)
            switch below(7) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = interesting[below(interesting.count)]
            case 2: bytes[place] = UInt8(below(256))
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(UInt8(below(256)), at: place)
            case 5: bytes.remove(at: place)
            default:
                for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xFF }
            }
        }
        return bytes
    }
}
