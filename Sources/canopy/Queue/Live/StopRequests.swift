// Wishes to stop: signals and, for a worker that a command started, the end of its input.

import Foundation
import UnixSignals

enum StopRequests {
    /// An element for each wish.
    /// - Parameter endOfInput: Whether standard input's end is one: it ends with whoever holds it,
    ///   however that dies.
    static func stream(endOfInput: Bool) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                continuation.yield()
            }
        }
        continuation.onTermination = { _ in signals.cancel() }
        if endOfInput {
            Thread.detachNewThread {
                var bytes = [UInt8](repeating: 0, count: 64)
                while true {
                    let count = read(0, &bytes, bytes.count)
                    if count == 0 || (count < 0 && errno != EINTR) { break }
                }
                continuation.yield()
            }
        }
        return stream
    }

    /// Does some work until it is done or somebody wishes it to stop; it has ended either way.
    /// - Returns: whether it was stopped.
    static func heeding(
        endOfInput: Bool = false, _ work: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        let requests = stream(endOfInput: endOfInput)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return false
            }
            group.addTask {
                for await _ in requests { return true }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            let isStopped = try await group.next() ?? false
            group.cancelAll()
            // What was cancelled gives back what it has.
            _ = await group.nextResult()
            return isStopped
        }
    }
}
