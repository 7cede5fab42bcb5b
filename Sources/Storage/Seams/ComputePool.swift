// Where CPU-bound work runs, away from the threads that tasks and sockets share.

/// Smaller raw values go first.
public enum ComputePriority: UInt8, Sendable, CaseIterable {
    case query, write, merge
}

public protocol ComputePool: Sendable {
    /// Where a task may run as a whole that is mostly `run(.query)`: those runs are then plain
    /// calls. Nil: only `run` leads to the pool.
    var queryExecutor: (any TaskExecutor)? { get }

    /// Runs `body` on a worker thread and returns what it returns. `body` must not block on
    /// other work of this pool. Cancelling the task does not stop a body: bodies that may run
    /// long watch a deadline or a flag themselves.
    func run<R: Sendable>(
        _ priority: ComputePriority, _ body: @Sendable @escaping () throws -> R
    ) async throws -> R
}

extension ComputePool {
    public var queryExecutor: (any TaskExecutor)? { nil }
}
