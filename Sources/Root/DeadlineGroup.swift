// Several calls at once, none waited for beyond a deadline.

import Cluster
import Storage

enum DeadlineGroup {
    private enum Event<Answer: Sendable>: Sendable {
        case answered(Int, Result<Answer, any Error>)
        case deadlinePassed
    }

    /// The calls' results in their order. A call that has no result at the deadline is cancelled,
    /// not waited for, and counts as `TransportError.deadlineExceeded`.
    /// - Throws: `CancellationError` when the caller's task is cancelled; the calls are, too.
    static func run<Answer: Sendable>(
        _ calls: [@Sendable () async throws -> Answer], deadline: Instant, clock: any NodeClock
    ) async throws -> [Result<Answer, any Error>] {
        if calls.isEmpty { return [] }
        let (events, continuation) = AsyncStream.makeStream(of: Event<Answer>.self)
        var tasks = calls.enumerated().map { index, call in
            Task {
                do {
                    continuation.yield(.answered(index, .success(try await call())))
                } catch {
                    continuation.yield(.answered(index, .failure(error)))
                }
            }
        }
        tasks.append(
            Task {
                do {
                    try await clock.sleep(until: deadline)
                    continuation.yield(.deadlinePassed)
                } catch {}
            })
        defer { for task in tasks { task.cancel() } }
        var results: [Result<Answer, any Error>?] = Array(repeating: nil, count: calls.count)
        var missing = calls.count
        loop: for await event in events {
            switch event {
            case .answered(let index, let result):
                results[index] = result
                missing -= 1
                if missing == 0 { break loop }
            case .deadlinePassed: break loop
            }
        }
        try Task.checkCancellation()
        return results.map { $0 ?? .failure(TransportError.deadlineExceeded) }
    }

    /// One call's result.
    static func run<Answer: Sendable>(
        deadline: Instant, clock: any NodeClock,
        _ call: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await run([call], deadline: deadline, clock: clock)[0].get()
    }
}
