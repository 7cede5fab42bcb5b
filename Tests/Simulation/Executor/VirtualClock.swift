// Time that passes only when nobody has anything to do: then it jumps to the next timer.

import Storage

/// Touched by one thread only.
final class VirtualClock: NodeClock, @unchecked Sendable {
    private struct Timer {
        let deadline: Instant
        let number: UInt64
        let action: () -> Void

        static func < (left: Timer, right: Timer) -> Bool {
            (left.deadline, left.number) < (right.deadline, right.number)
        }
    }

    private(set) var now = Instant.zero
    /// A heap: the first is the earliest.
    private var timers: [Timer] = []
    private var nextNumber: UInt64 = 0
    /// Sleepers that have not been woken, by the number of their timer.
    private var sleepers: [UInt64: UnsafeContinuation<Void, any Error>] = [:]

    var wallMilliseconds: Int64 { now.nanoseconds / 1_000_000 }

    func sleep(until deadline: Instant) async throws {
        try Task.checkCancellation()
        let number = takeNumber()
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation {
                (continuation: UnsafeContinuation<Void, any Error>) in
                guard !Task.isCancelled else {
                    return continuation.resume(throwing: CancellationError())
                }
                sleepers[number] = continuation
                insert(Timer(deadline: deadline, number: number) { self.wake(number) })
            }
        } onCancel: {
            self.sleepers.removeValue(forKey: number)?.resume(throwing: CancellationError())
        }
    }

    /// Runs the action at that time, between jobs.
    func schedule(at deadline: Instant, _ action: @escaping () -> Void) {
        insert(Timer(deadline: deadline, number: takeNumber(), action: action))
    }

    /// Goes to the next timer; false when there is none.
    func advance() -> Bool {
        guard let timer = removeFirst() else { return false }
        now = max(now, timer.deadline)
        timer.action()
        return true
    }

    private func wake(_ number: UInt64) {
        sleepers.removeValue(forKey: number)?.resume()
    }

    private func takeNumber() -> UInt64 {
        nextNumber += 1
        return nextNumber
    }

    // MARK: Heap

    private func insert(_ timer: Timer) {
        timers.append(timer)
        var child = timers.count - 1
        while child > 0, timers[child] < timers[(child - 1) / 2] {
            timers.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func removeFirst() -> Timer? {
        guard let first = timers.first else { return nil }
        timers.swapAt(0, timers.count - 1)
        timers.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < timers.count && timers[child] < timers[least] {
                least = child
            }
            if least == parent { return first }
            timers.swapAt(parent, least)
            parent = least
        }
    }
}
