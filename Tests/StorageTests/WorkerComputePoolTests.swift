// Who goes first on the worker threads, and who may not take the last one.

import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@testable import Storage

@Suite struct WorkerComputePoolTests {
    @Test func resultsAndErrorsComeBack() async throws {
        let pool = WorkerComputePool(threads: 2)
        #expect(try await pool.run(.query) { 41 + 1 } == 42)
        await #expect(throws: CancellationError.self) {
            try await pool.run(.merge) { throw CancellationError() }
        }
    }

    @Test func queriesGoBeforeWrites() async {
        let workers = WorkerThreads(
            groups: [.init(threads: 1, niceness: 0)],
            lanes: [.init(group: 0, limit: 1), .init(group: 0, limit: 1)])
        let gate = Gate()
        let order = Recorder()
        workers.run(lane: 1) { gate.wait() }
        await gate.untilEntered(1)
        workers.run(lane: 1) { order.note("write") }
        workers.run(lane: 0) { order.note("query") }
        await withUnsafeContinuation { continuation in
            workers.run(lane: 1) { continuation.resume() }
            gate.open()
        }
        #expect(order.notes == ["query", "write"])
    }

    @Test func writesLeaveAThreadToQueries() async throws {
        let pool = WorkerComputePool(threads: 2)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await pool.run(.write) { gate.wait() } } }
            await gate.untilEntered(1)
            #expect(try await pool.run(.query) { gate.entered } == 1)
            gate.open()
            try await group.waitForAll()
        }
        #expect(gate.entered == 4)
    }

    @Test func aTaskOnThePoolQueriesWithoutChangingThreads() async throws {
        let pool = WorkerComputePool(threads: 2)
        let task = Task(executorPreference: pool.queryExecutor) {
            let here = Self.threadName()
            // No suspension lies between the two.
            return try await pool.run(.query) { Self.threadName() == here }
        }
        #expect(try await task.value)
        let elsewhere = Self.threadName()
        #expect(try await pool.run(.query) { Self.threadName() != elsewhere })
    }

    private static func threadName() -> String { "\(pthread_self())" }

    @Test func manyJobsAllRun() async throws {
        let pool = WorkerComputePool(threads: 3)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<1000 {
                let priority = ComputePriority.allCases[number % 3]
                group.addTask { try await pool.run(priority) { number } }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 499_500)
    }
}

/// Holds worker threads until it opens.
private final class Gate: Sendable {
    private let isOpen = Atomic(false)
    private let entries = Atomic(0)

    var entered: Int { entries.load(ordering: .acquiring) }

    func wait() {
        entries.add(1, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) {}
    }

    func open() { isOpen.store(true, ordering: .releasing) }

    func untilEntered(_ count: Int) async {
        while entered < count { await Task.yield() }
    }
}

private final class Recorder: Sendable {
    private let state = Mutex<[String]>([])

    var notes: [String] { state.withLock { $0 } }

    func note(_ word: String) { state.withLock { $0.append(word) } }
}
