// Random numbers that one seed repeats: splitmix64 (Steele, Lea, Flood, "Fast Splittable
// Pseudorandom Number Generators", 2014). Safe to share between threads.

import Synchronization

public final class SeededRandom: RandomSource {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let seed: UInt64
    private let state: Atomic<UInt64>

    public init(seed: UInt64) {
        self.seed = seed
        state = Atomic(seed)
    }

    public func next() -> UInt64 {
        Self.mix(state.wrappingAdd(Self.step, ordering: .relaxed).newValue)
    }

    public func fork(_ label: String) -> any RandomSource {
        var hash = Self.mix(seed &+ Self.step)
        for byte in label.utf8 {
            hash = Self.mix(hash ^ UInt64(byte) &+ Self.step)
        }
        return SeededRandom(seed: hash)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        var mixed = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
