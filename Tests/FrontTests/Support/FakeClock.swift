// A clock that stands still until someone sleeps on it.
import Storage
import Synchronization

final class FakeClock: NodeClock {
    private let state: Mutex<Instant>

    init(_ now: Instant = Instant(nanoseconds: 1_000_000_000)) {
        state = Mutex(now)
    }

    var now: Instant { state.withLock { $0 } }
    var wallMilliseconds: Int64 { 1_767_225_600_000 }

    func advance(_ duration: Duration) {
        state.withLock { $0 += duration }
    }

    func sleep(until deadline: Instant) async throws {
        try Task.checkCancellation()
        state.withLock { $0 = max($0, deadline) }
    }
}
