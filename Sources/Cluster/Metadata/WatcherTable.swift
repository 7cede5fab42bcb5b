// Who wants to hear of changes under which prefix.

import Synchronization

final class WatcherTable: Sendable {
    private struct Watcher {
        let prefix: String
        let continuation: AsyncStream<Void>.Continuation
    }

    private struct State {
        var watchers: [UInt64: Watcher] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock { $0.watchers.isEmpty } }

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

    func notify(from older: MetadataTable, to newer: MetadataTable) {
        let watchers = state.withLock { $0.watchers.values.map(\.self) }
        for watcher in watchers where newer.differs(from: older, under: watcher.prefix) {
            watcher.continuation.yield()
        }
    }
}
