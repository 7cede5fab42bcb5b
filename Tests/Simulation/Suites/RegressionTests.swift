// Seeds that once found a mistake. Those whose mistake is not mended yet are expected to fail, and
// say so when they no longer do.

import Testing

@Suite struct RegressionTests {
    /// A copy that cannot adopt a checkpoint whose segments are gone goes on asking for them.
    @Test(arguments: [49, 353, 3803] as [UInt64])
    func aCopyBeginsAnewWhereSegmentsAreGone(seed: UInt64) throws {
        try expectOpen(seed)
    }

    /// A mapping restored from a backup, and grown otherwise, meets the log's.
    @Test(arguments: [1356, 1997, 2776] as [UInt64])
    func aRewoundMappingHarmsNothing(seed: UInt64) throws {
        let outcome = try Simulation.run(seed: seed)
        #expect(outcome.violation == nil, "tools/simulate --seed \(seed)")
    }

    /// Another owner collects a segment while the shard is being opened.
    @Test(arguments: [1121, 2849] as [UInt64])
    func openingReadsANewerCheckpointWhereSegmentsAreGone(seed: UInt64) throws {
        try expectOpen(seed)
    }

    private func expectOpen(_ seed: UInt64) throws {
        let outcome = try Simulation.run(seed: seed)
        withKnownIssue("not mended yet", isIntermittent: true) {
            #expect(outcome.violation == nil, "tools/simulate --seed \(seed)")
        }
    }
}
