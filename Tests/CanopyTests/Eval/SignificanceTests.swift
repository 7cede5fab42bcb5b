import Testing
@testable import canopy

@Suite struct SignificanceTests {
    private static let first = [0.1, 0.4, 0.35, 0.8, 0.62, 0.2, 0.91, 0.5]
    private static let second = [0.12, 0.3, 0.3, 0.75, 0.65, 0.1, 0.7, 0.41]
    private static let differences = zip(first, second).map { $0 - $1 }

    private func isClose(_ found: Double?, _ expected: Double, _ limit: Double = 1e-12) -> Bool {
        found.map { abs($0 - expected) <= limit } ?? false
    }

    /// Values of R's and SciPy's distribution.
    @Test func studentsDistribution() {
        for (t, degrees, expected) in [
            (1, 1, 0.5), (2.5, 2, 0.12961172022151082), (2.1, 3, 0.1265652025496846),
            (1.7, 10, 0.11996934590902035), (-0.3, 29, 0.7663170933289678),
            (4.2, 51, 0.0001072026584501504), (0, 7, 1), (12, 1000, 0),
            (1.96, 9999, 0.0500235230052102),
        ] {
            let found = StudentTest.twoSided(t: t, degrees: degrees)
            #expect(isClose(found, expected), "t \(t), \(degrees) degrees: \(found)")
        }
    }

    @Test func pairedDifferencesAreTested() {
        #expect(isClose(StudentTest.probability(Self.differences), 0.038072258017232956))
        #expect(StudentTest.probability([]) == nil)
        #expect(StudentTest.probability([0.5]) == nil)
        #expect(StudentTest.probability([0, 0, 0]) == 1)
        // Alike but for rounding: nothing but a true difference explains it.
        #expect(StudentTest.probability([0.3 - 0.2, 0.1, 0.2 - 0.1]) == 0)
    }

    @Test func fewDifferencesAreTestedWithAllSigns() {
        // 12 of the 256 ways to set the signs are as far from 0.
        for seed: UInt64 in [1, 2] {
            let found = RandomisationTest.probability(
                Self.differences, permutations: 10_000, seed: seed)
            #expect(found == 12.0 / 256)
        }
        // A difference of 0 changes nothing.
        let padded = Self.differences + [0, 0]
        #expect(
            RandomisationTest.probability(padded, permutations: 300, seed: 1) == 12.0 / 256)
        #expect(RandomisationTest.probability([0.1], permutations: 300, seed: 1) == nil)
        #expect(RandomisationTest.probability([0, 0], permutations: 300, seed: 1) == 1)
        #expect(RandomisationTest.probability([1, 1], permutations: 300, seed: 1) == 0.5)
    }

    @Test func manyDifferencesAreTestedWithRandomSigns() throws {
        let permutations = 4_000
        func probability(_ seed: UInt64, _ values: [Double]) throws -> Double {
            try #require(
                RandomisationTest.probability(values, permutations: permutations, seed: seed))
        }
        // The same eight pairs, too many for all signs to be tried within 255.
        let sampled = try #require(
            RandomisationTest.probability(Self.differences, permutations: 255, seed: 3))
        #expect(abs(sampled - 12.0 / 256) < 0.05)
        // 100 pairs: near the t test, and the same for the same seed.
        var random = SeededGenerator(seed: 11)
        let many = (0..<100).map { _ in random.unitInterval() - 0.45 }
        let found = try probability(7, many)
        #expect(try probability(7, many) == found)
        #expect(try probability(8, many) != found)
        #expect(isClose(StudentTest.probability(many), found, 0.04))
        // What never happens by chance is still not impossible.
        let certain = [Double](repeating: 1, count: 100)
        #expect(try probability(1, certain) == 1 / Double(permutations + 1))
    }

    @Test func systemsAreCompared() {
        let measure = Measure(.rr)
        // Reciprocal ranks 1, 1/2, 1/2 against 1, 1/4, 1 and nothing.
        func evaluation(_ ranks: [Int]) -> Evaluation {
            let rankings = ranks.map { rank in
                JudgedRanking(
                    grades: Array(repeating: nil, count: rank - 1) + [1], ideal: [1])
            }
            return Evaluation(measures: [measure], rankings: rankings)
        }
        let comparison = PairedComparison(
            measure, evaluation([1, 2, 2]), evaluation([1, 4, 1]), permutations: 100, seed: 1)
        #expect((comparison.wins, comparison.ties, comparison.losses) == (1, 1, 1))
        #expect(isClose(comparison.meanA, 2.0 / 3))
        #expect(isClose(comparison.meanB, 0.75))
        #expect(isClose(comparison.difference, -1.0 / 12))
        #expect(isClose(comparison.relativeChange, -1.0 / 9))
        #expect(comparison.randomisationProbability == 1)
        let zero = Evaluation(
            measures: [measure],
            rankings: Array(repeating: JudgedRanking(grades: [], ideal: [1]), count: 3))
        let alone = PairedComparison(
            measure, evaluation([1, 1, 1]), zero, permutations: 100, seed: 1)
        #expect(alone.relativeChange == nil)
        #expect(alone.studentProbability == 0)
        #expect(alone.randomisationProbability == 0.25)
    }
}
