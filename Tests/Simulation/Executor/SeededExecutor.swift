// Runs the tasks of a simulation one job at a time, on the thread that asks, in an order that a
// seed chooses. Time passes when no job is ready.
//
// Whatever a simulated task starts (tasks without structure, actors, children) reaches the
// runtime's global executor, which hands a job here when it comes from a thread that is running a
// simulation: see `GlobalExecutorHook`. So product code needs no word about where it runs.

import Storage

/// Touched by one thread only.
final class SeededExecutor: @unchecked Sendable {
    enum Ending: Equatable {
        case finished
        /// Nothing is ready and no timer is left, but the body has not returned.
        case stuck
        /// More jobs than a history can need: something goes round in a circle.
        case endless
    }

    let clock = VirtualClock()
    private let random: any RandomSource
    private var ready: [UnownedJob] = []
    private(set) var jobCount = 0
    private static let jobLimit = 3_000_000

    init(random: any RandomSource) {
        self.random = random
    }

    /// Runs the body, then whatever it left behind, until nothing is ready any more. Timers left
    /// then are dropped.
    func run(_ body: @Sendable @escaping () async -> Void) -> Ending {
        let outer = GlobalExecutorHook.enter(self)
        defer { GlobalExecutorHook.leave(outer) }
        let finish = Finish()
        // A priority of its own: that of whoever asks may be raised meanwhile, and what runs on an
        // actor is queued otherwise then.
        Task(priority: .medium) {
            await body()
            finish.isReached = true
        }
        while jobCount < Self.jobLimit {
            if runOne() { continue }
            if clock.advance() { continue }
            return finish.isReached ? .finished : .stuck
        }
        return .endless
    }

    private final class Finish: @unchecked Sendable {
        var isReached = false
    }

    func enqueue(_ job: UnownedJob) {
        ready.append(job)
    }

    private func runOne() -> Bool {
        guard !ready.isEmpty else { return false }
        let index = ready.count == 1 ? 0 : random.next(in: 0..<ready.count)
        ready.swapAt(index, ready.count - 1)
        jobCount += 1
        ready.removeLast().runSynchronously(on: Self.generic)
        return true
    }

    /// The executor of whatever has none: what the runtime's own pool runs jobs on.
    private static let generic = unsafeBitCast((0, 0), to: UnownedSerialExecutor.self)
}
