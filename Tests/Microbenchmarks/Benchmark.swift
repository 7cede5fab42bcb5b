// One thing to measure, and what it is measured against.

/// Work that takes microseconds, repeated as often as the clock needs.
struct Benchmark {
    /// What one run costs when it does nothing but move or read memory.
    enum Yardstick {
        /// Copying so many bytes.
        case copy(bytes: Int)
        /// Summing up so many numbers of 32 bits.
        case sum(numbers: Int)
    }

    let name: String
    /// What is counted: "posting", "byte", "look-up".
    let unit: String
    let unitsPerRun: Int
    let yardstick: Yardstick
    /// Returns something that depends on all it did.
    let run: () throws -> Int

    static func all() throws -> [Benchmark] {
        try BlockBenchmarks.all() + TailBenchmarks.all() + ChunkBenchmarks.all()
            + ScoringBenchmarks.all() + DictionaryBenchmarks.all() + TextBenchmarks.all()
    }
}

/// Numbers for inputs: SplitMix64, the same in every process.
struct BenchmarkRandom {
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
}
