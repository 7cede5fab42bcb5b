// Clocks that tests control.

import Storage
import Synchronization

/// Stands still until it is moved.
final class ManualClock: NodeClock {
    private struct State {
        var now = Instant(nanoseconds: 1_000_000_000)
        var sleepers: [UInt64: (deadline: Instant, CheckedContinuation<Void, any Error>)] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var wallMilliseconds: Int64 { now.nanoseconds / 1_000_000 }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.sorted { $0.key < $1.key }.map(\.value.1)
        }
        for sleeper in due { sleeper.resume() }
    }

    func sleep(until deadline: Instant) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.now >= deadline || Task.isCancelled { return true }
                    state.sleepers[number] = (deadline, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.1
                .resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }
}

/// Whoever sleeps moves it, so that nobody waits.
final class JumpingClock: NodeClock {
    private let state = Mutex(Instant(nanoseconds: 1_000_000_000))

    var now: Instant { state.withLock { $0 } }
    var wallMilliseconds: Int64 { now.nanoseconds / 1_000_000 }

    func sleep(until deadline: Instant) async throws {
        try Task.checkCancellation()
        await Task.yield()
        state.withLock { $0 = max($0, deadline) }
    }
}
