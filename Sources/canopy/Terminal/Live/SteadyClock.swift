// The tools' only source of time: a monotonic clock with a sleep. Everything else takes durations
// as arguments.

/// A monotonic clock. Readings are durations since an arbitrary start and only good for
/// differences.
struct SteadyClock: Sendable {
    private let start = ContinuousClock.now

    /// The time since this clock was made.
    var now: Duration { start.duration(to: .now) }

    func sleep(_ duration: Duration) async throws {
        try await ContinuousClock().sleep(for: duration)
    }
}
