// The compute pool of a real node: queries go first, writes leave one thread free for queries,
// merges have threads of their own that yield to everything else.

public final class WorkerComputePool: ComputePool {
    private let workers: WorkerThreads
    private let executor: WorkerExecutor

    /// Added to the nice value of merging threads: about a tenth of a busy core.
    private static let mergeNiceness: Int32 = 10

    /// `threads` for queries and writes, at most all but one of them for writes at once; and a
    /// quarter as many for merges, at least two so that a large merge does not hold up a flush.
    public init(threads: Int) {
        let threads = max(1, threads)
        let merging = max(2, threads / 4)
        workers = WorkerThreads(
            groups: [
                .init(threads: threads, niceness: 0),
                .init(threads: merging, niceness: Self.mergeNiceness),
            ],
            lanes: ComputePriority.allCases.map { priority in
                switch priority {
                case .query: .init(group: 0, limit: threads)
                case .write: .init(group: 0, limit: max(1, threads - 1))
                case .merge: .init(group: 1, limit: merging)
                }
            })
        executor = WorkerExecutor(workers, lane: Int(ComputePriority.query.rawValue))
    }

    public var queryExecutor: (any TaskExecutor)? { executor }

    public func run<R: Sendable>(
        _ priority: ComputePriority, _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        if priority == .query, executor.isRunningTask { return try body() }
        return try await withUnsafeThrowingContinuation { continuation in
            workers.run(lane: Int(priority.rawValue)) {
                continuation.resume(with: Result(catching: body))
            }
        }
    }
}
