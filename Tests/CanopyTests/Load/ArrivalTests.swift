import Testing
@testable import canopy

@Suite struct ArrivalTests {
    private func times(_ pattern: ArrivalPattern, rate: Double, seconds: Int, seed: UInt64)
        -> [Int64]
    {
        Array(
            ArrivalSchedule(pattern: pattern, rate: rate, duration: .seconds(seconds), seed: seed))
    }

    @Test func uniformArrivalsAreAMetronome() {
        #expect(
            times(.uniform, rate: 4, seconds: 1, seed: 0)
                == [0, 250_000_000, 500_000_000, 750_000_000])
    }

    @Test func poissonArrivalsHaveExponentialGaps() {
        let times = times(.poisson, rate: 1_000, seconds: 100, seed: 42)
        #expect(times == times.sorted())
        // 100,000 expected, standard deviation 316.
        #expect(abs(times.count - 100_000) < 1_600)
        let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        // An exponential distribution's deviation equals its mean.
        #expect(abs(variance.squareRoot() / mean - 1) < 0.02)
        // A share of 1/e of the gaps is longer than the mean.
        let long = Double(gaps.count { $0 > 1e6 }) / Double(gaps.count)
        #expect(abs(long - 0.3679) < 0.01)
    }

    @Test func seedsRepeatAndDiffer() {
        let first = times(.poisson, rate: 50, seconds: 2, seed: 1)
        #expect(first == times(.poisson, rate: 50, seconds: 2, seed: 1))
        #expect(first != times(.poisson, rate: 50, seconds: 2, seed: 2))
        #expect(first.last.map { $0 < 2_000_000_000 } == true)
    }

    @Test func generatorMatchesItsPublishedValues() {
        // SplitMix64 from seed 1234567, as in the reference implementation's test vector.
        var random = SeededGenerator(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
        #expect(random.next() == 9_817_491_932_198_370_423)
    }

    @Test func choicesFollowTheirDistribution() {
        var uniform = QueryChooser(count: 10, zipfExponent: 0, seed: 3)
        var zipf = QueryChooser(count: 10, zipfExponent: 1, seed: 3)
        var counts = (uniform: Array(repeating: 0, count: 10), zipf: Array(repeating: 0, count: 10))
        for _ in 0..<100_000 {
            counts.uniform[uniform.next()] += 1
            counts.zipf[zipf.next()] += 1
        }
        let harmonic = (1...10).reduce(0.0) { $0 + 1 / Double($1) }
        for rank in 0..<10 {
            #expect(abs(Double(counts.uniform[rank]) / 100_000 - 0.1) < 0.005)
            let share = 1 / Double(rank + 1) / harmonic
            #expect(abs(Double(counts.zipf[rank]) / 100_000 - share) < 0.007)
        }
    }

    @Test func rateSteps() {
        #expect(RateSteps.list("200") == [200])
        #expect(RateSteps.list("200,0.5") == [200, 0.5])
        for bad in ["", "0", "-1", "1,,2", "x", "1e9", "inf", "nan"] {
            #expect(RateSteps.list(bad) == nil, "\(bad)")
        }
        #expect(RateSteps.ramp("100:300:100") == [100, 200, 300])
        #expect(RateSteps.ramp("0.1:0.3:0.1")?.count == 3)
        for bad in ["", "1:2", "2:1:1", "1:2:0", "1:1000000:0.001", "a:b:c", "1:inf:1"] {
            #expect(RateSteps.ramp(bad) == nil, "\(bad)")
        }
    }
}
