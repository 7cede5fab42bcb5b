// The time a node goes by. Nothing that decides reads another clock.

public protocol NodeClock: Sendable {
    /// Monotonic time; never goes back, and says nothing about the date.
    var now: Instant { get }

    /// Returns at or after `deadline`. Throws `CancellationError` when the task is cancelled.
    func sleep(until deadline: Instant) async throws

    /// Milliseconds since 1970, for people and for date math only: it may jump.
    var wallMilliseconds: Int64 { get }
}

extension NodeClock {
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: now + duration)
    }
}
