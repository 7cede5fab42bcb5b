// A clock that only the test moves.

import Storage
import Synchronization

final class ManualClock: NodeClock {
    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(nanoseconds: 1_000_000_000)
        var sleepers: [UInt64: Sleeper] = [:]
        var last: UInt64 = 0
        /// Waiting for a number of sleepers.
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        /// Waiting for one that sleeps until just then.
        var alarms: [(time: Instant, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }

    /// 2026-01-15T12:00:00Z
    var wallMilliseconds: Int64 { 1_768_478_400_000 }

    func sleep(until deadline: Instant) async throws {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.withLock { state -> Bool in
                    if state.now >= deadline { return true }
                    state.sleepers[number] = Sleeper(
                        deadline: deadline, continuation: continuation)
                    return false
                }
                if isDue { continuation.resume() }
                if Task.isCancelled { wake(number, throwing: CancellationError()) }
                notify()
            }
        } onCancel: {
            wake(number, throwing: CancellationError())
        }
    }

    private func wake(_ number: UInt64, throwing error: any Error) {
        let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
        sleeper?.continuation.resume(throwing: error)
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.now += duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once at least so many tasks sleep.
    func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.observers.append((count, continuation)) }
            notify()
        }
    }

    /// Returns once some task sleeps until just `time`.
    func waitForSleeper(until time: Instant) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.alarms.append((time, continuation)) }
            notify()
        }
    }

    private func notify() {
        let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            let sleeping = state.sleepers.count
            var ready = state.observers.filter { $0.count <= sleeping }.map(\.continuation)
            state.observers.removeAll { $0.count <= sleeping }
            let times = Set(state.sleepers.values.map(\.deadline))
            ready += state.alarms.filter { times.contains($0.time) }.map(\.continuation)
            state.alarms.removeAll { times.contains($0.time) }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }
}
