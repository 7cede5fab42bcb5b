// Seeds that once found a mistake.

import Testing

@Suite struct RegressionTests {
    /// A copy could not adopt a checkpoint whose segments are gone, and went on asking for them.
    @Test(arguments: [49, 353, 3803] as [UInt64])
    func aCopyBeginsAnewWhereSegmentsAreGone(seed: UInt64) throws {
        try expectNothing(seed)
    }

    /// A mapping restored from a backup, and grown otherwise, meets the log's.
    @Test(arguments: [1356, 1997, 2776, 12_682] as [UInt64])
    func aRewoundMappingHarmsNothing(seed: UInt64) throws { try expectNothing(seed) }

    /// Another owner collects a segment while the shard is being opened.
    @Test(arguments: [1121, 2849] as [UInt64])
    func openingReadsANewerCheckpointWhereSegmentsAreGone(seed: UInt64) throws {
        try expectNothing(seed)
    }

    private func expectNothing(_ seed: UInt64) throws {
        let outcome = try Simulation.run(seed: seed)
        #expect(outcome.violation == nil, "tools/simulate --shards --seed \(seed)")
    }
}
