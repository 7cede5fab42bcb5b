// Time as a benchmark wants it, and what the process has used.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum BenchClock {
    /// The nanoseconds `body` took by the wall's clock, as the other engines are timed.
    static func time(_ body: () throws -> Void) rethrows -> Int64 {
        let start = read(CLOCK_MONOTONIC)
        try body()
        return read(CLOCK_MONOTONIC) - start
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
            seconds: Double(BenchClock.read(CLOCK_MONOTONIC)) / 1e9,
            processorSeconds: Double(BenchClock.read(CLOCK_PROCESS_CPUTIME_ID)) / 1e9,
            peakBytes: Int64(usage.ru_maxrss) << 10)
    }
}
