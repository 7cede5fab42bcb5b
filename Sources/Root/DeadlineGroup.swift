// Several calls at once, none waited for beyond a deadline.

import Cluster
import Storage
import Synchronization

enum DeadlineGroup {
    struct Call<Answer: Sendable>: Sendable {
        /// Where its task runs; nil: where tasks run.
        let executor: (any TaskExecutor)?
        /// Whom it is made to, if a leaf.
        let leaf: LeafNode?
        let run: @Sendable () async throws -> Answer

        init(
            on executor: (any TaskExecutor)? = nil, to leaf: LeafNode? = nil,
            _ run: @escaping @Sendable () async throws -> Answer
        ) {
            self.executor = executor
            self.leaf = leaf
            self.run = run
        }
    }

    /// The calls' results in their order. A call that has no result at the deadline is cancelled,
    /// not waited for, and counts as `TransportError.deadlineExceeded`.
    /// - Parameter directory: When a leaf leaves it, calls to it count as `TransportError.closed`.
    /// - Throws: `CancellationError` when the caller's task is cancelled; the calls are, too.
    static func run<Answer: Sendable>(
        _ calls: [Call<Answer>], deadline: Instant, clock: any NodeClock,
        directory: LeafDirectory? = nil
    ) async throws -> [Result<Answer, any Error>] {
        if calls.isEmpty { return [] }
        let results = Results<Answer>(count: calls.count)
        let listener = directory?.departures.listen { results.lose(calls.map(\.leaf), in: $0) }
        defer { if let listener { directory?.departures.stop(listener.number) } }
        var tasks = calls.enumerated().map { index, call in
            Task.calling(on: call.executor) {
                do {
                    results.put(.success(try await call.run()), at: index)
                } catch {
                    results.put(.failure(error), at: index)
                }
            }
        }
        tasks.append(
            Task.immediate {
                do { try await clock.sleep(until: deadline) } catch { return }
                results.end()
            })
        defer { for task in tasks { task.cancel() } }
        // One that left before anybody listened.
        if let gone = directory?.departed(of: calls.compactMap(\.leaf)), !gone.isEmpty {
            results.lose(calls.map(\.leaf), in: gone)
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { results.wait($0) }
        } onCancel: {
            results.end()
        }
        try Task.checkCancellation()
        return results.all.map { $0 ?? .failure(TransportError.deadlineExceeded) }
    }

    static func run<Answer: Sendable>(
        _ calls: [@Sendable () async throws -> Answer], deadline: Instant, clock: any NodeClock
    ) async throws -> [Result<Answer, any Error>] {
        try await run(calls.map { Call($0) }, deadline: deadline, clock: clock)
    }

    /// One call's result.
    static func run<Answer: Sendable>(
        deadline: Instant, clock: any NodeClock,
        _ call: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await run([Call(call)], deadline: deadline, clock: clock)[0].get()
    }
}

extension LeafDirectory {
    /// The result of one call of one leaf.
    func ask<Answer: Sendable>(
        _ leaf: LeafNode, deadline: Instant, clock: any NodeClock,
        _ call: @escaping @Sendable (any LeafService) async throws -> Answer
    ) async throws -> Answer {
        let service = service(leaf)
        let calls = [DeadlineGroup.Call(to: leaf) { try await call(service) }]
        return try await DeadlineGroup.run(
            calls, deadline: deadline, clock: clock, directory: self)[0].get()
    }
}

extension Task where Success == Void, Failure == Never {
    /// A call of a leaf as a task. To a leaf elsewhere the message leaves now, on this thread; one
    /// of this process computes on its own.
    static func calling(
        on executor: (any TaskExecutor)?, _ body: sending @escaping () async -> Void
    ) -> Task {
        executor == nil
            ? .immediate(operation: body) : Task(executorPreference: executor, operation: body)
    }
}

/// Results as they come in, and who waits for the last of them.
private final class Results<Answer: Sendable>: Sendable {
    private struct State {
        var results: [Result<Answer, any Error>?]
        var missing: Int
        var waiter: UnsafeContinuation<Void, Never>?
        var hasEnded = false

        /// The one to be told that nothing more counts, the first time only.
        mutating func end() -> UnsafeContinuation<Void, Never>? {
            hasEnded = true
            defer { waiter = nil }
            return waiter
        }
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(results: Array(repeating: nil, count: count), missing: count))
    }

    var all: [Result<Answer, any Error>?] { state.withLock { $0.results } }

    func put(_ result: Result<Answer, any Error>, at index: Int) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            guard !state.hasEnded, state.results[index] == nil else { return nil }
            state.results[index] = result
            state.missing -= 1
            return state.missing == 0 ? state.end() : nil
        }
        waiter?.resume()
    }

    /// The calls to these leaves get no answer any more.
    func lose(_ leaves: [LeafNode?], in gone: Set<LeafNode>) {
        for (place, leaf) in leaves.enumerated() {
            guard let leaf, gone.contains(leaf) else { continue }
            put(.failure(TransportError.closed(reason: "the leaf has left the cluster")), at: place)
        }
    }

    func end() {
        let waiter = state.withLock { $0.end() }
        waiter?.resume()
    }

    func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        let hasEnded = state.withLock { state in
            if !state.hasEnded { state.waiter = continuation }
            return state.hasEnded
        }
        if hasEnded { continuation.resume() }
    }
}
