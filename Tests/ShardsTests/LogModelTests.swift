// The protocol of write-path.md under everything that can go wrong: no acknowledged write is lost
// or doubled. More seeds: CANOPY_SEEDS=100000 swift test -c release --filter LogModelTests

import Foundation
import Storage
import Testing

@testable import Shards

@Suite struct LogModelTests {
    private static let seeds = UInt64(
        ProcessInfo.processInfo.environment["CANOPY_SEEDS"].flatMap { UInt64($0) } ?? 40)

    /// Nil when all is well.
    private func fault(seed: UInt64, mutant: Mutant? = nil) -> String? {
        var model = LogModel(seed: seed, mutant: mutant)
        do {
            let found = try model.run(steps: 400)
            guard Set(found).count == found.count else { return "a document twice: \(found)" }
            let missing = Set(model.acknowledged).subtracting(found)
            guard missing.isEmpty else { return "acknowledged and lost: \(missing.sorted())" }
            return model.strays(found).first
        } catch {
            return "\(error)"
        }
    }

    @Test func nothingAcknowledgedIsLostOrDoubled() {
        for seed in 0..<Self.seeds {
            let fault = fault(seed: seed)
            #expect(fault == nil, "seed \(seed): \(fault ?? "")")
        }
    }

    @Test func manyOwnersMakeProgress() throws {
        var total = 0
        for seed in UInt64(0)..<20 {
            var model = LogModel(seed: seed)
            _ = try model.run(steps: 400)
            total += model.acknowledged.count
        }
        #expect(total > 20 * 20)
    }

    @Test(arguments: Mutant.allCases)
    func aBrokenRuleIsNoticed(mutant: Mutant) {
        let caught = (0..<3000).first { fault(seed: $0, mutant: mutant) != nil }
        #expect(caught != nil, "\(mutant)")
    }
}
