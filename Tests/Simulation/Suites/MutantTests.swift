// Rules broken on purpose are noticed: a simulator that finds nothing proves little otherwise.

import Testing

@Suite struct MutantTests {
    /// Seeds looked at, from the first that notices, found by trying; a change of what a seed
    /// means moves it.
    private static let width: UInt64 = 400

    private func first(noticing mutant: Mutant) -> UInt64 {
        switch mutant {
        default: 1
        }
    }

    @Test(arguments: Mutant.allCases)
    func aBrokenRuleIsNoticed(mutant: Mutant) throws {
        let first = first(noticing: mutant)
        let noticed = try (first..<first + Self.width).first { seed in
            try Simulation.run(seed: seed, mutant: mutant).violation != nil
        }
        #expect(noticed != nil, "\(mutant): no seed from \(first) on notices it")
    }
}
