// Sleeping on the system's clock: never too short, and called off at once.

import Testing

@testable import Storage

@Suite struct SleeperTests {
    private let clock = SystemClock()

    @Test func nobodyWakesTooEarly() async throws {
        let clock = clock
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for length in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55] {
                group.addTask {
                    let deadline = start + .milliseconds(length)
                    try await clock.sleep(until: deadline)
                    #expect(clock.now >= deadline)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func aShorterSleepNeedNotWaitForALongerOne() async throws {
        let clock = clock
        let long = Task { try await clock.sleep(for: .seconds(3_600)) }
        try await clock.sleep(for: .milliseconds(3))
        long.cancel()
        await #expect(throws: CancellationError.self) { try await long.value }
    }

    @Test func whoIsCancelledDoesNotSleepAtAll() async {
        let clock = clock
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(until: .distantFuture)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func thousandsAreCalledOffWhileOthersEnd() async {
        let clock = clock
        let tasks = (0..<2_000).map { number in
            Task {
                try await clock.sleep(for: number % 2 == 0 ? .seconds(60) : .milliseconds(5))
            }
        }
        for (number, task) in tasks.enumerated() where number % 2 == 0 { task.cancel() }
        var ended = 0
        for task in tasks { if (try? await task.value) != nil { ended += 1 } }
        #expect(ended == 1_000)
    }
}
