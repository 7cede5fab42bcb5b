// A door that tests open: everyone who comes before waits.
import Synchronization

final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var arrivals = 0
        var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Waits until the door is open.
    func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, woken) = state.withLock { state in
                state.arrivals += 1
                let arrivals = state.arrivals
                let woken = state.watchers.filter { $0.0 <= arrivals }.map(\.1)
                state.watchers.removeAll { $0.0 <= arrivals }
                if !state.isOpen { state.waiters.append(continuation) }
                return (state.isOpen, woken)
            }
            for watcher in woken { watcher.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits until this many have come to the door.
    func arrived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrivals >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
