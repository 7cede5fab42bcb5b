// Runs the parts of tasks as jobs of one lane.

final class WorkerExecutor: TaskExecutor {
    private let workers: WorkerThreads
    private let lane: Int

    init(_ workers: WorkerThreads, lane: Int) {
        self.workers = workers
        self.lane = lane
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        workers.run(lane: lane) { [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Whether the current task was started on this executor, hence runs on the lane's threads.
    var isRunningTask: Bool {
        withUnsafeCurrentTask { $0?.unownedTaskExecutor == asUnownedTaskExecutor() }
    }
}
