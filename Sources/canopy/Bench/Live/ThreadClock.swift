// Time as a benchmark wants it: on a shared machine, what others took is not ours.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum ThreadClock {
    /// The nanoseconds `body` took by either clock, whichever says less: a thread that was
    /// preempted is not charged for it, nor for reading the processor's clock.
    static func time(_ body: () throws -> Void) rethrows -> Int64 {
        let processorStart = read(CLOCK_THREAD_CPUTIME_ID)
        let wallStart = read(CLOCK_MONOTONIC)
        try body()
        let wall = read(CLOCK_MONOTONIC) - wallStart
        return min(wall, read(CLOCK_THREAD_CPUTIME_ID) - processorStart)
    }

    static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// What the process has used so far.
struct ProcessUse {
    let seconds: Double
    let processorSeconds: Double
    /// The largest resident set, in bytes.
    let peakBytes: Int64

    static var now: ProcessUse {
        var usage = rusage()
        getrusage(.init(RUSAGE_SELF.rawValue), &usage)
        return ProcessUse(
            seconds: Double(ThreadClock.read(CLOCK_MONOTONIC)) / 1e9,
            processorSeconds: Double(ThreadClock.read(CLOCK_PROCESS_CPUTIME_ID)) / 1e9,
            peakBytes: Int64(usage.ru_maxrss) << 10)
    }
}
