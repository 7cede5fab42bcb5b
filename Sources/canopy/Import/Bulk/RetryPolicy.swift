// How long to wait before sending again what a busy or absent server did not take.

/// Exponential back-off with jitter; a server's Retry-After is honoured up to a limit.
struct RetryPolicy: Sendable {
    /// The first wait, before jitter.
    var first: Duration = .milliseconds(100)
    /// The longest wait of our own choosing.
    var longest: Duration = .seconds(10)
    /// The longest Retry-After that is followed to the letter.
    var longestRetryAfter: Duration = .seconds(120)
    /// Waiting this long for the same batch in all is enough.
    var patience: Duration = .seconds(300)

    /// The wait before the next try, or nil to give up.
    /// - Parameters:
    ///   - attempt: failed tries so far, from 1.
    ///   - waited: all waits so far for this batch.
    ///   - jitter: 0..<1; spreads the waits of batches that failed together.
    func delay(
        attempt: Int, retryAfter: Duration?, waited: Duration, jitter: Double
    ) -> Duration? {
        guard waited < patience else { return nil }
        let doublings = min(max(attempt - 1, 0), 20)
        let grown = min(first * (1 << doublings), longest)
        let spread = grown * (0.5 + jitter / 2)
        guard let retryAfter else { return spread }
        return max(spread, min(retryAfter, longestRetryAfter))
    }
}
