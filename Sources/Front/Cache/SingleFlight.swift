// Joins concurrent calls for the same key into one run of the work.

import Synchronization

/// The first caller of a key starts the work; callers that come while it runs share its outcome.
/// A caller that is cancelled leaves at once; the work is cancelled when its last caller has left.
final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private struct Flight {
        let number: UInt64
        var waiters: [UInt64: Waiter]
        var task: Task<Void, Never>?
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        /// Callers cancelled before they had joined a flight.
        var abandoned: Set<UInt64> = []
        var nextNumber: UInt64 = 0

        mutating func number() -> UInt64 {
            nextNumber += 1
            return nextNumber
        }
    }

    private let state = Mutex(State())

    /// Flights under way.
    var flightCount: Int { state.withLock { $0.flights.count } }
    /// Callers waiting for the flight of this key.
    func waiterCount(of key: Key) -> Int {
        state.withLock { $0.flights[key]?.waiters.count ?? 0 }
    }

    /// The outcome of `work`, run at most once at a time per key.
    ///
    /// - Throws: what `work` throws, or `CancellationError` when this caller was cancelled.
    func run(
        _ key: Key, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let caller = state.withLock { $0.number() }
        defer { state.withLock { _ = $0.abandoned.remove(caller) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                join(key, caller, continuation, work)
            }
        } onCancel: {
            leave(key, caller)
        }
    }

    private func join(
        _ key: Key, _ caller: UInt64, _ continuation: Waiter,
        _ work: @escaping @Sendable () async throws -> Value
    ) {
        let wasAbandoned = state.withLock { state in
            if state.abandoned.contains(caller) { return true }
            if state.flights[key] != nil {
                state.flights[key]?.waiters[caller] = continuation
                return false
            }
            let number = state.number()
            state.flights[key] = Flight(number: number, waiters: [caller: continuation])
            state.flights[key]?.task = Task {
                do {
                    self.finish(key, number, .success(try await work()))
                } catch {
                    self.finish(key, number, .failure(error))
                }
            }
            return false
        }
        if wasAbandoned { continuation.resume(throwing: CancellationError()) }
    }

    private func finish(_ key: Key, _ number: UInt64, _ result: Result<Value, any Error>) {
        let waiters = state.withLock { state -> [Waiter] in
            guard let flight = state.flights[key], flight.number == number else { return [] }
            state.flights[key] = nil
            return Array(flight.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private func leave(_ key: Key, _ caller: UInt64) {
        let (waiter, task) = state.withLock { state -> (Waiter?, Task<Void, Never>?) in
            guard let waiter = state.flights[key]?.waiters.removeValue(forKey: caller) else {
                state.abandoned.insert(caller)
                return (nil, nil)
            }
            guard let flight = state.flights[key], flight.waiters.isEmpty else {
                return (waiter, nil)
            }
            state.flights[key] = nil
            return (waiter, flight.task)
        }
        task?.cancel()
        waiter?.resume(throwing: CancellationError())
    }
}
