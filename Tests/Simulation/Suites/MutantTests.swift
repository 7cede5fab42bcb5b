// Rules broken on purpose are noticed: a simulator that finds nothing proves little otherwise.

import Testing

@Suite struct MutantTests {
    /// Seeds looked at.
    private static let width: UInt64 = 300

    @Test(arguments: Mutant.allCases)
    func aBrokenRuleIsNoticed(mutant: Mutant) throws {
        let noticed = try (1..<1 + Self.width).first { seed in
            try Simulation.run(seed: seed, mutant: mutant).violation != nil
        }
        #expect(noticed != nil, "\(mutant): no seed notices it")
    }
}
