// Waits between attempts, for all who ask one store.

import Storage
import Synchronization

/// All operations together retry within one budget.
final class Retrier: Sendable {
    private let policy: RetryPolicy
    private let clock: any NodeClock
    private let random: any RandomSource
    private let budget = Mutex(RetryBudget())

    init(_ policy: RetryPolicy, clock: any NodeClock, random: any RandomSource) {
        self.policy = policy
        self.clock = clock
        self.random = random
    }

    /// An operation begins.
    func begin() -> RetryStateMachine { RetryStateMachine(policy, start: clock.now) }

    /// The store answered.
    func earn() { budget.withLock { $0.earn() } }

    /// Waits before the next attempt; false when there is none, or the task was cancelled.
    func pause(_ retries: inout RetryStateMachine) async -> Bool {
        let (now, share) = (clock.now, random.nextUnit())
        let pause = budget.withLock { retries.failed(at: now, share: share, budget: &$0) }
        guard let pause else { return false }
        do { try await clock.sleep(for: pause) } catch { return false }
        return true
    }

    /// Waits after so many failures in a row of what is tried for ever.
    func pause(after failures: Int) async throws {
        try await clock.sleep(for: policy.longestPause(after: failures) * random.nextUnit())
    }
}
