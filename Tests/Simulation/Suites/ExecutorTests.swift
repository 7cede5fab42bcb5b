// The executor and its clock by themselves: one seed, one order; nothing waits for real time.

import Storage
import Synchronization
import Testing

@Suite struct ExecutorTests {
    private actor Counter {
        var order: [Int] = []
        func note(_ number: Int) { order.append(number) }
    }

    private func order(seed: UInt64) -> (order: [Int], took: Duration) {
        let executor = SeededExecutor(random: SeededRandom(seed: seed))
        let counter = Counter()
        let result = Mutex<[Int]>([])
        let ending = executor.run {
            let tasks = (0..<6).map { number in
                Task {
                    try await executor.clock.sleep(for: .zero)
                    await counter.note(number)
                    try await executor.clock.sleep(for: .seconds(number % 3 * 3600))
                    await counter.note(number + 10)
                }
            }
            for task in tasks { try? await task.value }
            let order = await counter.order
            result.withLock { $0 = order }
        }
        #expect(ending == .finished)
        return (result.withLock { $0 }, executor.clock.now - .zero)
    }

    @Test func aSeedIsOneOrder() {
        var seen: Set<[Int]> = []
        for seed in UInt64(0)..<20 {
            let first = order(seed: seed)
            #expect(first.order == order(seed: seed).order, "seed \(seed)")
            #expect(first.order.count == 12)
            #expect(first.took == .seconds(7200))
            seen.insert(first.order)
        }
        #expect(seen.count > 15)
    }

    @Test func aDeadlockIsNoticed() {
        let executor = SeededExecutor(random: SeededRandom(seed: 1))
        let (never, ending) = AsyncStream<Void>.makeStream()
        #expect(executor.run { for await _ in never {} } == .stuck)
        ending.finish()
    }

    @Test func aSleeperThatIsCalledOffWakesAtOnce() {
        let executor = SeededExecutor(random: SeededRandom(seed: 1))
        let woke = Atomic(false)
        let ending = executor.run {
            let task = Task { try await executor.clock.sleep(for: .seconds(10)) }
            try? await executor.clock.sleep(for: .seconds(1))
            task.cancel()
            woke.store(await task.result.isFailure, ordering: .relaxed)
        }
        #expect(ending == .finished && woke.load(ordering: .relaxed))
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { return true }
        return false
    }
}
