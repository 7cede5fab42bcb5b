// The paired randomisation test.

/// Fisher's randomisation test of paired differences, two-sided: if the two systems were the same,
/// each difference could as well have the other sign (Smucker, Allan and Carterette 2007).
enum RandomisationTest {
    /// The probability of a sum of differences at least as far from 0 under random signs. All
    /// signs are tried when that takes no more than `permutations`; otherwise that many random
    /// ones, the observed counted among them, so that it is never 0.
    /// - Parameters:
    ///   - permutations: above 0.
    ///   - seed: the same seed gives the same answer.
    /// - Returns: nil for fewer than two pairs.
    static func probability(
        _ differences: [Double], permutations: Int, seed: UInt64
    ) -> Double? {
        guard differences.count >= 2 else { return nil }
        // A difference of 0 has no sign to change.
        let sizes = differences.filter { $0 != 0 }.map { abs($0) }
        if sizes.isEmpty { return 1 }
        let total = sizes.reduce(0, +)
        // Sums of the same numbers in another order differ by rounding.
        let bound = abs(differences.reduce(0, +)) - total * 1e-12
        if sizes.count < 63, 1 << sizes.count <= permutations {
            let all = 1 << sizes.count
            let extreme = (0..<all).count { abs(sum(sizes, signs: [UInt64($0)], total)) >= bound }
            return Double(extreme) / Double(all)
        }
        var random = SeededGenerator(seed: seed)
        var signs = [UInt64](repeating: 0, count: (sizes.count + 63) / 64)
        var extreme = 1
        for _ in 0..<permutations {
            for index in signs.indices { signs[index] = random.next() }
            if abs(sum(sizes, signs: signs, total)) >= bound { extreme += 1 }
        }
        return Double(extreme) / Double(permutations + 1)
    }

    /// The sum with the differences whose bit is set made negative.
    private static func sum(_ sizes: [Double], signs: [UInt64], _ total: Double) -> Double {
        var negative = 0.0
        for (index, size) in sizes.enumerated() {
            negative += signs[index >> 6] >> UInt64(index & 63) & 1 == 1 ? size : 0
        }
        return total - 2 * negative
    }
}
