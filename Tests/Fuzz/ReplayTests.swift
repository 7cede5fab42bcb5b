// The fuzz targets without a fuzzer: every seed, and the same few hundred edits of them.

import Testing

struct ReplayTests {
    /// Per target.
    static let budget = 500

    @Test(arguments: FuzzTarget.all.map(\.name))
    func seedsAndTheirNeighboursAreReadOrRefused(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let seeds = try target.seeds()
        #expect(!seeds.isEmpty)
        for seed in seeds { replay(seed, target) }
        var random = FuzzRandom(seed: 7)
        for _ in 0..<Self.budget {
            replay(random.mutated(seeds[random.below(seeds.count)]), target)
        }
    }

    private func replay(_ input: [UInt8], _ target: FuzzTarget) {
        let finding = input.withUnsafeBytes { target.finding(in: $0) }
        guard let finding else { return }
        Issue.record("\(target.name): \(finding); the input is \(input)")
    }

    @Test func seedsAreReadToTheEnd() throws {
        for target in FuzzTarget.all {
            for (number, seed) in try target.seeds().enumerated() {
                do {
                    try seed.withUnsafeBytes { try target.run($0) }
                } catch {
                    Issue.record("seed \(number) of \(target.name) is refused: \(error)")
                }
            }
        }
    }

    @Test func namesAreDistinct() {
        #expect(Set(FuzzTarget.all.map(\.name)).count == FuzzTarget.all.count)
    }
}
