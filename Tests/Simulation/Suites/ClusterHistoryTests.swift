// Histories of whole clusters: a few seeds in every run of the tests.

import Testing

@Suite struct ClusterHistoryTests {
    @Test(arguments: 0..<4)
    func promisesAreKept(part: UInt64) {
        for seed in UInt64(1)..<25 where seed % 4 == part { expectNothing(seed) }
    }

    @Test func aSeedIsOneHistory() {
        for seed in UInt64(1000)..<1003 {
            let first = ClusterSimulation.run(seed: seed)
            let second = ClusterSimulation.run(seed: seed)
            #expect(first.violation == nil)
            #expect(first.digest == second.digest, "seed \(seed)")
        }
    }

    /// A leaf that stopped while it opened a shard left it open.
    @Test(arguments: [396, 972] as [UInt64])
    func aLeafThatStopsLeavesNothingOpen(seed: UInt64) { expectNothing(seed) }

    /// When the time was over while a root asked for statistics alone, the shards that had told
    /// theirs counted as searched, without their hits.
    @Test(arguments: [67] as [UInt64])
    func whatWasNotSearchedIsMissing(seed: UInt64) { expectNothing(seed) }

    /// An owner that slept while others wrote answered gets, and kept its copies behind, until
    /// somebody wrote again.
    @Test(arguments: [41_046, 40_619, 40_730] as [UInt64])
    func anOwnerThatWasOvertakenFindsOut(seed: UInt64) { expectNothing(seed) }

    /// A leaf did not hear of an index that was made between its first look at the catalog and the
    /// beginning of its watch, and opened none of its shards.
    @Test(arguments: [60_251, 2_000_180, 2_001_588] as [UInt64])
    func aLeafThatStartsMissesNoIndex(seed: UInt64) { expectNothing(seed) }

    /// Of a bucket that lists two names at a time and fails at every tenth request, a node that
    /// starts cannot read the metadata before the faults end.
    @Test(arguments: [2_006_563] as [UInt64])
    func anIndexIsMadeWithoutFaultsAtTheLatest(seed: UInt64) { expectNothing(seed) }

    /// What was left of a dead process went on without time, and nobody else's timer came.
    @Test(arguments: [2_015_360] as [UInt64])
    func whoIsDeadLetsTimePass(seed: UInt64) { expectNothing(seed) }

    /// A root took a leaf for unreachable, for messages that were lost before the faults ended.
    @Test(arguments: [2_017_149] as [UInt64])
    func calmComesWhenTheLastFaultIsForgotten(seed: UInt64) { expectNothing(seed) }

    /// Rules broken on purpose are noticed.
    @Test(arguments: ClusterMutant.allCases)
    func aBrokenRuleIsNoticed(mutant: ClusterMutant) {
        let noticed = (UInt64(1)..<60).first { seed in
            ClusterSimulation.run(seed: seed, mutant: mutant).violation != nil
        }
        #expect(noticed != nil, "\(mutant): no seed notices it")
    }

    private func expectNothing(_ seed: UInt64) {
        let outcome = ClusterSimulation.run(seed: seed)
        #expect(
            outcome.violation == nil,
            "\(outcome.violation ?? ""); repeat: tools/simulate --clusters --seed \(seed)")
    }
}
