// Who waits until when: one thread that wakes sleeping tasks. Most sleeps of a node are deadlines
// that are called off long before they come, thousands a second; here they leave nothing behind.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sleeps are gathered by the tick they end in; a tick is short for short sleeps. All state is
/// touched only with the lock held.
final class Sleeper: @unchecked Sendable {
    static let shared = Sleeper()

    /// One task's sleep. Touched only with the lock held.
    private final class Sleep: @unchecked Sendable {
        let tick: Int64
        var continuation: UnsafeContinuation<Void, any Error>?
        var hasEnded = false

        init(tick: Int64) { self.tick = tick }
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var sleeps: [Int64: [ObjectIdentifier: Sleep]] = [:]
    /// The keys of `sleeps`, in nanoseconds, the earliest last.
    private var ticks: [Int64] = []

    private static let longestWait: Int64 = 3_600_000_000_000

    private init() {
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if canImport(Glibc)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        WorkerThreads.startThread { [self] in wake() }
    }

    /// Returns at or shortly after `deadline`: within a twentieth of the time left, or 1 ms.
    /// - Throws: `CancellationError`.
    func sleep(until deadline: Instant, from now: Instant) async throws {
        let sleep = Sleep(tick: Self.tick(of: deadline, from: now))
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { add(sleep, $0) }
        } onCancel: {
            cancel(sleep)
        }
    }

    private static func tick(of deadline: Instant, from now: Instant) -> Int64 {
        let left = deadline - now
        let length: Int64 =
            left < .milliseconds(200)
            ? 1_000_000 : left < .seconds(1) ? 10_000_000 : 50_000_000
        let (end, isBeyond) = deadline.nanoseconds.addingReportingOverflow(length - 1)
        return isBeyond ? .max : end / length * length
    }

    private func add(_ sleep: Sleep, _ continuation: UnsafeContinuation<Void, any Error>) {
        pthread_mutex_lock(lock)
        if sleep.hasEnded {
            pthread_mutex_unlock(lock)
            continuation.resume(throwing: CancellationError())
            return
        }
        sleep.continuation = continuation
        let isNew = sleeps[sleep.tick] == nil
        sleeps[sleep.tick, default: [:]][ObjectIdentifier(sleep)] = sleep
        if isNew { insert(sleep.tick) }
        let isFirst = ticks.last == sleep.tick
        pthread_mutex_unlock(lock)
        if isNew && isFirst { pthread_cond_signal(changed) }
    }

    private func insert(_ tick: Int64) {
        var low = 0
        var high = ticks.count
        while low < high {
            let middle = (low + high) / 2
            if ticks[middle] > tick { low = middle + 1 } else { high = middle }
        }
        ticks.insert(tick, at: low)
    }

    private func cancel(_ sleep: Sleep) {
        pthread_mutex_lock(lock)
        let continuation = sleep.continuation
        sleep.continuation = nil
        sleep.hasEnded = true
        sleeps[sleep.tick]?[ObjectIdentifier(sleep)] = nil
        pthread_mutex_unlock(lock)
        continuation?.resume(throwing: CancellationError())
    }

    /// What the thread does, for ever.
    private func wake() {
        pthread_mutex_lock(lock)
        while true {
            let now = SystemClock().now.nanoseconds
            guard let first = ticks.last else {
                pthread_cond_wait(changed, lock)
                continue
            }
            guard first <= now else {
                Self.wait(changed, lock, nanoseconds: min(first - now, Self.longestWait))
                continue
            }
            ticks.removeLast()
            let due = sleeps.removeValue(forKey: first) ?? [:]
            var continuations: [UnsafeContinuation<Void, any Error>] = []
            for sleep in due.values {
                if let continuation = sleep.continuation { continuations.append(continuation) }
                sleep.continuation = nil
                sleep.hasEnded = true
            }
            pthread_mutex_unlock(lock)
            for continuation in continuations { continuation.resume() }
            pthread_mutex_lock(lock)
        }
    }

    private static func wait(
        _ condition: UnsafeMutablePointer<pthread_cond_t>,
        _ lock: UnsafeMutablePointer<pthread_mutex_t>, nanoseconds: Int64
    ) {
        #if canImport(Glibc)
            var until = timespec()
            clock_gettime(CLOCK_MONOTONIC, &until)
            let total = Int64(until.tv_nsec) + nanoseconds
            until.tv_sec += Int(total / 1_000_000_000)
            until.tv_nsec = Int(total % 1_000_000_000)
            pthread_cond_timedwait(condition, lock, &until)
        #else
            var left = timespec(
                tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
            pthread_cond_timedwait_relative_np(condition, lock, &left)
        #endif
    }
}
