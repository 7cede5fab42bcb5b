// Whether one operation is tried again, and when: longer pauses each time, of random length so that
// nodes that failed together do not come back together.

import Storage

struct RetryPolicy: Sendable {
    /// The first included.
    var attempts = 4
    /// The longest first pause; it doubles.
    var firstPause: Duration = .milliseconds(50)
    var longestPause: Duration = .seconds(2)
}

struct RetryStateMachine: Sendable {
    private let policy: RetryPolicy
    private var failures = 0

    init(_ policy: RetryPolicy) {
        self.policy = policy
    }

    /// An attempt failed. Returns the pause before the next one, or nil when there is none.
    /// - Parameter share: Random in `0 ..< 1`: which part of the longest pause is waited.
    mutating func failed(share: Double, budget: inout RetryBudget) -> Duration? {
        failures += 1
        guard failures < policy.attempts, budget.spend() else { return nil }
        let doubled = policy.firstPause * (1 << min(failures - 1, 20))
        return min(doubled, policy.longestPause) * share
    }
}
