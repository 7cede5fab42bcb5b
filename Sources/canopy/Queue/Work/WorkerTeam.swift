// Several workers, each a process of its own, and what they tell.

import Synchronization

/// What workers have done, added up for the terminal.
final class TeamProgress: Sendable {
    private struct State {
        var counts: [Int: WorkerCounts] = [:]
        var working = 0
        var done = 0
        var total = 0
    }

    private let state = Mutex(State())

    func started() { state.withLock { $0.working += 1 } }
    func ended() { state.withLock { $0.working -= 1 } }

    func took(_ counts: WorkerCounts, of worker: Int) {
        state.withLock { $0.counts[worker] = counts }
    }

    /// How the whole queue stands, whoever works on it.
    func stands(done: Int, total: Int) {
        state.withLock { ($0.done, $0.total) = (done, total) }
    }

    var counts: WorkerCounts {
        state.withLock { $0.counts.values.reduce(WorkerCounts(), +) }
    }

    /// What stands before the documents on the terminal's line.
    var head: String {
        let (working, done, total) = state.withLock { ($0.working, $0.done, $0.total) }
        let workers = working == 1 ? "1 worker" : "\(working) workers"
        return "\(Quantities.count(done))/\(Quantities.count(total)) items · \(workers)"
    }
}

struct WorkerTeam: Sendable {
    let count: Int
    /// Of each worker's process.
    let arguments: [String]
    let progress: TeamProgress
    let report: @Sendable (String) -> Void

    /// Runs the workers until they have ended; when cancelled, lets them give back what they have.
    /// - Returns: how many did not end well.
    func run() async throws -> Int {
        let workers = try (0..<count).map { _ in try WorkerProcess(arguments: arguments) }
        return await withTaskCancellationHandler {
            await withTaskGroup(of: Bool.self) { group in
                for (number, worker) in workers.enumerated() {
                    group.addTask { await follow(worker, number) }
                }
                return await group.reduce(0) { $0 + ($1 ? 0 : 1) }
            }
        } onCancel: {
            for worker in workers { worker.stop() }
        }
    }

    /// - Returns: whether it ended well.
    private func follow(_ worker: WorkerProcess, _ number: Int) async -> Bool {
        progress.started()
        defer { progress.ended() }
        // To the end also when cancelled: the stream ends with the process.
        let events = worker.events
        return await Task {
            var isWell = true
            for await event in events {
                switch event {
                case .worker(.counts(let counts)): progress.took(counts, of: number)
                case .worker(.message(let text)): report(text)
                case .ended(let problem?):
                    isWell = false
                    report("worker \(number + 1) of \(count): \(problem)")
                case .ended(nil): break
                }
            }
            return isWell
        }.value
    }
}
