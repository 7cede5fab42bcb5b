// The clock of a real node.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

public struct SystemClock: NodeClock {
    public init() {}

    public var now: Instant {
        Instant(nanoseconds: Self.read(CLOCK_MONOTONIC))
    }

    public func sleep(until deadline: Instant) async throws {
        let now = now
        guard deadline > now else {
            try Task.checkCancellation()
            return
        }
        try await Sleeper.shared.sleep(until: deadline, from: now)
    }

    public var wallMilliseconds: Int64 {
        Self.read(CLOCK_REALTIME) / 1_000_000
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
