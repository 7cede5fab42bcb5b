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

    /// Documents whose fields the checkpoint's mapping lacked brought them in orders of their own.
    @Test(arguments: [10_744_176] as [UInt64])
    func documentsBringTheirFieldsInOneOrder(seed: UInt64) throws { try expectNothing(seed) }

    /// A copy was not promoted when its memory was full and the checkpoint that would have made
    /// room had just been collected, though the newest one was there.
    @Test(arguments: [50_016_196] as [UInt64])
    func aFullCopyIsPromotedFromTheNewestCheckpoint(seed: UInt64) throws {
        try expectNothing(seed)
    }

    /// Another owner collects a segment while the shard is being opened.
    @Test(arguments: [1121, 2849] as [UInt64])
    func openingReadsANewerCheckpointWhereSegmentsAreGone(seed: UInt64) throws {
        try expectNothing(seed)
    }

    /// A record that its owner left undurable when it died was lost with the power, but the fence
    /// of who read it was not.
    @Test(arguments: [2_001_888, 2_054_239] as [UInt64])
    func whatIsBuiltOnIsDurable(seed: UInt64) throws { try expectNothing(seed) }

    /// An owner that was overtaken took the record after its last one for nobody's, since it was
    /// its own and collected, and missed what the new owner had collected.
    @Test(arguments: [2_001_401, 2_014_929] as [UInt64])
    func scrubbingNoticesANewOwner(seed: UInt64) throws { try expectNothing(seed) }

    /// An owner that was overtaken called its new segment damaged when the new owner collected it.
    @Test(arguments: [2_001_555, 2_020_854] as [UInt64])
    func aSegmentThatIsNotListedMayGo(seed: UInt64) throws { try expectNothing(seed) }

    private func expectNothing(_ seed: UInt64) throws {
        let outcome = try Simulation.run(seed: seed)
        #expect(outcome.violation == nil, "tools/simulate --shards --seed \(seed)")
    }
}
