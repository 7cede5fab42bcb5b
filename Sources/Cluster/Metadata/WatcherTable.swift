// Who wants to hear of changes under which prefix.

import Storage
import Synchronization

final class WatcherTable: Sendable {
    private struct Watcher {
        let prefix: String
        let continuation: AsyncStream<Void>.Continuation
    }

    private struct State {
        var watchers: [UInt64: Watcher] = [:]
        var lastNumber: UInt64 = 0
        var isPolling = false
    }

    private let state = Mutex(State())

    func add(prefix: String) -> AsyncStream<Void> {
        // One waiting element says it all.
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastNumber += 1
            state.watchers[state.lastNumber] = Watcher(prefix: prefix, continuation: continuation)
            return state.lastNumber
        }
        continuation.onTermination = { _ in
            _ = self.state.withLock { $0.watchers.removeValue(forKey: number) }
        }
        return stream
    }

    /// The same where changes must be looked for.
    /// - Parameter look: Called again and again while somebody watches; false: there is nothing to
    ///   look at any more.
    func add(
        prefix: String, lookingEvery interval: Duration, by clock: any NodeClock,
        _ look: @escaping @Sendable () async -> Bool
    ) -> AsyncStream<Void> {
        let stream = add(prefix: prefix)
        let starts = state.withLock { state in
            defer { state.isPolling = true }
            return !state.isPolling
        }
        if starts {
            Task {
                while self.isStillWatched() {
                    let next = clock.now + interval
                    guard await look() else { return }
                    try? await clock.sleep(until: next)
                }
            }
        }
        return stream
    }

    private func isStillWatched() -> Bool {
        state.withLock { state in
            if state.watchers.isEmpty { state.isPolling = false }
            return state.isPolling
        }
    }

    func notify(from older: MetadataTable, to newer: MetadataTable) {
        let watchers = state.withLock { state in
            state.watchers.sorted { $0.key < $1.key }.map(\.value)
        }
        for watcher in watchers where newer.differs(from: older, under: watcher.prefix) {
            watcher.continuation.yield()
        }
    }
}
