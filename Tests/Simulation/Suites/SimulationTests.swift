// Histories of a few seeds in every run of the tests; `tools/simulate` runs as many as wanted.

import Foundation
import Testing

@Suite struct SimulationTests {
    /// Others with CANOPY_SEEDS="first count".
    private static let seeds: Range<UInt64> = {
        let given = ProcessInfo.processInfo.environment["CANOPY_SEEDS"] ?? ""
        let numbers = given.split(separator: " ").compactMap { UInt64($0) }
        return numbers.count == 2 ? numbers[0]..<numbers[0] + numbers[1] : 1..<241
    }()

    private func expectKept(_ outcome: Simulation.Outcome) {
        #expect(
            outcome.violation == nil,
            "\(outcome.violation ?? ""); repeat: tools/simulate --shards --seed \(outcome.seed)")
    }

    @Test(arguments: 0..<8)
    func promisesAreKept(part: UInt64) throws {
        for seed in Self.seeds where seed % 8 == part {
            expectKept(try Simulation.run(seed: seed))
        }
    }

    @Test func aSeedIsOneHistory() throws {
        for seed in UInt64(1000)..<1012 {
            let first = try Simulation.run(seed: seed)
            let second = try Simulation.run(seed: seed)
            expectKept(first)
            #expect(first.digest == second.digest, "seed \(seed)")
        }
    }
}
