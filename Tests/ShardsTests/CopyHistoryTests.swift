// Random histories of an owner and its copies: after every step, everybody shows exactly what the
// model held at the slot they stand at. More: CANOPY_SEEDS=1000 swift test -c release
// --filter CopyHistoryTests

import Foundation
import Testing

@testable import Shards

@Suite struct CopyHistoryTests {
    private static let seeds = UInt64(
        ProcessInfo.processInfo.environment["CANOPY_SEEDS"].flatMap { UInt64($0) } ?? 24)

    @Test(arguments: 0..<seeds)
    func everybodyShowsTheSame(seed: UInt64) async throws {
        let history = try await CopyHistory(seed: seed)
        if seed % 2 == 1 { history.interfere() }
        var step = 0
        // A few seeds need longer until enough has happened.
        while step < 120 || (!history.isEventful && step < 600) {
            try await history.step()
            try await history.check()
            if step % 10 == 9 { try await history.checkStore() }
            step += 1
        }
        try await history.finish()
        // Nothing is proven by a history in which nothing happens.
        #expect(history.figures["written", default: 0] > 10, "seed \(seed)")
        #expect(history.figures["followed", default: 0] > 10, "seed \(seed)")
        #expect(history.figures["promoted", default: 0] > 0, "seed \(seed)")
        #expect(history.figures["kept", default: 0] > 0, "seed \(seed)")
        #expect(history.figures["rolled back", default: 0] > 0, "seed \(seed)")
    }
}
