// One run for all who ask the same at the same time; whoever is cancelled leaves alone.
import Synchronization
import Testing

@testable import Front

@Suite struct SingleFlightTests {
    private struct Failure: Error {}

    private final class Tally: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test func manyCallersShareOneRun() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let runs = Tally()
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await flights.run("a") {
                        await gate.pass()
                        return runs.next()
                    }
                }
            }
            await until { flights.waiterCount(of: "a") == 50 }
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: 1, count: 50))
        #expect(flights.flightCount == 0)
        #expect(try await flights.run("a") { 7 } == 7)
    }

    @Test func differentKeysRunApart() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        async let first = flights.run(1) {
            await gate.pass()
            return 1
        }
        #expect(try await flights.run(2) { 2 } == 2)
        gate.open()
        #expect(try await first == 1)
    }

    @Test func anErrorReachesEveryCaller() async {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let callers = (0..<3).map { _ in
            Task {
                try await flights.run(1) {
                    await gate.pass()
                    throw Failure()
                }
            }
        }
        await until { flights.waiterCount(of: 1) == 3 }
        gate.open()
        for caller in callers {
            await #expect(throws: Failure.self) { try await caller.value }
        }
    }

    @Test func aCancelledCallerLeavesTheOthersTheirAnswer() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let work: @Sendable () async throws -> Int = {
            await gate.pass()
            try Task.checkCancellation()
            return 5
        }
        let first = Task { try await flights.run(1, work) }
        await until { flights.waiterCount(of: 1) == 1 }
        let second = Task { try await flights.run(1, work) }
        await until { flights.waiterCount(of: 1) == 2 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value == 5)
    }

    @Test func theLastCallersLeavingCancelsTheWork() async {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let wasCancelled = Gate()
        let caller = Task {
            try await flights.run(1) {
                await gate.pass()
                if Task.isCancelled { await wasCancelled.pass() }
                return 1
            }
        }
        await gate.arrived(1)
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(flights.flightCount == 0)
        gate.open()
        await wasCancelled.arrived(1)
        wasCancelled.open()
    }

    @Test func aCallerCancelledBeforeItJoinsNeverRuns() async {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let caller = Task {
            await gate.pass()
            return try await flights.run(1) { 1 }
        }
        caller.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(flights.flightCount == 0)
    }
}
