// How far an evaluation is, shared by its tasks.

import Synchronization

/// The counters of a running evaluation and the line that shows them.
final class EvalProgress: Sendable {
    struct State: Sendable, Equatable {
        /// What is being done: "wiki: asked".
        var step = ""
        var answered = 0
        var total = 0
        /// When the step began, since the evaluation did.
        var begun: Duration = .zero
        /// Why a busy server is waited for; cleared by the next answer.
        var waitingFor: String?

        /// - Parameter now: since the evaluation began.
        func text(now: Duration) -> String {
            guard total > 0 else { return "\(step) …" }
            var parts = [
                "\(step) \(Quantities.count(answered)) of \(Quantities.count(total)) topics"
            ]
            let seconds = (now - begun).seconds
            if answered > 0, seconds > 0 {
                let left = seconds / Double(answered) * Double(total - answered)
                parts.append("\(Quantities.duration(seconds: left)) left")
            }
            if let waitingFor { parts.append("waiting: \(waitingFor)") }
            return parts.joined(separator: " · ")
        }
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    /// - Parameter topics: how many answers the step takes; 0 when it asks nothing.
    func begin(_ step: String, topics: Int, now: Duration) {
        state.withLock { $0 = State(step: step, total: topics, begun: now) }
    }

    func answered() {
        state.withLock {
            $0.answered += 1
            $0.waitingFor = nil
        }
    }

    func waits(for reason: String) { state.withLock { $0.waitingFor = reason } }
}
