// Whether one operation is tried again, and when: longer pauses each time, of random length so that
// nodes that failed together do not come back together.

import Storage

struct RetryPolicy: Sendable {
    /// The first included.
    var attempts = 4
    /// The longest first pause; it doubles.
    var firstPause: Duration = .milliseconds(50)
    var longestPause: Duration = .seconds(2)
    /// No attempt begins later than this after the first: whoever waits for a write is told
    /// within seconds that the store is away.
    var patience: Duration = .seconds(5)

    func longestPause(after failures: Int) -> Duration {
        min(firstPause * (1 << min(max(failures - 1, 0), 20)), longestPause)
    }
}

struct RetryStateMachine: Sendable {
    private let policy: RetryPolicy
    private let start: Instant
    private var failures = 0

    init(_ policy: RetryPolicy, start: Instant) {
        self.policy = policy
        self.start = start
    }

    /// An attempt failed. Returns the pause before the next one, or nil when there is none.
    /// - Parameter share: Random in `0 ..< 1`: which part of the longest pause is waited.
    mutating func failed(
        at now: Instant, share: Double, budget: inout RetryBudget
    ) -> Duration? {
        failures += 1
        let pause = policy.longestPause(after: failures) * share
        guard failures < policy.attempts, now + pause - start < policy.patience, budget.spend()
        else { return nil }
        return pause
    }
}
